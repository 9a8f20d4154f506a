-- Figures of the loop by body: who had an order at each step, and whom a citizen's verdict is about.

ALTER TABLE order_transitions ADD COLUMN from_body TEXT;
ALTER TABLE order_transitions ADD COLUMN to_body TEXT;
CREATE INDEX order_transitions_action ON order_transitions (centre_id, action, at, order_id);

-- The lead body that the verdict is about, and whether she said that it had been in touch with her; NULL of older rows, where no
-- body was asked, and where she was not asked or would not say.
ALTER TABLE follow_ups ADD COLUMN body TEXT;
ALTER TABLE follow_ups ADD COLUMN contacted BOOLEAN CHECK (reached OR contacted IS NULL);
