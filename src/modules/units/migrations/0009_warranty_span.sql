-- What a warranty was granted as: so many calendar months from a day on. Its end follows from them, so that months are
-- never added to an end that a short month has cut already. Units of before have the end alone.
ALTER TABLE units_unit ADD COLUMN warranty_from TEXT;
ALTER TABLE units_unit ADD COLUMN warranty_months BIGINT;
