-- Customers are found by the beginning of their name.
CREATE INDEX identity_user_by_name ON identity_user (name, id) WHERE user_type = 2;
