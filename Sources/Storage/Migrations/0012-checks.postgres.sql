-- The same rules as before, in functions. The server reads the text of a CHECK anew for each statement that writes a row, and
-- a list of words takes it longer than the rest of a new order's row; the body of a function it reads once a connection.

CREATE FUNCTION is_sound_order(state TEXT, kind TEXT, urgency TEXT, body TEXT, dispatched_at BIGINT, closed_at BIGINT)
RETURNS BOOLEAN LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN state IN ('draft', 'dispatched', 'signed', 'disputed', 'returned', 'answered', 'closed', 'reviewing',
            'followedUp', 'archived', 'merged', 'discarded', 'withdrawn')
        AND urgency IN ('ordinary', 'urgent', 'extra-urgent')
        AND CASE WHEN kind IS NULL THEN state IN ('draft', 'merged', 'discarded', 'withdrawn')
            ELSE kind IN ('consultation', 'enquiry', 'help', 'complaint', 'report', 'suggestion', 'praise') END
        AND (state NOT IN ('dispatched', 'signed', 'disputed', 'answered')
            OR (body IS NOT NULL AND dispatched_at IS NOT NULL))
        AND (state IN ('closed', 'reviewing', 'followedUp', 'archived')) = (closed_at IS NOT NULL);
END
$$;
ALTER TABLE orders
    DROP CONSTRAINT orders_state_check, DROP CONSTRAINT orders_kind_check, DROP CONSTRAINT orders_urgency_check,
    DROP CONSTRAINT orders_known_kind_check, DROP CONSTRAINT orders_sent_check, DROP CONSTRAINT orders_closed_check,
    ADD CONSTRAINT orders_sound_check CHECK (
        is_sound_order(state, kind, urgency, body, dispatched_at, closed_at));

CREATE FUNCTION is_order_action(action TEXT) RETURNS BOOLEAN LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN action IN (
        'create', 'save', 'discard', 'dispatch', 'closeAtOnce', 'sign', 'contact', 'answer', 'close',
        'sendBack', 'giveBack', 'object', 'rule', 'askExtension', 'decideExtension', 'pause', 'resume',
        'urge', 'supervise', 'guide', 'add', 'share', 'signShare', 'answerShare', 'regrade', 'movePolicy',
        'label', 'followUp', 'redo', 'explain', 'archive', 'merge', 'unmerge', 'link', 'withdraw', 'tell', 'correct');
END
$$;
ALTER TABLE order_transitions
    DROP CONSTRAINT order_transitions_action_check,
    ADD CONSTRAINT order_transitions_action_check CHECK (is_order_action(action));
