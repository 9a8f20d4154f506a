-- How a call was routed, and the ways it can end since lines close, queues flow over and citizens are called back.

ALTER TABLE calls DROP CONSTRAINT calls_end_reason_check;
ALTER TABLE calls ADD CONSTRAINT calls_end_reason_check CHECK (end_reason IN (
        'callerHungUp', 'agentHungUp', 'vanished', 'interrupted', 'agentLost', 'noAnswer', 'busy', 'unreachable',
        'declined', 'queueFull', 'voiceOff', 'mediaFailed', 'closed', 'emergency', 'leftMessage', 'callbackFailed',
        'calledAgain'));

-- Where it waited, by which version of the rules, and the command by which another centre answered.
ALTER TABLE calls ADD COLUMN queue TEXT;
ALTER TABLE calls ADD COLUMN rules_version BIGINT;
ALTER TABLE calls ADD COLUMN takeover TEXT;
-- 1 is a person's first call, 2 the redial that follows.
ALTER TABLE calls ADD COLUMN attempt BIGINT CHECK (attempt >= 1);
ALTER TABLE calls ADD COLUMN callback_at BIGINT CHECK (callback_at >= arrived_at);
