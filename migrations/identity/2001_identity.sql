-- Who may do what: organisations and the keys of programs.

CREATE SCHEMA identity;

CREATE TABLE identity.organizations (
    id uuid PRIMARY KEY,
    name text NOT NULL CONSTRAINT organizations_name CHECK (name <> ''),
    created_at timestamptz NOT NULL
);

CREATE TABLE identity.api_keys (
    id uuid PRIMARY KEY,
    -- Absent for keys of the platform itself.
    organization_id uuid REFERENCES identity.organizations (id),
    role text NOT NULL,
    label text NOT NULL,
    -- Of the secret part. The secret itself is shown once and kept nowhere.
    secret_sha256 bytea NOT NULL CONSTRAINT api_keys_secret CHECK (length(secret_sha256) = 32),
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    CONSTRAINT api_keys_role CHECK (
        (role = 'admin' AND organization_id IS NULL)
        OR (role = 'organizer' AND organization_id IS NOT NULL)
    )
);

CREATE INDEX api_keys_organization ON identity.api_keys (organization_id);

GRANT USAGE ON SCHEMA identity TO fullhouse_command, fullhouse_projection;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA identity TO fullhouse_command;
GRANT SELECT ON ALL TABLES IN SCHEMA identity TO fullhouse_projection;
ALTER DEFAULT PRIVILEGES IN SCHEMA identity
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO fullhouse_command;
ALTER DEFAULT PRIVILEGES IN SCHEMA identity GRANT SELECT ON TABLES TO fullhouse_projection;
