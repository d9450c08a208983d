-- The units of a shipment: what was shipped at its instant.
CREATE INDEX units_timeline_shipped ON units_timeline (at) WHERE kind = 'shipped';
