-- Scans of a unit that are older than the clone rule looks back, as one sum a day.
CREATE TABLE units_scan_day (
    id @id,
    unit_id BIGINT NOT NULL REFERENCES units_unit (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    scans BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX units_scan_day_unit ON units_scan_day (unit_id, day);

-- Scans of codes that are none of ours: how many a day, by what the page said.
CREATE TABLE units_refused_scan (
    id @id,
    day TEXT NOT NULL,
    verdict TEXT NOT NULL,
    scans BIGINT NOT NULL
);
CREATE UNIQUE INDEX units_refused_scan_day ON units_refused_scan (day, verdict);
