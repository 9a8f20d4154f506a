-- What is put right after an order has gone out: its particulars are corrected, and news that a body's own system would not
-- take is told by hand. And the number by which its sender asks for it.

ALTER TABLE order_transitions DROP CONSTRAINT order_transitions_action_check;
ALTER TABLE order_transitions ADD CONSTRAINT order_transitions_action_check CHECK (action IN (
    'create', 'save', 'discard', 'dispatch', 'closeAtOnce', 'sign', 'contact', 'answer', 'close',
    'sendBack', 'giveBack', 'object', 'rule', 'askExtension', 'decideExtension', 'pause', 'resume',
    'urge', 'supervise', 'guide', 'add', 'share', 'signShare', 'answerShare', 'regrade', 'movePolicy',
    'label', 'followUp', 'redo', 'explain', 'archive', 'merge', 'unmerge', 'link', 'withdraw', 'tell', 'correct'));

-- What keeps failing; few, however much has been delivered.
CREATE INDEX deliveries_failing ON deliveries (centre_id, order_id) WHERE state <> 'delivered' AND attempts >= 3;

-- The number that the sender of an imported order has for it, by which it is found.
ALTER TABLE orders ADD COLUMN reference TEXT CHECK (reference <> '');
UPDATE orders SET reference = details::json -> 'imported' ->> 'reference' WHERE details LIKE '%"imported"%';
CREATE INDEX orders_reference ON orders (centre_id, reference) WHERE reference IS NOT NULL;
-- Without it the server takes every two-hundredth order for a match, and goes through all of them.
ANALYZE orders (reference);
