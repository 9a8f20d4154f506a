-- The whole loop of an order: more states and actions, other bodies' shares, clocks as rows, alarms, policies, deliveries.

ALTER TABLE orders DROP CONSTRAINT orders_state_check;
ALTER TABLE orders ADD CONSTRAINT orders_state_check CHECK (state IN (
    'draft', 'dispatched', 'signed', 'disputed', 'returned', 'answered', 'closed', 'reviewing',
    'followedUp', 'archived', 'merged', 'discarded', 'withdrawn'));
DO $$
DECLARE
    name TEXT;
BEGIN
    -- Constraints of the whole table have names the server made.
    FOR name IN SELECT conname FROM pg_constraint WHERE conrelid = 'orders'::regclass AND contype = 'c'
        AND (pg_get_constraintdef(oid) LIKE '%closed_at%' OR pg_get_constraintdef(oid) LIKE '%dispatched_at%'
            OR pg_get_constraintdef(oid) LIKE '%kind IS NOT NULL%')
    LOOP
        EXECUTE format('ALTER TABLE orders DROP CONSTRAINT %I', name);
    END LOOP;
END
$$;
ALTER TABLE orders ADD CONSTRAINT orders_known_kind_check CHECK (
    state IN ('draft', 'merged', 'discarded', 'withdrawn') OR kind IS NOT NULL);
ALTER TABLE orders ADD CONSTRAINT orders_sent_check CHECK (state NOT IN ('dispatched', 'signed', 'disputed', 'answered') OR
    (body IS NOT NULL AND dispatched_at IS NOT NULL));
ALTER TABLE orders ADD CONSTRAINT orders_closed_check CHECK ((state IN ('closed', 'reviewing', 'followedUp', 'archived')) = (closed_at IS NOT NULL));
ALTER TABLE order_transitions DROP CONSTRAINT order_transitions_action_check;
ALTER TABLE order_transitions ADD CONSTRAINT order_transitions_action_check CHECK (action IN (
    'create', 'save', 'discard', 'dispatch', 'closeAtOnce', 'sign', 'contact', 'answer', 'close',
    'sendBack', 'giveBack', 'object', 'rule', 'askExtension', 'decideExtension', 'pause', 'resume',
    'urge', 'supervise', 'guide', 'add', 'share', 'signShare', 'answerShare', 'regrade', 'movePolicy',
    'label', 'followUp', 'redo', 'explain', 'archive', 'merge', 'unmerge', 'link', 'withdraw'));
ALTER TABLE order_transitions ALTER COLUMN by_person DROP NOT NULL;
ALTER TABLE follow_ups ALTER COLUMN by_person DROP NOT NULL;

-- What few orders have, as JSON: shares, objections, pauses, extensions. What lists are filtered by stands beside it.
ALTER TABLE orders ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
ALTER TABLE orders ADD COLUMN category TEXT CHECK (category <> '');
ALTER TABLE orders ADD COLUMN supervised_at BIGINT;
-- When the next step of some clock's ladder is to be taken.
ALTER TABLE orders ADD COLUMN next_alarm BIGINT;
CREATE INDEX orders_alarm ON orders (centre_id, next_alarm, id) WHERE next_alarm IS NOT NULL;
CREATE INDEX orders_category ON orders (centre_id, category, created_at, id) WHERE category IS NOT NULL;
CREATE INDEX orders_supervised ON orders (centre_id, supervised_at, id) WHERE supervised_at IS NOT NULL;

-- The other bodies that have a part in an order, so that each finds it in its list.
CREATE TABLE order_shares (
    order_id TEXT NOT NULL REFERENCES orders (id),
    body TEXT NOT NULL CHECK (body <> ''),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    PRIMARY KEY (order_id, body)
);
CREATE INDEX order_shares_body ON order_shares (centre_id, body, order_id);

-- Projects and events, across kinds.
CREATE TABLE order_tags (
    order_id TEXT NOT NULL REFERENCES orders (id),
    tag TEXT NOT NULL CHECK (tag <> ''),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    PRIMARY KEY (order_id, tag)
);
CREATE INDEX order_tags_tag ON order_tags (centre_id, tag, order_id);

