-- People who can log in: accounts, sessions, and what proves who they are. Addresses and names live
-- in the vault, under the person's id.

-- From here on the projection service sees of a new table only what is granted to it by column.
ALTER DEFAULT PRIVILEGES IN SCHEMA identity REVOKE SELECT ON TABLES FROM fullhouse_projection;

CREATE TABLE identity.accounts (
    id uuid PRIMARY KEY,
    -- The person behind the address of the account.
    person_id uuid NOT NULL CONSTRAINT accounts_person UNIQUE,
    -- Absent if the account has no password; then nobody logs in with one.
    password_hash text,
    password_changed_at timestamptz,
    -- Absent until its owner has proved the address: until then nobody logs in.
    email_verified_at timestamptz,
    platform_admin boolean NOT NULL DEFAULT false,
    suspended_at timestamptz,
    created_at timestamptz NOT NULL
);

-- Every address that an account has proved, also earlier ones: what was bought with them is seen.
CREATE TABLE identity.proved_persons (
    person_id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES identity.accounts (id) ON DELETE CASCADE,
    proved_at timestamptz NOT NULL
);
CREATE INDEX proved_persons_account ON identity.proved_persons (account_id);

CREATE TABLE identity.sessions (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES identity.accounts (id) ON DELETE CASCADE,
    -- What the browser says it is.
    device text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    -- The latest end. A session that isn't used ends earlier.
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_because text,
    second_factor boolean NOT NULL DEFAULT false,
    stepped_up_at timestamptz,
    -- The platform admin who looks through this person's eyes.
    impersonator_id uuid REFERENCES identity.accounts (id) ON DELETE CASCADE,
    CONSTRAINT sessions_end CHECK ((ended_at IS NULL) = (ended_because IS NULL))
);
CREATE INDEX sessions_account ON identity.sessions (account_id) WHERE ended_at IS NULL;

-- A session is the family of its refresh tokens: each is replaced by the next when it is used.
CREATE TABLE identity.refresh_tokens (
    token_sha256 bytea PRIMARY KEY
        CONSTRAINT refresh_tokens_hash CHECK (length(token_sha256) = 32),
    session_id uuid NOT NULL REFERENCES identity.sessions (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    replaced_at timestamptz,
    successor_sha256 bytea,
    CONSTRAINT refresh_tokens_replaced
        CHECK ((replaced_at IS NULL) = (successor_sha256 IS NULL))
);
CREATE INDEX refresh_tokens_session ON identity.refresh_tokens (session_id);

-- What was mailed or handed out to be shown once, for one purpose.
CREATE TABLE identity.one_time_tokens (
    token_sha256 bytea PRIMARY KEY
        CONSTRAINT one_time_tokens_hash CHECK (length(token_sha256) = 32),
    purpose text NOT NULL,
    account_id uuid NOT NULL REFERENCES identity.accounts (id) ON DELETE CASCADE,
    -- The address that the token proves.
    person_id uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    redeemed_at timestamptz,
    attempts integer NOT NULL DEFAULT 0
);
CREATE INDEX one_time_tokens_account ON identity.one_time_tokens (account_id, purpose);

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA identity TO fullhouse_command;
REVOKE SELECT ON identity.accounts, identity.proved_persons, identity.sessions,
    identity.refresh_tokens, identity.one_time_tokens FROM fullhouse_projection;
GRANT SELECT (id, person_id, password_changed_at, email_verified_at, platform_admin,
              suspended_at, created_at) ON identity.accounts TO fullhouse_projection;
GRANT SELECT ON identity.proved_persons TO fullhouse_projection;
GRANT SELECT (id, account_id, device, created_at, last_used_at, expires_at, ended_at,
              second_factor, impersonator_id) ON identity.sessions TO fullhouse_projection;
