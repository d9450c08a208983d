CREATE TABLE events_outbox (
    id @id,
    kind TEXT NOT NULL,
    aggregate TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    pending BOOLEAN NOT NULL,
    attempts INTEGER NOT NULL,
    next_at BIGINT NOT NULL,
    error TEXT NOT NULL
);
CREATE INDEX events_outbox_pending ON events_outbox (id) WHERE pending;
CREATE INDEX events_outbox_created ON events_outbox (created_at);
