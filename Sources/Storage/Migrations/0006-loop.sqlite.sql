-- The whole loop of an order: more states and actions, other bodies' shares, clocks as rows, alarms, policies, deliveries.

-- A CHECK cannot be changed in place, and to make a table of millions of rows anew takes hours. Where only a constraint
-- changes SQLite's manual has this way (lang_altertable, section 7): its text is written anew, and read again.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(replace(replace(sql,
    '''draft'', ''dispatched'', ''signed'', ''answered'', ''closed'', ''followedUp'', ''discarded''',
    '''draft'', ''dispatched'', ''signed'', ''disputed'', ''returned'', ''answered'', ''closed'',
    ''reviewing'', ''followedUp'', ''archived'', ''merged'', ''discarded'', ''withdrawn'''),
    'CHECK (state NOT IN (''dispatched'', ''signed'', ''answered'') OR',
    'CHECK (state NOT IN (''dispatched'', ''signed'', ''disputed'', ''answered'') OR'),
    'CHECK ((state IN (''closed'', ''followedUp'')) = (closed_at IS NOT NULL))',
    'CHECK ((state IN (''closed'', ''reviewing'', ''followedUp'', ''archived'')) = (closed_at IS NOT NULL))'),
    'CHECK (state IN (''draft'', ''discarded'') OR kind IS NOT NULL)',
    'CHECK (state IN (''draft'', ''merged'', ''discarded'', ''withdrawn'') OR kind IS NOT NULL)')
WHERE type = 'table' AND name = 'orders';
UPDATE sqlite_schema SET sql = replace(replace(sql,
    '''create'', ''save'', ''discard'', ''dispatch'', ''closeAtOnce'', ''sign'', ''contact'', ''answer'', ''close'', ''followUp''',
    '''create'', ''save'', ''discard'', ''dispatch'', ''closeAtOnce'', ''sign'', ''contact'', ''answer'',
    ''close'', ''sendBack'', ''giveBack'', ''object'', ''rule'', ''askExtension'', ''decideExtension'',
    ''pause'', ''resume'', ''urge'', ''supervise'', ''guide'', ''add'', ''share'', ''signShare'',
    ''answerShare'', ''regrade'', ''movePolicy'', ''label'', ''followUp'', ''redo'', ''explain'',
    ''archive'', ''merge'', ''unmerge'', ''link'', ''withdraw'''),
    'by_person TEXT NOT NULL REFERENCES', 'by_person TEXT REFERENCES')
WHERE type = 'table' AND name = 'order_transitions';
UPDATE sqlite_schema SET sql = replace(sql, 'by_person TEXT NOT NULL REFERENCES', 'by_person TEXT REFERENCES')
WHERE type = 'table' AND name = 'follow_ups';
PRAGMA writable_schema = RESET;

-- What few orders have, as JSON: shares, objections, pauses, extensions. What lists are filtered by stands beside it.
ALTER TABLE orders ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
ALTER TABLE orders ADD COLUMN category TEXT CHECK (category <> '');
ALTER TABLE orders ADD COLUMN supervised_at INTEGER;
-- When the next step of some clock's ladder is to be taken.
ALTER TABLE orders ADD COLUMN next_alarm INTEGER;
CREATE INDEX orders_alarm ON orders (centre_id, next_alarm, id) WHERE next_alarm IS NOT NULL;
CREATE INDEX orders_category ON orders (centre_id, category, created_at, id) WHERE category IS NOT NULL;
CREATE INDEX orders_supervised ON orders (centre_id, supervised_at, id) WHERE supervised_at IS NOT NULL;

-- The other bodies that have a part in an order, so that each finds it in its list.
CREATE TABLE order_shares (
    order_id TEXT NOT NULL REFERENCES orders (id),
    body TEXT NOT NULL CHECK (body <> ''),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    PRIMARY KEY (order_id, body)
) STRICT;
CREATE INDEX order_shares_body ON order_shares (centre_id, body, order_id);

-- Projects and events, across kinds.
CREATE TABLE order_tags (
    order_id TEXT NOT NULL REFERENCES orders (id),
    tag TEXT NOT NULL CHECK (tag <> ''),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    PRIMARY KEY (order_id, tag)
) STRICT;
CREATE INDEX order_tags_tag ON order_tags (centre_id, tag, order_id);

