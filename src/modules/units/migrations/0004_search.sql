-- A person's units by the beginning of their code, however many units begin like that.
CREATE INDEX units_unit_agent_code ON units_unit (agent_id, code) WHERE agent_id IS NOT NULL;
CREATE INDEX units_unit_customer_code ON units_unit (customer_id, code) WHERE customer_id IS NOT NULL;
