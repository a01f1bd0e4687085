-- Who belongs to an organisation, and what its keys may do.

ALTER TABLE identity.organizations ADD COLUMN suspended_at timestamptz;

CREATE TABLE identity.memberships (
    organization_id uuid NOT NULL REFERENCES identity.organizations (id),
    account_id uuid NOT NULL REFERENCES identity.accounts (id) ON DELETE CASCADE,
    role text NOT NULL CONSTRAINT memberships_role
        CHECK (role IN ('owner', 'manager', 'finance', 'door_staff')),
    since timestamptz NOT NULL,
    PRIMARY KEY (organization_id, account_id)
);
CREATE INDEX memberships_account ON identity.memberships (account_id);

CREATE TABLE identity.invitations (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES identity.organizations (id),
    -- The person behind the address that was invited.
    person_id uuid NOT NULL,
    role text NOT NULL CONSTRAINT invitations_role
        CHECK (role IN ('owner', 'manager', 'finance', 'door_staff')),
    token_sha256 bytea NOT NULL UNIQUE
        CONSTRAINT invitations_hash CHECK (length(token_sha256) = 32),
    -- Who is on the audit stream; here so that the invitation shows it.
    invited_by uuid REFERENCES identity.accounts (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX invitations_organization ON identity.invitations (organization_id)
    WHERE accepted_at IS NULL AND revoked_at IS NULL;

-- The actions that a key may do; absent: all that are open to its role.
ALTER TABLE identity.api_keys ADD COLUMN scopes text[];

REVOKE SELECT ON identity.memberships, identity.invitations FROM fullhouse_projection;
GRANT SELECT ON identity.memberships TO fullhouse_projection;
GRANT SELECT (id, organization_id, person_id, role, invited_by, created_at, expires_at,
              accepted_at, revoked_at) ON identity.invitations TO fullhouse_projection;
-- Both services note when a key was last used.
GRANT UPDATE (last_used_at) ON identity.api_keys TO fullhouse_projection;