-- Each clock of each order as it stands; computed by Engine at each change.
CREATE TABLE order_clocks (
    order_id TEXT NOT NULL REFERENCES orders (id),
    round INTEGER NOT NULL CHECK (round >= 1),
    clock TEXT NOT NULL CHECK (clock IN ('sign', 'contact', 'respond', 'resolve', 'follow-up')),
    -- Who has to keep it, so that what one body kept stays when another is asked.
    body TEXT NOT NULL CHECK (body <> ''),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    started_at INTEGER NOT NULL,
    due INTEGER NOT NULL,
    met_at INTEGER,
    paused INTEGER NOT NULL CHECK (paused IN (0, 1)),
    provisional INTEGER NOT NULL CHECK (provisional IN (0, 1)),
    PRIMARY KEY (order_id, round, clock, body)
) STRICT;
CREATE INDEX order_clocks_due ON order_clocks (centre_id, clock, due, order_id);

-- The steps of ladders that have been taken, each once, and again when its clock has moved.
CREATE TABLE order_alarms (
    order_id TEXT NOT NULL REFERENCES orders (id),
    round INTEGER NOT NULL,
    clock TEXT NOT NULL,
    body TEXT NOT NULL,
    rung INTEGER NOT NULL,
    centre_id TEXT NOT NULL REFERENCES centres (id),
    does TEXT NOT NULL CHECK (does IN ('warn', 'urge', 'supervise', 'notify')),
    tells TEXT NOT NULL,
    -- When it was to be taken, and when it was.
    due_at INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (order_id, round, clock, body, rung, due_at)
) STRICT;
CREATE INDEX order_alarms_newest ON order_alarms (centre_id, at, order_id);

-- A deadline that moved because a calendar or a policy did: the old value and why.
CREATE TABLE deadline_changes (
    id INTEGER PRIMARY KEY,
    centre_id TEXT NOT NULL REFERENCES centres (id),
    order_id TEXT NOT NULL REFERENCES orders (id),
    clock TEXT NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    due_before INTEGER NOT NULL,
    due_after INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> '')
) STRICT;
CREATE INDEX deadline_changes_order ON deadline_changes (centre_id, order_id, id);

-- By which clocks orders run: one row a version, each in force from a day on.
CREATE TABLE policy_versions (
    centre_id TEXT NOT NULL REFERENCES centres (id),
    name TEXT NOT NULL CHECK (name <> ''),
    version INTEGER NOT NULL CHECK (version >= 1),
    at INTEGER NOT NULL,
    saved_by TEXT REFERENCES people (id),
    in_force_from INTEGER NOT NULL,
    reason TEXT NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content)),
    PRIMARY KEY (centre_id, name, version)
) STRICT;

-- Notices of holidays that came after the program did: one row a notice.
CREATE TABLE calendar_notices (
    centre_id TEXT NOT NULL REFERENCES centres (id),
    id TEXT NOT NULL CHECK (id <> ''),
    at INTEGER NOT NULL,
    saved_by TEXT REFERENCES people (id),
    content TEXT NOT NULL CHECK (json_valid(content)),
    PRIMARY KEY (centre_id, id)
) STRICT;

-- Who has to handle what two bodies disputed: binds later orders of the category.
CREATE TABLE rulings (
    order_id TEXT NOT NULL REFERENCES orders (id),
    version INTEGER NOT NULL,
    centre_id TEXT NOT NULL REFERENCES centres (id),
    category TEXT,
    body TEXT NOT NULL,
    objected TEXT NOT NULL,
    basis TEXT NOT NULL,
    ruling TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_person TEXT NOT NULL REFERENCES people (id),
    PRIMARY KEY (order_id, version)
) STRICT;
CREATE INDEX rulings_category ON rulings (centre_id, category, at) WHERE category IS NOT NULL;

-- What a body or the citizen is told, until it has it.
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    centre_id TEXT NOT NULL REFERENCES centres (id),
    order_id TEXT NOT NULL REFERENCES orders (id),
    version INTEGER NOT NULL,
    -- Empty for the citizen.
    body TEXT NOT NULL,
    about TEXT NOT NULL CHECK (about <> ''),
    channel TEXT NOT NULL CHECK (channel IN ('page', 'webhook', 'email', 'message')),
    address TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    -- When to try; NULL when it is over.
    next_at INTEGER,
    delivered_at INTEGER,
    UNIQUE (order_id, version, body, channel, about),
    CHECK ((state = 'waiting') = (next_at IS NOT NULL)),
    CHECK ((state = 'delivered') = (delivered_at IS NOT NULL))
) STRICT;
CREATE INDEX deliveries_next ON deliveries (centre_id, next_at, id) WHERE next_at IS NOT NULL;

CREATE TABLE delivery_attempts (
    delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
    attempt INTEGER NOT NULL CHECK (attempt >= 1),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    at INTEGER NOT NULL,
    -- Empty when it was taken.
    error TEXT NOT NULL,
    PRIMARY KEY (delivery_id, attempt)
) STRICT;
