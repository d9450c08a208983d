-- What the activation was made with, to be found by whoever proves to be that person.
ALTER TABLE units_activation ADD COLUMN phone_blind TEXT;
ALTER TABLE units_activation ADD COLUMN email_blind TEXT;
CREATE INDEX units_activation_phone ON units_activation (phone_blind) WHERE phone_blind IS NOT NULL;
CREATE INDEX units_activation_email ON units_activation (email_blind) WHERE email_blind IS NOT NULL;
