-- What was recorded stays as it was recorded.
@append_only(audit_record);