-- Each clock of each order as it stands; computed by Engine at each change.
CREATE TABLE order_clocks (
    order_id TEXT NOT NULL REFERENCES orders (id),
    round BIGINT NOT NULL CHECK (round >= 1),
    clock TEXT NOT NULL CHECK (clock IN ('sign', 'contact', 'respond', 'resolve', 'follow-up')),
    -- Who has to keep it, so that what one body kept stays when another is asked.
    body TEXT NOT NULL CHECK (body <> ''),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    started_at BIGINT NOT NULL,
    due BIGINT NOT NULL,
    met_at BIGINT,
    paused BOOLEAN NOT NULL,
    provisional BOOLEAN NOT NULL,
    PRIMARY KEY (order_id, round, clock, body)
);
CREATE INDEX order_clocks_due ON order_clocks (centre_id, clock, due, order_id);

-- The steps of ladders that have been taken, each once, and again when its clock has moved.
CREATE TABLE order_alarms (
    order_id TEXT NOT NULL REFERENCES orders (id),
    round BIGINT NOT NULL,
    clock TEXT NOT NULL,
    body TEXT NOT NULL,
    rung BIGINT NOT NULL,
    centre_id TEXT NOT NULL REFERENCES centres (id),
    does TEXT NOT NULL CHECK (does IN ('warn', 'urge', 'supervise', 'notify')),
    tells TEXT NOT NULL,
    -- When it was to be taken, and when it was.
    due_at BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (order_id, round, clock, body, rung, due_at)
);
CREATE INDEX order_alarms_newest ON order_alarms (centre_id, at, order_id);

-- A deadline that moved because a calendar or a policy did: the old value and why.
CREATE TABLE deadline_changes (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    centre_id TEXT NOT NULL REFERENCES centres (id),
    order_id TEXT NOT NULL REFERENCES orders (id),
    clock TEXT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    due_before BIGINT NOT NULL,
    due_after BIGINT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> '')
);
CREATE INDEX deadline_changes_order ON deadline_changes (centre_id, order_id, id);

-- By which clocks orders run: one row a version, each in force from a day on.
CREATE TABLE policy_versions (
    centre_id TEXT NOT NULL REFERENCES centres (id),
    name TEXT NOT NULL CHECK (name <> ''),
    version BIGINT NOT NULL CHECK (version >= 1),
    at BIGINT NOT NULL,
    saved_by TEXT REFERENCES people (id),
    in_force_from BIGINT NOT NULL,
    reason TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (centre_id, name, version)
);

-- Notices of holidays that came after the program did: one row a notice.
CREATE TABLE calendar_notices (
    centre_id TEXT NOT NULL REFERENCES centres (id),
    id TEXT NOT NULL CHECK (id <> ''),
    at BIGINT NOT NULL,
    saved_by TEXT REFERENCES people (id),
    content TEXT NOT NULL,
    PRIMARY KEY (centre_id, id)
);

-- Who has to handle what two bodies disputed: binds later orders of the category.
CREATE TABLE rulings (
    order_id TEXT NOT NULL REFERENCES orders (id),
    version BIGINT NOT NULL,
    centre_id TEXT NOT NULL REFERENCES centres (id),
    category TEXT,
    body TEXT NOT NULL,
    objected TEXT NOT NULL,
    basis TEXT NOT NULL,
    ruling TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_person TEXT NOT NULL REFERENCES people (id),
    PRIMARY KEY (order_id, version)
);
CREATE INDEX rulings_category ON rulings (centre_id, category, at) WHERE category IS NOT NULL;

-- What a body or the citizen is told, until it has it.
CREATE TABLE deliveries (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    centre_id TEXT NOT NULL REFERENCES centres (id),
    order_id TEXT NOT NULL REFERENCES orders (id),
    version BIGINT NOT NULL,
    -- Empty for the citizen.
    body TEXT NOT NULL,
    about TEXT NOT NULL CHECK (about <> ''),
    channel TEXT NOT NULL CHECK (channel IN ('page', 'webhook', 'email', 'message')),
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    -- When to try; NULL when it is over.
    next_at BIGINT,
    delivered_at BIGINT,
    UNIQUE (order_id, version, body, channel, about),
    CHECK ((state = 'waiting') = (next_at IS NOT NULL)),
    CHECK ((state = 'delivered') = (delivered_at IS NOT NULL))
);
CREATE INDEX deliveries_next ON deliveries (centre_id, next_at, id) WHERE next_at IS NOT NULL;

CREATE TABLE delivery_attempts (
    delivery_id BIGINT NOT NULL REFERENCES deliveries (id),
    attempt BIGINT NOT NULL CHECK (attempt >= 1),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    at BIGINT NOT NULL,
    -- Empty when it was taken.
    error TEXT NOT NULL,
    PRIMARY KEY (delivery_id, attempt)
);
