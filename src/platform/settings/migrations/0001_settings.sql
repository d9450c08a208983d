-- Only what differs from the default is stored.
CREATE TABLE settings_setting (
    id @id,
    key TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by BIGINT NOT NULL
);
-- One row with a stamp, new with every change: one small read tells an instance whether its copy is still good.
CREATE TABLE settings_version (
    id INTEGER PRIMARY KEY,
    version BIGINT NOT NULL
);
INSERT INTO settings_version (id, version) VALUES (1, 1);
