-- How often what can be guessed was tried lately, for all processes together.

CREATE SCHEMA edge;
GRANT USAGE ON SCHEMA edge TO fullhouse_command;

-- Of a token bucket only the instant is kept at which it is full again. Not logged: after a crash
-- everybody may try again, and no attempt costs a write to disk.
CREATE UNLOGGED TABLE edge.attempts (
    -- A hash of the route and of who tries.
    bucket bytea PRIMARY KEY,
    full_at timestamptz NOT NULL,
    -- Whether the last attempt was refused.
    refused boolean NOT NULL DEFAULT false
) WITH (fillfactor = 70);

GRANT SELECT, INSERT, UPDATE, DELETE ON edge.attempts TO fullhouse_command;
