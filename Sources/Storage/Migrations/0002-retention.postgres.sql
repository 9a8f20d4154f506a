-- What is kept how long: holds, the record of what was removed, and the search index made anew where words are gone. And
-- lists by kind and by urgency.

CREATE INDEX orders_kind ON orders (centre_id, kind, created_at, id);
CREATE INDEX orders_urgency ON orders (centre_id, urgency, created_at, id);

-- When the citizen's words and name were removed from it; its number, states and moments stay, so that figures do.
ALTER TABLE orders ADD COLUMN removed_at BIGINT;

-- Whose time has passed, and whether any call still has a file.
CREATE INDEX calls_recorded ON calls (centre_id, arrived_at, id) WHERE recording IS NOT NULL;
CREATE INDEX calls_recording ON calls (recording) WHERE recording IS NOT NULL;

-- Nothing of the subject is removed while its hold stands (a court, an inspection): `order:…` or `call:…`.
CREATE TABLE holds (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    centre_id TEXT NOT NULL REFERENCES centres (id),
    subject TEXT NOT NULL CHECK (subject <> ''),
    reason TEXT NOT NULL CHECK (reason <> ''),
    placed_at BIGINT NOT NULL,
    placed_by TEXT REFERENCES people (id),
    released_at BIGINT CHECK (released_at >= placed_at),
    released_by TEXT REFERENCES people (id),
    CHECK (released_at IS NOT NULL OR released_by IS NULL)
);
CREATE UNIQUE INDEX holds_standing ON holds (centre_id, subject) WHERE released_at IS NULL;

-- What retention removed: a row a thing, added in the transaction that removes it.
CREATE TABLE removals (
    centre_id TEXT NOT NULL REFERENCES centres (id),
    subject TEXT NOT NULL CHECK (subject <> ''),
    content TEXT NOT NULL CHECK (content IN ('orders', 'recordings')),
    at BIGINT NOT NULL,
    -- In days, as the rule said.
    kept_days BIGINT NOT NULL CHECK (kept_days >= 1),
    -- Of what was removed: SHA-256.
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    PRIMARY KEY (centre_id, subject, content)
);
CREATE INDEX removals_newest ON removals (centre_id, at, subject);

-- Blocks of the search index that still hold words which were removed.
CREATE TABLE search_rebuilds (
    block BIGINT PRIMARY KEY
);

CREATE TRIGGER removals_stay BEFORE UPDATE ON removals
    FOR EACH ROW EXECUTE FUNCTION refuse_change('removals are only added to');
CREATE TRIGGER removals_remain BEFORE DELETE ON removals
    FOR EACH ROW EXECUTE FUNCTION refuse_change('removals are only added to');

-- Retention may take a note away and nothing else.
DROP TRIGGER order_transitions_stay ON order_transitions;
CREATE TRIGGER order_transitions_stay BEFORE UPDATE ON order_transitions
    FOR EACH ROW WHEN (NEW.note IS NOT NULL OR (OLD.order_id, OLD.version, OLD.centre_id, OLD.action, OLD.from_state,
        OLD.to_state, OLD.at, OLD.by_person) IS DISTINCT FROM (NEW.order_id, NEW.version, NEW.centre_id, NEW.action,
        NEW.from_state, NEW.to_state, NEW.at, NEW.by_person))
    EXECUTE FUNCTION refuse_change('history is only added to');
