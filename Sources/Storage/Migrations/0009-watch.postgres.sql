-- What leaders watch: open orders by body, and those that were urged.

-- When it was last urged, by a person or by a step of a ladder.
ALTER TABLE orders ADD COLUMN urged_at BIGINT;
UPDATE orders SET urged_at = (
    SELECT max(at) FROM (
        SELECT at FROM order_transitions WHERE order_id = orders.id AND action = 'urge'
        UNION ALL SELECT at FROM order_alarms WHERE order_id = orders.id AND does = 'urge') AS urges)
WHERE dispatched_at IS NOT NULL AND closed_at IS NULL;

-- The orders that some body has now; few, however long the history grows. The states that are left have no time of closure.
CREATE INDEX orders_open ON orders (centre_id, created_at, id)
    WHERE closed_at IS NULL AND state <> 'draft' AND state <> 'merged' AND state <> 'discarded'
        AND state <> 'withdrawn';
