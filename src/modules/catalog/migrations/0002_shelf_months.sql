-- 0 months on the shelf now mean what they mean in the setting, no limit; until now they meant that a warranty begins
-- with the shipping. One month is the nearest that remains.
UPDATE catalog_product_type SET shelf_months = 1 WHERE shelf_months = 0;
