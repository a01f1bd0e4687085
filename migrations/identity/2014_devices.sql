-- Devices at the doors of events: phones and scanners with a key pair of their own.

-- An invitation until a device took it up, then the device.
CREATE TABLE identity.devices (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES identity.organizations (id),
    -- The only event it works for.
    event_id uuid NOT NULL,
    label text NOT NULL CONSTRAINT devices_label CHECK (length(label) BETWEEN 1 AND 100),
    -- At all of them, if none is named.
    gates text[] NOT NULL CONSTRAINT devices_gates CHECK (cardinality(gates) <= 12),
    -- A device that isn't used for so long ends by itself.
    lease_hours integer NOT NULL CONSTRAINT devices_lease CHECK (lease_hours BETWEEN 1 AND 168),
    -- It ends then, however much it is used.
    ends_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    -- Works once, and for one key.
    code_sha256 bytea NOT NULL UNIQUE CONSTRAINT devices_code CHECK (length(code_sha256) = 32),
    code_expires_at timestamptz NOT NULL,
    -- A point of P-256, uncompressed.
    public_key bytea CONSTRAINT devices_key CHECK (length(public_key) = 65),
    enrolled_at timestamptz,
    lease_ends_at timestamptz,
    -- To a few minutes: when it last got a token.
    last_used_at timestamptz,
    -- When the latest challenge that it answered was made, in microseconds; older ones are over.
    last_challenge bigint NOT NULL DEFAULT 0,
    revoked_at timestamptz,
    CONSTRAINT devices_enrolled CHECK (
        num_nulls(public_key, enrolled_at, lease_ends_at, last_used_at) IN (0, 4)
    )
);
CREATE INDEX devices_organization ON identity.devices (organization_id, created_at);
-- What was revoked lately is read every second.
CREATE INDEX devices_revoked ON identity.devices (revoked_at) WHERE revoked_at IS NOT NULL;

REVOKE SELECT ON identity.devices FROM fullhouse_projection;
GRANT SELECT (id, organization_id, event_id, label, gates, lease_hours, ends_at, created_at,
              code_expires_at, enrolled_at, lease_ends_at, last_used_at, revoked_at)
    ON identity.devices TO fullhouse_projection;
