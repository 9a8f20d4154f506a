-- The switchboard's journal, in a file of its own so that nothing else delays a call.

CREATE TABLE journal (
    position INTEGER PRIMARY KEY CHECK (position >= 1),
    centre_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    -- Rows are never replayed under rules other than those that wrote them.
    rules_version INTEGER NOT NULL,
    event TEXT NOT NULL,
    actions TEXT NOT NULL
) STRICT;

CREATE TABLE snapshots (
    position INTEGER PRIMARY KEY CHECK (position >= 0),
    centre_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    rules_version INTEGER NOT NULL,
    switchboard TEXT NOT NULL
) STRICT;

CREATE TRIGGER journal_stays BEFORE UPDATE ON journal BEGIN
    SELECT raise(ABORT, 'the journal is only added to');
END;
CREATE TRIGGER journal_remains BEFORE DELETE ON journal BEGIN
    SELECT raise(ABORT, 'the journal is only added to');
END;
