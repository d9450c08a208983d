-- For reports: every time a unit began a life with an owner, by its buyer or as a replacement. What is written there stays,
-- whatever becomes of the unit.
CREATE VIEW units_report_life AS
    SELECT a.id AS id, a.at AS at, a.warranty_start AS day, a.product_type_id AS product_type_id, a.agent_id AS agent_id,
           u.batch_id AS batch_id
    FROM units_activation a JOIN units_unit u ON u.id = a.unit_id;
