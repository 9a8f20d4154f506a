-- What is put right after an order has gone out: its particulars are corrected, and news that a body's own system would not
-- take is told by hand. And the number by which its sender asks for it.

-- As in 0006: only a constraint changes, so its text is written anew.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''link'', ''withdraw''', '''link'', ''withdraw'', ''tell'', ''correct''')
WHERE type = 'table' AND name = 'order_transitions';
PRAGMA writable_schema = RESET;

-- What keeps failing; few, however much has been delivered.
CREATE INDEX deliveries_failing ON deliveries (centre_id, order_id) WHERE state <> 'delivered' AND attempts >= 3;

-- The number that the sender of an imported order has for it, by which it is found.
ALTER TABLE orders ADD COLUMN reference TEXT CHECK (reference <> '');
UPDATE orders SET reference = json_extract(details, '$.imported.reference') WHERE details LIKE '%"imported"%';
CREATE INDEX orders_reference ON orders (centre_id, reference) WHERE reference IS NOT NULL;
