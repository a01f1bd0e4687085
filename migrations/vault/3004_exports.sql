-- Everything that is held about the owner of an account, collected for them to download.

CREATE TABLE vault.exports (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    -- Nobody else takes it before: the time of the next attempt, or the end of a lease.
    next_attempt_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    ready_at timestamptz,
    -- Deleted then.
    expires_at timestamptz NOT NULL,
    -- JSON, sealed under the vault key of this name.
    content bytea,
    content_key text,
    CONSTRAINT exports_ready CHECK (num_nulls(ready_at, content, content_key) IN (0, 3))
);

CREATE INDEX exports_account ON vault.exports (account_id);
CREATE INDEX exports_due ON vault.exports (next_attempt_at) WHERE ready_at IS NULL;
CREATE INDEX exports_expiry ON vault.exports (expires_at);
