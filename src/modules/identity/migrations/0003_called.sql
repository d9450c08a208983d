-- What people are called where others read of them: the name, or the user name of whoever has none.
DROP VIEW identity_user_name;
CREATE VIEW identity_user_name AS
    SELECT id, username, name, CASE WHEN name <> '' THEN name ELSE username END AS called, user_type FROM identity_user;
