-- Figures of the loop by body: who had an order at each step, and whom a citizen's verdict is about.

ALTER TABLE order_transitions ADD COLUMN from_body TEXT;
ALTER TABLE order_transitions ADD COLUMN to_body TEXT;
CREATE INDEX order_transitions_action ON order_transitions (centre_id, action, at, order_id);

-- The lead body that the verdict is about, and whether it had recorded a contact with her by then; NULL of older rows, and where
-- no body was asked.
ALTER TABLE follow_ups ADD COLUMN body TEXT;
ALTER TABLE follow_ups ADD COLUMN contacted BOOLEAN;
