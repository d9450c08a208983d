-- For reports: units, their moves and alerts, without anything personal.
CREATE VIEW units_report_unit AS
    SELECT id, product_type_id, batch_id, agent_id, status, shipped_at, activated_at, warranty_start FROM units_unit;

-- `shipment` is the detail of the last shipping up to then (it names the agent), whatever became of the unit since.
CREATE VIEW units_report_move AS
    SELECT t.id AS id, t.kind AS kind, t.at AS at, t.day AS day, u.product_type_id AS product_type_id, u.agent_id AS agent_id,
           (SELECT s.detail FROM units_timeline s WHERE s.unit_id = t.unit_id AND s.kind = 'shipped' AND s.id <= t.id
            ORDER BY s.id DESC LIMIT 1) AS shipment
    FROM units_timeline t JOIN units_unit u ON u.id = t.unit_id;

CREATE VIEW units_report_alert AS SELECT id, kind, state, agent_id FROM units_alert;
