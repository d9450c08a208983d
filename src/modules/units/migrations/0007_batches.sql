-- How many units of a batch have been made so far: fewer than ordered while its job runs, or when that was cancelled.
ALTER TABLE units_batch ADD COLUMN made BIGINT NOT NULL DEFAULT 0;
UPDATE units_batch SET made = (SELECT count(*) FROM units_unit u WHERE u.batch_id = units_batch.id);
CREATE INDEX units_shipment_agent ON units_shipment (agent_id, id);
