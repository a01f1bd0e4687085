-- Every kind of mail, what it says, in which language, and how sending it goes.

ALTER TABLE outbox.messages
    DROP CONSTRAINT messages_kind,
    ADD CONSTRAINT messages_kind CHECK (kind ~ '^[a-z_]{1,40}$'),
    ALTER COLUMN event_id DROP NOT NULL,
    -- Whatever the columns above don't say, sealed under the vault key of this name. Deleted when
    -- the mail was sent, because links in mails are secrets.
    ADD COLUMN content bytea,
    ADD COLUMN content_key text,
    ADD CONSTRAINT messages_content CHECK ((content IS NULL) = (content_key IS NULL)),
    ADD COLUMN language text NOT NULL DEFAULT 'en'
        CONSTRAINT messages_language CHECK (language IN ('en', 'de')),
    ADD COLUMN status text NOT NULL DEFAULT 'waiting'
        CONSTRAINT messages_status CHECK (status IN ('waiting', 'sent', 'failed')),
    ADD CONSTRAINT messages_sent CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
    ADD COLUMN attempts integer NOT NULL DEFAULT 0,
    -- Nobody else takes it before: the time of the next attempt, or the end of a sender's lease.
    ADD COLUMN next_attempt_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN last_error text;

DROP INDEX outbox.messages_unsent;
CREATE INDEX messages_due ON outbox.messages (next_attempt_at) WHERE status = 'waiting';
CREATE INDEX messages_failed ON outbox.messages (id) WHERE status = 'failed';
CREATE INDEX messages_person ON outbox.messages (person_id);

-- One row once a sender has run: whether there is a mail server to send by.
CREATE TABLE outbox.sender (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    has_server boolean NOT NULL,
    seen_at timestamptz NOT NULL
);

-- For the platform's health: how many wait and fail, not who gets what.
GRANT USAGE ON SCHEMA outbox TO fullhouse_projection;
GRANT SELECT (id, kind, status, created_at, sent_at, attempts) ON outbox.messages
    TO fullhouse_projection;
GRANT SELECT ON outbox.sender TO fullhouse_projection;
