-- Where units come alive, for reports: with the type and the agent of that moment beside the region, so that one index
-- answers them. A replacement is no activation by a buyer.
ALTER TABLE units_activation ADD COLUMN product_type_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE units_activation ADD COLUMN agent_id BIGINT;
ALTER TABLE units_activation ADD COLUMN replacement BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE units_activation SET
    product_type_id = (SELECT u.product_type_id FROM units_unit u WHERE u.id = units_activation.unit_id),
    agent_id = (SELECT u.agent_id FROM units_unit u WHERE u.id = units_activation.unit_id),
    replacement = EXISTS (SELECT 1 FROM units_unit u WHERE u.replaced_by = units_activation.unit_id);
CREATE INDEX units_activation_region ON units_activation (province, city, warranty_start, product_type_id, agent_id,
    replacement);

CREATE VIEW units_report_activation AS
    SELECT unit_id, at, warranty_start AS day, province, city, product_type_id, agent_id FROM units_activation
    WHERE NOT replacement;

-- Diversions that nobody has dismissed, at the activation that raised them.
CREATE VIEW units_report_diversion AS
    SELECT a.id AS id, v.warranty_start AS day, v.province AS province, v.city AS city, v.product_type_id AS product_type_id,
           v.agent_id AS agent_id
    FROM units_alert a JOIN units_activation v ON v.unit_id = a.unit_id AND v.at = a.created_at
    WHERE a.kind = 'diversion' AND a.state <> 'dismissed' AND NOT v.replacement;
