-- People, the centre, calls, missed calls, work orders and the audit.
--
-- Shape and uniqueness are held here; what may follow what is Engine's to say. Moments are milliseconds since
-- 1970-01-01 UTC. `centre_id` is on every row and first in every index, so that several centres can share a database
-- one day.

CREATE TABLE centres (
    id TEXT NOT NULL PRIMARY KEY CHECK (id <> '')
) STRICT;

CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    login TEXT NOT NULL CHECK (login <> ''),
    -- The login in lower case; folded by the program, because a database folds ASCII only.
    login_key TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('agent', 'leader', 'officer', 'director', 'administrator')),
    agent TEXT,
    body TEXT,
    password_hash TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('zh', 'en')),
    theme TEXT NOT NULL CHECK (theme IN ('light', 'dark', 'system')),
    text_size TEXT NOT NULL CHECK (text_size IN ('normal', 'large')),
    active INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX people_login ON people (centre_id, login_key);
-- An agent number belongs to one person at a time; who has left keeps hers in the history.
CREATE UNIQUE INDEX people_agent ON people (centre_id, agent) WHERE active AND agent IS NOT NULL;

-- The centre as it was configured: one row a version, the newest holds.
CREATE TABLE centre_versions (
    centre_id TEXT NOT NULL REFERENCES centres (id),
    version INTEGER NOT NULL CHECK (version >= 1),
    at INTEGER NOT NULL,
    saved_by TEXT REFERENCES people (id),
    content TEXT NOT NULL CHECK (json_valid(content)),
    PRIMARY KEY (centre_id, version)
) STRICT;

