-- How many units were shipped and activated, by business day, type and agent (0: none): the sum of all timeline entries up
-- to the mark. What came later is counted when asked.
CREATE TABLE reports_flow (
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    product_type_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    units BIGINT NOT NULL,
    PRIMARY KEY (kind, day, product_type_id, agent_id)
);
CREATE TABLE reports_mark (
    name TEXT PRIMARY KEY,
    upto BIGINT NOT NULL
);
INSERT INTO reports_mark (name, upto) VALUES ('flow', 0);
