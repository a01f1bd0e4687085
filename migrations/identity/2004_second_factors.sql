-- One-time codes from an app, and what replaces the app when it is lost.

CREATE TABLE identity.second_factors (
    account_id uuid PRIMARY KEY REFERENCES identity.accounts (id) ON DELETE CASCADE,
    -- The shared secret, sealed with a key of the vault.
    secret bytea NOT NULL,
    secret_key text NOT NULL,
    created_at timestamptz NOT NULL,
    -- Absent until a first code has shown that the app has the secret.
    confirmed_at timestamptz,
    -- The time step of the last code: none is taken twice.
    last_step bigint NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    blocked_until timestamptz
);

CREATE TABLE identity.recovery_codes (
    code_sha256 bytea PRIMARY KEY
        CONSTRAINT recovery_codes_hash CHECK (length(code_sha256) = 32),
    account_id uuid NOT NULL REFERENCES identity.accounts (id) ON DELETE CASCADE,
    used_at timestamptz
);
CREATE INDEX recovery_codes_account ON identity.recovery_codes (account_id);

REVOKE SELECT ON identity.second_factors, identity.recovery_codes FROM fullhouse_projection;
GRANT SELECT (account_id, confirmed_at) ON identity.second_factors TO fullhouse_projection;
GRANT SELECT (account_id, used_at) ON identity.recovery_codes TO fullhouse_projection;
