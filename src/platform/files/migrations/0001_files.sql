-- Who keeps which file. The bytes lie in the data folder under their own fingerprint; several rows may share them.
CREATE TABLE files_file (
    id @id,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    owner_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX files_file_sha256 ON files_file (sha256);
CREATE INDEX files_file_owner ON files_file (owner_id, id);
