-- The switchboard's journal, written on connections of its own so that nothing else delays a call.

CREATE TABLE journal (
    position BIGINT PRIMARY KEY CHECK (position >= 1),
    centre_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- Rows are never replayed under rules other than those that wrote them.
    rules_version BIGINT NOT NULL,
    event TEXT NOT NULL,
    actions TEXT NOT NULL
);

CREATE TABLE snapshots (
    position BIGINT PRIMARY KEY CHECK (position >= 0),
    centre_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    rules_version BIGINT NOT NULL,
    switchboard TEXT NOT NULL
);

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER journal_stays BEFORE UPDATE ON journal
    FOR EACH ROW EXECUTE FUNCTION refuse_change('the journal is only added to');
CREATE TRIGGER journal_remains BEFORE DELETE ON journal
    FOR EACH ROW EXECUTE FUNCTION refuse_change('the journal is only added to');
