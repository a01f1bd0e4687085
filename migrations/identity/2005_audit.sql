-- Security-relevant facts on their way into the log: written with the change they tell about, taken
-- away once they are recorded.

CREATE TABLE identity.audit_pending (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Also the command id of the recorded event, so that none is recorded twice.
    id uuid NOT NULL UNIQUE,
    stream_id uuid NOT NULL,
    event_type text NOT NULL,
    payload text NOT NULL,
    metadata text NOT NULL
);

REVOKE SELECT ON identity.audit_pending FROM fullhouse_projection;
