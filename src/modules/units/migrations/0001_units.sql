CREATE TABLE units_batch (
    id @id,
    product_type_id BIGINT NOT NULL REFERENCES catalog_product_type (id),
    count BIGINT NOT NULL,
    printed_only BOOLEAN NOT NULL,
    created_by BIGINT,
    job_id BIGINT,
    remark TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE units_shipment (
    id @id,
    agent_id BIGINT NOT NULL REFERENCES identity_user (id),
    count BIGINT NOT NULL,
    created_by BIGINT,
    remark TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE units_unit (
    id @id,
    code TEXT NOT NULL,
    product_type_id BIGINT NOT NULL REFERENCES catalog_product_type (id),
    status TEXT NOT NULL,
    batch_id BIGINT REFERENCES units_batch (id),
    agent_id BIGINT REFERENCES identity_user (id),
    customer_id BIGINT REFERENCES identity_user (id),
    shipped_at BIGINT,
    activated_at BIGINT,
    warranty_start TEXT,
    warranty_end TEXT,
    replaced_by BIGINT REFERENCES units_unit (id),
    remark TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX units_unit_code ON units_unit (code);
CREATE INDEX units_unit_type ON units_unit (product_type_id, agent_id);
CREATE INDEX units_unit_status ON units_unit (status);
CREATE INDEX units_unit_batch ON units_unit (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX units_unit_agent ON units_unit (agent_id) WHERE agent_id IS NOT NULL;
CREATE INDEX units_unit_customer ON units_unit (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX units_unit_replaced_by ON units_unit (replaced_by) WHERE replaced_by IS NOT NULL;

CREATE TABLE units_timeline (
    id @id,
    unit_id BIGINT NOT NULL REFERENCES units_unit (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    day TEXT NOT NULL,
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX units_timeline_unit ON units_timeline (unit_id, id);

CREATE TABLE units_activation (
    id @id,
    unit_id BIGINT NOT NULL REFERENCES units_unit (id),
    customer_id BIGINT NOT NULL REFERENCES identity_user (id),
    live BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    address TEXT,
    province TEXT NOT NULL,
    city TEXT NOT NULL,
    warranty_start TEXT NOT NULL,
    warranty_end TEXT NOT NULL,
    ip_network TEXT NOT NULL
);
-- One live activation a unit, whatever the rules above do.
CREATE UNIQUE INDEX units_activation_live ON units_activation (unit_id) WHERE live;
CREATE INDEX units_activation_unit ON units_activation (unit_id);

CREATE TABLE units_scan (
    id @id,
    unit_id BIGINT NOT NULL REFERENCES units_unit (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    ip_network TEXT NOT NULL,
    agent TEXT NOT NULL
);
CREATE INDEX units_scan_unit ON units_scan (unit_id, at);

CREATE TABLE units_alert (
    id @id,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    unit_id BIGINT NOT NULL REFERENCES units_unit (id) ON DELETE CASCADE,
    agent_id BIGINT REFERENCES identity_user (id),
    detail TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    handled_by BIGINT,
    handled_at BIGINT,
    note TEXT NOT NULL
);
CREATE UNIQUE INDEX units_alert_open ON units_alert (unit_id, kind) WHERE state = 'open';
CREATE INDEX units_alert_state ON units_alert (state);
