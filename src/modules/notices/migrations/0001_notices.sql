CREATE TABLE notices_notice (
    id @id,
    user_id BIGINT NOT NULL REFERENCES identity_user (id),
    kind TEXT NOT NULL,
    args TEXT NOT NULL,
    path TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    read_at BIGINT
);
CREATE INDEX notices_notice_user ON notices_notice (user_id, id);
CREATE INDEX notices_notice_unread ON notices_notice (user_id) WHERE read_at IS NULL;
-- What has happened of late, for those who are connected.
CREATE INDEX notices_notice_created ON notices_notice (created_at);
CREATE INDEX notices_notice_read ON notices_notice (read_at) WHERE read_at IS NOT NULL;
