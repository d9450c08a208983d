-- Answers of before stood here in the clear, personal data and all. From now on they are sealed.
DELETE FROM api_idempotency;
