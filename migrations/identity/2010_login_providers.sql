-- Log-in with accounts that people have elsewhere (OpenID Connect).

-- What the command services were last started with, so that pages can offer it.
CREATE TABLE identity.login_providers (
    name text PRIMARY KEY,
    label text NOT NULL,
    place integer NOT NULL
);

-- Which log-in elsewhere opens which account here.
CREATE TABLE identity.linked_logins (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES identity.accounts (id) ON DELETE CASCADE,
    provider text NOT NULL,
    -- A keyed hash of the issuer and of what it calls the person.
    subject_key bytea NOT NULL CONSTRAINT linked_logins_subject UNIQUE
        CONSTRAINT linked_logins_hash CHECK (length(subject_key) = 32),
    linked_at timestamptz NOT NULL,
    last_used_at timestamptz,
    CONSTRAINT linked_logins_provider UNIQUE (account_id, provider)
);

-- People who were sent to a provider and aren't back yet. Nonce and code verifier follow from the
-- secret that only their browser has.
CREATE TABLE identity.provider_attempts (
    state_sha256 bytea PRIMARY KEY
        CONSTRAINT provider_attempts_state CHECK (length(state_sha256) = 32),
    browser_sha256 bytea NOT NULL
        CONSTRAINT provider_attempts_browser CHECK (length(browser_sha256) = 32),
    provider text NOT NULL,
    purpose text NOT NULL CONSTRAINT provider_attempts_purpose
        CHECK (purpose IN ('log_in', 'link', 'step_up')),
    -- Whose session it is about; absent for a log-in.
    session_id uuid REFERENCES identity.sessions (id) ON DELETE CASCADE,
    return_to text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    redeemed_at timestamptz,
    CONSTRAINT provider_attempts_session CHECK ((purpose = 'log_in') = (session_id IS NULL))
);
CREATE INDEX provider_attempts_expiry ON identity.provider_attempts (expires_at);

-- Log-ins whose address isn't proved to us: they count when the token that was mailed there comes
-- back from the same browser.
CREATE TABLE identity.pending_links (
    token_sha256 bytea PRIMARY KEY
        CONSTRAINT pending_links_token CHECK (length(token_sha256) = 32),
    browser_sha256 bytea NOT NULL
        CONSTRAINT pending_links_browser CHECK (length(browser_sha256) = 32),
    provider text NOT NULL,
    subject_key bytea NOT NULL CONSTRAINT pending_links_hash CHECK (length(subject_key) = 32),
    -- The address that the token proves.
    person_id uuid NOT NULL,
    return_to text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    redeemed_at timestamptz
);
CREATE INDEX pending_links_person ON identity.pending_links (person_id);
CREATE INDEX pending_links_expiry ON identity.pending_links (expires_at);

REVOKE SELECT ON identity.login_providers, identity.linked_logins, identity.provider_attempts,
    identity.pending_links FROM fullhouse_projection;
GRANT SELECT ON identity.login_providers TO fullhouse_projection;
GRANT SELECT (id, account_id, provider, linked_at, last_used_at) ON identity.linked_logins
    TO fullhouse_projection;
