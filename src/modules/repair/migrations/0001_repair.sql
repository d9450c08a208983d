CREATE TABLE repair_ticket (
    id @id,
    unit_id BIGINT NOT NULL REFERENCES units_unit (id),
    unit_code TEXT NOT NULL,
    product_type_id BIGINT NOT NULL REFERENCES catalog_product_type (id),
    batch_id BIGINT,
    activated_on TEXT,
    agent_id BIGINT REFERENCES identity_user (id),
    customer_id BIGINT REFERENCES identity_user (id),
    state TEXT NOT NULL,
    origin TEXT NOT NULL,
    opened_by BIGINT,
    opened_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    fault TEXT NOT NULL,
    diagnosis TEXT NOT NULL,
    in_warranty BOOLEAN,
    warranty_end TEXT,
    chargeable BOOLEAN NOT NULL,
    charge_reason TEXT NOT NULL,
    parts_cost BIGINT NOT NULL,
    labour BIGINT NOT NULL,
    shipping BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    quote BIGINT,
    quoted_at BIGINT,
    approved_at BIGINT,
    approved_by BIGINT,
    technician_id BIGINT REFERENCES identity_user (id),
    result TEXT NOT NULL,
    contact_name TEXT,
    contact_phone TEXT,
    contact_address TEXT,
    replaced_by BIGINT REFERENCES units_unit (id),
    received_at BIGINT,
    started_at BIGINT,
    finished_at BIGINT,
    returned_at BIGINT,
    closed_at BIGINT,
    received_on TEXT,
    closed_on TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
-- One live ticket a unit, whatever the rules above do.
CREATE UNIQUE INDEX repair_ticket_live ON repair_ticket (unit_id) WHERE closed_at IS NULL;
CREATE INDEX repair_ticket_unit ON repair_ticket (unit_id);
CREATE INDEX repair_ticket_code ON repair_ticket (unit_code);
CREATE INDEX repair_ticket_state ON repair_ticket (state, id);
CREATE INDEX repair_ticket_type ON repair_ticket (product_type_id, id);
CREATE INDEX repair_ticket_agent ON repair_ticket (agent_id, id) WHERE agent_id IS NOT NULL;
CREATE INDEX repair_ticket_customer ON repair_ticket (customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX repair_ticket_technician ON repair_ticket (technician_id, id) WHERE technician_id IS NOT NULL;
CREATE INDEX repair_ticket_replaced_by ON repair_ticket (replaced_by) WHERE replaced_by IS NOT NULL;
CREATE INDEX repair_ticket_opened ON repair_ticket (opened_on);
CREATE INDEX repair_ticket_received ON repair_ticket (received_on) WHERE received_on IS NOT NULL;
CREATE INDEX repair_ticket_closed ON repair_ticket (closed_on) WHERE closed_on IS NOT NULL;

CREATE TABLE repair_part (
    id @id,
    ticket_id BIGINT NOT NULL REFERENCES repair_ticket (id),
    name TEXT NOT NULL,
    part_number TEXT NOT NULL,
    qty BIGINT NOT NULL,
    unit_price BIGINT NOT NULL,
    amount BIGINT NOT NULL
);
CREATE INDEX repair_part_ticket ON repair_part (ticket_id);

CREATE TABLE repair_entry (
    id @id,
    ticket_id BIGINT NOT NULL REFERENCES repair_ticket (id),
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX repair_entry_ticket ON repair_entry (ticket_id);

CREATE TABLE repair_photo (
    id @id,
    ticket_id BIGINT NOT NULL REFERENCES repair_ticket (id),
    file_id BIGINT NOT NULL REFERENCES files_file (id),
    name TEXT NOT NULL,
    created_by BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX repair_photo_ticket ON repair_photo (ticket_id);
CREATE INDEX repair_photo_file ON repair_photo (file_id);

-- For reports: a ticket without anything personal. Requests whose unit never came in have no received_on.
CREATE VIEW repair_report_ticket AS
    SELECT id, unit_id, product_type_id, batch_id, agent_id, technician_id, activated_on, state, reason, in_warranty, chargeable,
           received_at, closed_at, received_on, closed_on
    FROM repair_ticket;
