-- What has to be sent to people: written once per cause, kind and recipient, sent by the mail system.

CREATE SCHEMA outbox;

CREATE TABLE outbox.messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The position of the event that caused it, for example 7:1234.
    cause text NOT NULL,
    kind text NOT NULL CONSTRAINT messages_kind CHECK (kind IN ('order_confirmation')),
    -- Where the mail goes is looked up in the vault when it is sent.
    person_id uuid NOT NULL,
    event_id uuid NOT NULL,
    order_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    CONSTRAINT messages_once UNIQUE (cause, kind, person_id)
);

CREATE INDEX messages_unsent ON outbox.messages (id) WHERE sent_at IS NULL;

GRANT USAGE ON SCHEMA outbox TO fullhouse_command;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA outbox TO fullhouse_command;
ALTER DEFAULT PRIVILEGES IN SCHEMA outbox
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO fullhouse_command;
