-- What all processes together have taken of the rate limits that each counts by itself.

-- Of a token bucket only the instant is kept at which it is full again. Not logged: after a crash
-- the processes go on with what they know.
CREATE UNLOGGED TABLE edge.spent (
    -- A hash of the limit and of whom it is about.
    bucket bytea PRIMARY KEY,
    full_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX spent_full ON edge.spent (full_at);

-- Both services count for the same limits.
GRANT USAGE ON SCHEMA edge TO fullhouse_projection;
GRANT SELECT, INSERT, UPDATE, DELETE ON edge.spent TO fullhouse_command, fullhouse_projection;
