-- Lists of what was shipped or activated in a span of time.
CREATE INDEX units_unit_shipped ON units_unit (shipped_at) WHERE shipped_at IS NOT NULL;
CREATE INDEX units_unit_activated ON units_unit (activated_at) WHERE activated_at IS NOT NULL;
