-- What somebody set up for a list: filters, order and columns under a name.
CREATE TABLE desk_view (
    id @id,
    owner_id BIGINT NOT NULL,
    list TEXT NOT NULL,
    name TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    query TEXT NOT NULL,
    columns TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX desk_view_name ON desk_view (owner_id, list, name);
CREATE INDEX desk_view_shared ON desk_view (list) WHERE shared;

CREATE TABLE desk_preference (
    id @id,
    owner_id BIGINT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX desk_preference_key ON desk_preference (owner_id, key);

CREATE TABLE desk_export (
    id @id,
    route TEXT NOT NULL,
    format TEXT NOT NULL,
    query TEXT NOT NULL,
    columns TEXT NOT NULL,
    mandate TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- A file that somebody brought, on its way into the rows of some module.
CREATE TABLE desk_import (
    id @id,
    owner_id BIGINT NOT NULL,
    route TEXT NOT NULL,
    file_id BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    columns TEXT NOT NULL,
    sample TEXT NOT NULL,
    mapping TEXT NOT NULL,
    mandate TEXT NOT NULL,
    state TEXT NOT NULL,
    rows BIGINT NOT NULL,
    good BIGINT NOT NULL,
    bad BIGINT NOT NULL,
    job_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX desk_import_owner ON desk_import (owner_id, id);

CREATE TABLE desk_import_problem (
    id @id,
    import_id BIGINT NOT NULL,
    row_number BIGINT NOT NULL,
    field TEXT NOT NULL,
    code TEXT NOT NULL,
    args TEXT NOT NULL
);
CREATE INDEX desk_import_problem_import ON desk_import_problem (import_id, id);
