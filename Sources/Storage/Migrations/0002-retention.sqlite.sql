-- What is kept how long: holds, the record of what was removed, and the search index made anew where words are gone. And
-- lists by kind and by urgency.

CREATE INDEX orders_kind ON orders (centre_id, kind, created_at, id);
CREATE INDEX orders_urgency ON orders (centre_id, urgency, created_at, id);

-- When the citizen's words and name were removed from it; its number, states and moments stay, so that figures do.
ALTER TABLE orders ADD COLUMN removed_at INTEGER;

-- Whose time has passed, and whether any call still has a file.
CREATE INDEX calls_recorded ON calls (centre_id, arrived_at, id) WHERE recording IS NOT NULL;
CREATE INDEX calls_recording ON calls (recording) WHERE recording IS NOT NULL;

-- Nothing of the subject is removed while its hold stands (a court, an inspection): `order:…` or `call:…`.
CREATE TABLE holds (
    id INTEGER PRIMARY KEY,
    centre_id TEXT NOT NULL REFERENCES centres (id),
    subject TEXT NOT NULL CHECK (subject <> ''),
    reason TEXT NOT NULL CHECK (reason <> ''),
    placed_at INTEGER NOT NULL,
    placed_by TEXT REFERENCES people (id),
    released_at INTEGER CHECK (released_at >= placed_at),
    released_by TEXT REFERENCES people (id),
    CHECK (released_at IS NOT NULL OR released_by IS NULL)
) STRICT;
CREATE UNIQUE INDEX holds_standing ON holds (centre_id, subject) WHERE released_at IS NULL;

-- What retention removed: a row a thing, added in the transaction that removes it.
CREATE TABLE removals (
    centre_id TEXT NOT NULL REFERENCES centres (id),
    subject TEXT NOT NULL CHECK (subject <> ''),
    content TEXT NOT NULL CHECK (content IN ('orders', 'recordings')),
    at INTEGER NOT NULL,
    -- In days, as the rule said.
    kept_days INTEGER NOT NULL CHECK (kept_days >= 1),
    -- Of what was removed: SHA-256.
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    PRIMARY KEY (centre_id, subject, content)
) STRICT;
CREATE INDEX removals_newest ON removals (centre_id, at, subject);

-- Blocks of the search index that still hold words which were removed.
CREATE TABLE search_rebuilds (
    block INTEGER PRIMARY KEY
) STRICT;

-- With row numbers: in a table without them each inner page of the tree would hold whole sets, and few keys.
ALTER TABLE search_index RENAME TO old_search_index;
CREATE TABLE search_index (
    block INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    sets BLOB NOT NULL,
    PRIMARY KEY (block, bucket)
) STRICT;
INSERT INTO search_index SELECT block, bucket, sets FROM old_search_index ORDER BY block, bucket;
DROP TABLE old_search_index;

CREATE TRIGGER removals_stay BEFORE UPDATE ON removals BEGIN
    SELECT raise(ABORT, 'removals are only added to');
END;
CREATE TRIGGER removals_remain BEFORE DELETE ON removals BEGIN
    SELECT raise(ABORT, 'removals are only added to');
END;

-- Retention may take a note away and nothing else.
DROP TRIGGER order_transitions_stay;
CREATE TRIGGER order_transitions_stay BEFORE UPDATE ON order_transitions
WHEN new.note IS NOT NULL OR (old.order_id, old.version, old.centre_id, old.action, old.from_state, old.to_state, old.at,
    old.by_person) IS NOT (new.order_id, new.version, new.centre_id, new.action, new.from_state, new.to_state, new.at,
    new.by_person)
BEGIN
    SELECT raise(ABORT, 'history is only added to');
END;
