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
