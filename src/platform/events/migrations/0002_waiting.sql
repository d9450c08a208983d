-- For other folders' invariants: what has happened and has not been told yet.
CREATE VIEW events_waiting AS SELECT id, kind, aggregate FROM events_outbox WHERE pending;
