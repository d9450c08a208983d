-- Answers kept for callers that repeat a request under the same Idempotency-Key.
CREATE TABLE api_idempotency (
    key_hash TEXT PRIMARY KEY,
    body_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX api_idempotency_created ON api_idempotency (created_at);
