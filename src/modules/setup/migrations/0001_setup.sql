-- One row for each start that waits for an administrator; none once there is one.
CREATE TABLE setup_code (
    id @id,
    code_blind TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
