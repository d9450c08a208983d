-- For other folders' invariants: which files there are, and what for.
CREATE VIEW files_purpose AS SELECT id, purpose FROM files_file;
