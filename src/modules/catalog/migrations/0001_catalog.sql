CREATE TABLE catalog_product_type (
    id @id,
    name TEXT NOT NULL,
    model TEXT NOT NULL UNIQUE,
    brand TEXT NOT NULL,
    specs TEXT NOT NULL,
    warranty_months INTEGER NOT NULL,
    shelf_months INTEGER,
    description TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
-- For lists of other modules: what a type is called.
CREATE VIEW catalog_type_name AS SELECT id, name, model FROM catalog_product_type;
