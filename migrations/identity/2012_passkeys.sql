-- Passkeys, and the challenges in which they are made and shown.

CREATE TABLE identity.passkeys (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES identity.accounts (id) ON DELETE CASCADE,
    -- What its authenticator calls it.
    credential_id bytea NOT NULL CONSTRAINT passkeys_credential UNIQUE
        CONSTRAINT passkeys_credential_length CHECK (length(credential_id) BETWEEN 1 AND 1023),
    -- What its owner calls it.
    name text NOT NULL CONSTRAINT passkeys_name CHECK (name <> ''),
    -- Public key, signature counter and flags, as the library that checks them writes them.
    credential jsonb NOT NULL,
    -- Whether it can be, and is, kept in more than one place.
    backup_eligible boolean NOT NULL,
    backed_up boolean NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz
);
CREATE INDEX passkeys_account ON identity.passkeys (account_id);

-- What is still to be answered. Not logged: after a crash everybody begins anew, and no visitor of
-- the log-in page costs a write to disk.
CREATE UNLOGGED TABLE identity.passkey_ceremonies (
    token_sha256 bytea PRIMARY KEY
        CONSTRAINT passkey_ceremonies_hash CHECK (length(token_sha256) = 32),
    purpose text NOT NULL CONSTRAINT passkey_ceremonies_purpose
        CHECK (purpose IN ('add', 'log_in', 'second_factor', 'step_up')),
    -- Absent while nobody knows who logs in.
    account_id uuid REFERENCES identity.accounts (id) ON DELETE CASCADE,
    -- The challenge, and what was asked for.
    state jsonb NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT passkey_ceremonies_account CHECK ((account_id IS NULL) = (purpose = 'log_in'))
);
CREATE INDEX passkey_ceremonies_expiry ON identity.passkey_ceremonies (expires_at);
CREATE INDEX passkey_ceremonies_of_account ON identity.passkey_ceremonies (account_id);

GRANT SELECT (id, account_id, name, backup_eligible, backed_up, created_at, last_used_at)
    ON identity.passkeys TO fullhouse_projection;
