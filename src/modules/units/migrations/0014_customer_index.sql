-- units_unit_customer_code begins with the same column: every activation wrote both for nothing.
DROP INDEX units_unit_customer;
