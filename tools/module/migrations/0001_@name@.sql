CREATE TABLE @name@_item (
    id @id,
    name TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);
