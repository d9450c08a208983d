CREATE TABLE audit_record (
    id @id,
    created_at BIGINT NOT NULL,
    operator_id BIGINT,
    operator_name TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id BIGINT,
    success BOOLEAN NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    request_id TEXT NOT NULL,
    ip TEXT NOT NULL
);
CREATE INDEX audit_record_subject ON audit_record (subject, subject_id, id);
CREATE INDEX audit_record_operator ON audit_record (operator_id, id);
