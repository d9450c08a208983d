-- Which keys this database was made under, told apart by their prints: nothing can be opened or forged with those.
CREATE TABLE settings_key_print (
    name TEXT PRIMARY KEY,
    print TEXT NOT NULL,
    noted_at BIGINT NOT NULL
);
