-- How a call was routed, and the ways it can end since lines close, queues flow over and citizens are called back.

-- A CHECK cannot be changed in place: the table is made anew, and with it those that refer to it.
CREATE TABLE new_calls (
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
        'declined', 'queueFull', 'voiceOff', 'mediaFailed', 'closed', 'emergency', 'leftMessage', 'callbackFailed',
        'calledAgain')),
    -- What Engine makes of the end reason and the bridge; here to be filtered by.
    outcome TEXT CHECK (outcome IN ('answered', 'abandoned', 'failed', 'interrupted', 'refused')),
    purpose TEXT CHECK (purpose IN ('order', 'missed', 'followUp')),
    purpose_reference TEXT,
    missed INTEGER NOT NULL CHECK (missed IN (0, 1)),
    recording TEXT CHECK (recording <> ''),
    -- Where it waited, by which version of the rules, and the command by which another centre answered.
    queue TEXT,
    rules_version INTEGER,
    takeover TEXT,
    -- 1 is a person's first call, 2 the redial that follows.
    attempt INTEGER CHECK (attempt >= 1),
    callback_at INTEGER CHECK (callback_at >= arrived_at),
    -- Waiting begins when the greeting has been heard and ends at the bridge, or at the end of a call never bridged.
    waited_ms INTEGER GENERATED ALWAYS AS (coalesce(answered_at, ended_at) - queued_at) VIRTUAL,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CHECK ((ended_at IS NULL) = (outcome IS NULL)),
    CHECK ((purpose IS NULL) = (purpose_reference IS NULL)),
    CHECK (NOT missed OR (direction = 'inbound' AND ended_at IS NOT NULL))
) STRICT;
INSERT INTO new_calls (id, centre_id, direction, line, number, arrived_at, queued_at, answered_at, ended_at, agent, talk_ms, hold_ms,
    wrap_up_ms, offers, end_reason, outcome, purpose, purpose_reference, missed, recording)
SELECT id, centre_id, direction, line, number, arrived_at, queued_at, answered_at, ended_at, agent, talk_ms, hold_ms,
    wrap_up_ms, offers, end_reason, outcome, purpose, purpose_reference, missed, recording FROM calls;

CREATE TABLE new_missed_calls (
    id INTEGER PRIMARY KEY,
    centre_id TEXT NOT NULL REFERENCES centres (id),
    number TEXT NOT NULL,
    -- Of the newest attempt.
    call_id TEXT NOT NULL UNIQUE REFERENCES new_calls (id),
    line TEXT NOT NULL,
    at INTEGER NOT NULL,
    waited_ms INTEGER NOT NULL CHECK (waited_ms >= 0),
    attempts INTEGER NOT NULL CHECK (attempts >= 1),
    state TEXT NOT NULL CHECK (state IN ('open', 'done')),
    done_at INTEGER,
    done_by TEXT REFERENCES people (id),
    note TEXT CHECK (note <> ''),
    callback TEXT REFERENCES new_calls (id),
    CHECK ((state = 'done') = (done_at IS NOT NULL)),
    CHECK (state = 'done' OR (done_by IS NULL AND note IS NULL AND callback IS NULL))
) STRICT;
INSERT INTO new_missed_calls SELECT * FROM missed_calls;

CREATE TABLE new_missed_attempts (
    call_id TEXT NOT NULL PRIMARY KEY REFERENCES new_calls (id),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    missed_call INTEGER NOT NULL REFERENCES new_missed_calls (id)
) STRICT;
INSERT INTO new_missed_attempts SELECT * FROM missed_attempts;

DROP TABLE missed_attempts;
DROP TABLE missed_calls;
DROP TABLE calls;
ALTER TABLE new_calls RENAME TO calls;
ALTER TABLE new_missed_calls RENAME TO missed_calls;
ALTER TABLE new_missed_attempts RENAME TO missed_attempts;

CREATE INDEX calls_arrival ON calls (centre_id, arrived_at, id);
CREATE INDEX calls_line ON calls (centre_id, line, arrived_at, id);
CREATE INDEX calls_number ON calls (centre_id, number, arrived_at, id);
CREATE INDEX calls_agent ON calls (centre_id, agent, arrived_at, id);
CREATE INDEX calls_missed ON calls (centre_id, arrived_at, id) WHERE missed;
CREATE UNIQUE INDEX missed_calls_open ON missed_calls (centre_id, number) WHERE state = 'open' AND number <> '';
CREATE INDEX missed_calls_newest ON missed_calls (centre_id, at, id);
CREATE INDEX missed_calls_state ON missed_calls (centre_id, state, at, id);
CREATE INDEX calls_recorded ON calls (centre_id, arrived_at, id) WHERE recording IS NOT NULL;
CREATE INDEX calls_recording ON calls (recording) WHERE recording IS NOT NULL;