CREATE TABLE sessions (
    digest TEXT NOT NULL PRIMARY KEY CHECK (length(digest) = 64),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    person TEXT NOT NULL REFERENCES people (id),
    csrf_token TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
    used_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_person ON sessions (person);
CREATE INDEX sessions_expiry ON sessions (centre_id, expires_at);

-- How far into the switchboard's journal each table made from it has come.
CREATE TABLE projections (
    centre_id TEXT NOT NULL REFERENCES centres (id),
    name TEXT NOT NULL CHECK (name <> ''),
    position INTEGER NOT NULL CHECK (position >= 0),
    PRIMARY KEY (centre_id, name)
) STRICT;

CREATE TABLE calls (
    id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    direction TEXT NOT NULL CHECK (direction IN ('inbound', 'outbound')),
    line TEXT NOT NULL,
    number TEXT NOT NULL,
    arrived_at INTEGER NOT NULL,
    queued_at INTEGER CHECK (queued_at >= arrived_at),
    answered_at INTEGER CHECK (answered_at >= arrived_at),
    ended_at INTEGER CHECK (ended_at >= arrived_at),
    agent TEXT,
    talk_ms INTEGER NOT NULL CHECK (talk_ms >= 0),
    hold_ms INTEGER NOT NULL CHECK (hold_ms >= 0),
    wrap_up_ms INTEGER NOT NULL CHECK (wrap_up_ms >= 0),
    offers INTEGER NOT NULL CHECK (offers >= 0),
    end_reason TEXT CHECK (end_reason IN (
        'callerHungUp', 'agentHungUp', 'vanished', 'interrupted', 'agentLost', 'noAnswer', 'busy', 'unreachable',
        'declined', 'queueFull', 'voiceOff', 'mediaFailed')),
    -- What Engine makes of the end reason and the bridge; here to be filtered by.
    outcome TEXT CHECK (outcome IN ('answered', 'abandoned', 'failed', 'interrupted', 'refused')),
    purpose TEXT CHECK (purpose IN ('order', 'missed', 'followUp')),
    purpose_reference TEXT,
    missed INTEGER NOT NULL CHECK (missed IN (0, 1)),
    recording TEXT CHECK (recording <> ''),
    -- Waiting begins when the greeting has been heard and ends at the bridge, or at the end of a call never bridged.
    waited_ms INTEGER GENERATED ALWAYS AS (coalesce(answered_at, ended_at) - queued_at) VIRTUAL,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CHECK ((ended_at IS NULL) = (outcome IS NULL)),
    CHECK ((purpose IS NULL) = (purpose_reference IS NULL)),
    CHECK (NOT missed OR (direction = 'inbound' AND ended_at IS NOT NULL))
) STRICT;
CREATE INDEX calls_arrival ON calls (centre_id, arrived_at, id);
CREATE INDEX calls_line ON calls (centre_id, line, arrived_at, id);
CREATE INDEX calls_number ON calls (centre_id, number, arrived_at, id);
CREATE INDEX calls_agent ON calls (centre_id, agent, arrived_at, id);
CREATE INDEX calls_missed ON calls (centre_id, arrived_at, id) WHERE missed;

-- Who is owed a call back: at most one open row a number, and a row for each caller who hid hers.
CREATE TABLE missed_calls (
    id INTEGER PRIMARY KEY,
    centre_id TEXT NOT NULL REFERENCES centres (id),
    number TEXT NOT NULL,
    -- Of the newest attempt.
    call_id TEXT NOT NULL UNIQUE REFERENCES calls (id),
    line TEXT NOT NULL,
    at INTEGER NOT NULL,
    waited_ms INTEGER NOT NULL CHECK (waited_ms >= 0),
    attempts INTEGER NOT NULL CHECK (attempts >= 1),
    state TEXT NOT NULL CHECK (state IN ('open', 'done')),
    done_at INTEGER,
    done_by TEXT REFERENCES people (id),
    note TEXT CHECK (note <> ''),
    callback TEXT REFERENCES calls (id),
    CHECK ((state = 'done') = (done_at IS NOT NULL)),
    CHECK (state = 'done' OR (done_by IS NULL AND note IS NULL AND callback IS NULL))
) STRICT;
CREATE UNIQUE INDEX missed_calls_open ON missed_calls (centre_id, number) WHERE state = 'open' AND number <> '';
CREATE INDEX missed_calls_newest ON missed_calls (centre_id, at, id);
CREATE INDEX missed_calls_state ON missed_calls (centre_id, state, at, id);

-- Which calls a row counts, so that a record applied twice counts once and any attempt finds its row.
CREATE TABLE missed_attempts (
    call_id TEXT NOT NULL PRIMARY KEY REFERENCES calls (id),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    missed_call INTEGER NOT NULL REFERENCES missed_calls (id)
) STRICT;

-- The last order number of each day.
CREATE TABLE order_numbers (
    centre_id TEXT NOT NULL REFERENCES centres (id),
    day TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'),
    last INTEGER NOT NULL CHECK (last BETWEEN 1 AND 999999),
    PRIMARY KEY (centre_id, day)
) STRICT;

CREATE TABLE orders (
    -- In the order of creation; the search index knows an order by it.
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE CHECK (id <> ''),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    number TEXT NOT NULL CHECK (number GLOB
        '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9][0-9][0-9]'),
    state TEXT NOT NULL CHECK (state IN (
        'draft', 'dispatched', 'signed', 'answered', 'closed', 'followedUp', 'discarded')),
    version INTEGER NOT NULL CHECK (version >= 1),
    line TEXT NOT NULL,
    -- No foreign key: the call's row is made from the journal and may come after the order.
    call_id TEXT,
    taken_by TEXT NOT NULL REFERENCES people (id),
    kind TEXT CHECK (kind IN ('consultation', 'enquiry', 'help', 'complaint', 'report', 'suggestion', 'praise')),
    urgency TEXT NOT NULL CHECK (urgency IN ('ordinary', 'urgent', 'extra-urgent')),
    title TEXT NOT NULL,
    what TEXT NOT NULL,
    place TEXT NOT NULL,
    -- When it happened, in the citizen's words.
    time TEXT NOT NULL,
    wish TEXT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    confidential INTEGER NOT NULL CHECK (confidential IN (0, 1)),
    body TEXT,
    answer TEXT,
    created_at INTEGER NOT NULL,
    dispatched_at INTEGER,
    signed_at INTEGER,
    responded_at INTEGER,
    answered_at INTEGER,
    closed_at INTEGER,
    -- When the earliest clock that runs is due, and when it must be closed; computed by Engine at each change.
    next_due INTEGER,
    resolve_due INTEGER,
    CHECK (state IN ('draft', 'discarded') OR kind IS NOT NULL),
    CHECK (state NOT IN ('dispatched', 'signed', 'answered') OR (body IS NOT NULL AND dispatched_at IS NOT NULL)),
    CHECK ((state IN ('closed', 'followedUp')) = (closed_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX orders_number ON orders (centre_id, number);
CREATE INDEX orders_newest ON orders (centre_id, created_at, id);
CREATE INDEX orders_state ON orders (centre_id, state, created_at, id);
CREATE INDEX orders_body ON orders (centre_id, body, created_at, id);
CREATE INDEX orders_taken_by ON orders (centre_id, taken_by, created_at, id);
CREATE INDEX orders_phone ON orders (centre_id, phone, created_at, id) WHERE phone <> '';
CREATE INDEX orders_call ON orders (call_id, created_at, id) WHERE call_id IS NOT NULL;
CREATE INDEX orders_due ON orders (centre_id, next_due, id) WHERE next_due IS NOT NULL;
CREATE INDEX orders_dispatched ON orders (centre_id, dispatched_at) WHERE dispatched_at IS NOT NULL;
CREATE INDEX orders_closed ON orders (centre_id, closed_at) WHERE closed_at IS NOT NULL;

-- The search index, made and read by Storage/Search: for a block of 16,384 orders, which of them have which key; keys that
-- are alike share a row.
CREATE TABLE search_index (
    block INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    sets BLOB NOT NULL,
    PRIMARY KEY (block, bucket)
) STRICT, WITHOUT ROWID;

-- The words of orders that are new or changed and not in the search index yet: these are gone through.
CREATE TABLE unindexed_orders (
    sequence INTEGER PRIMARY KEY REFERENCES orders (sequence),
    version INTEGER NOT NULL,
    words TEXT NOT NULL,
    codes TEXT NOT NULL
) STRICT;

-- One row a change: who, when, from, to, why.
CREATE TABLE order_transitions (
    order_id TEXT NOT NULL REFERENCES orders (id),
    -- The version the change made.
    version INTEGER NOT NULL CHECK (version >= 1),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    action TEXT NOT NULL CHECK (action IN (
        'create', 'save', 'discard', 'dispatch', 'closeAtOnce', 'sign', 'contact', 'answer', 'close', 'followUp')),
    from_state TEXT,
    to_state TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_person TEXT NOT NULL REFERENCES people (id),
    note TEXT,
    CHECK ((action = 'create') = (from_state IS NULL)),
    PRIMARY KEY (order_id, version)
) STRICT;

CREATE TABLE follow_ups (
    order_id TEXT NOT NULL REFERENCES orders (id),
    attempt INTEGER NOT NULL CHECK (attempt >= 1),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    at INTEGER NOT NULL,
    by_person TEXT NOT NULL REFERENCES people (id),
    reached INTEGER NOT NULL CHECK (reached IN (0, 1)),
    -- NULL is "no verdict", never a number of its own.
    satisfaction INTEGER CHECK (satisfaction BETWEEN 1 AND 5),
    solved INTEGER CHECK (solved IN (0, 1)),
    note TEXT NOT NULL,
    call_id TEXT,
    CHECK (reached OR (satisfaction IS NULL AND solved IS NULL)),
    PRIMARY KEY (order_id, attempt)
) STRICT;
CREATE INDEX follow_ups_reached ON follow_ups (centre_id, at, order_id) WHERE reached;

CREATE TABLE audit (
    -- Never used twice, so that a row that was taken out leaves a gap.
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    centre_id TEXT NOT NULL REFERENCES centres (id),
    at INTEGER NOT NULL,
    -- NULL is the program itself, or somebody who has not signed in.
    person TEXT REFERENCES people (id),
    address TEXT,
    action TEXT NOT NULL CHECK (action <> ''),
    subject TEXT NOT NULL CHECK (subject <> ''),
    digest TEXT CHECK (length(digest) = 64)
) STRICT;
CREATE INDEX audit_newest ON audit (centre_id, sequence);

-- The audit's seals, each over the rows since the last (Storage/Audit).
CREATE TABLE audit_seals (
    centre_id TEXT NOT NULL REFERENCES centres (id),
    position INTEGER NOT NULL CHECK (position >= 1),
    at INTEGER NOT NULL,
    first_sequence INTEGER NOT NULL,
    last_sequence INTEGER NOT NULL CHECK (last_sequence >= first_sequence),
    sequences TEXT NOT NULL,
    hashes TEXT NOT NULL,
    chain TEXT NOT NULL CHECK (length(chain) = 64),
    PRIMARY KEY (centre_id, position)
) STRICT;

-- History is only added to.
CREATE TRIGGER order_transitions_stay BEFORE UPDATE ON order_transitions BEGIN
    SELECT raise(ABORT, 'history is only added to');
END;
CREATE TRIGGER order_transitions_remain BEFORE DELETE ON order_transitions BEGIN
    SELECT raise(ABORT, 'history is only added to');
END;
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN
    SELECT raise(ABORT, 'the audit is only added to');
END;
CREATE TRIGGER audit_remains BEFORE DELETE ON audit BEGIN
    SELECT raise(ABORT, 'the audit is only added to');
END;
CREATE TRIGGER audit_seals_stay BEFORE UPDATE ON audit_seals BEGIN
    SELECT raise(ABORT, 'the audit is only added to');
END;
CREATE TRIGGER audit_seals_remain BEFORE DELETE ON audit_seals BEGIN
    SELECT raise(ABORT, 'the audit is only added to');
END;
