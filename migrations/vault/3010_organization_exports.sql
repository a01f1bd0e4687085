-- Files of what an organisation sold and to whom, made part by part for its people to download.

CREATE TABLE vault.organization_exports (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES identity.organizations (id),
    -- Absent: of all its events.
    event_id uuid,
    kind text NOT NULL
        CONSTRAINT organization_exports_kind CHECK (kind IN ('orders', 'attendees', 'sales')),
    -- Who asked, as the history names them; nobody else downloads it.
    asked_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    -- Nobody else works on it before: the time of the next attempt, or the end of a lease.
    next_attempt_at timestamptz NOT NULL,
    -- Since the last part that was made.
    attempts integer NOT NULL DEFAULT 0,
    -- Rows, as they were counted at the beginning.
    total bigint,
    done bigint NOT NULL DEFAULT 0,
    parts integer NOT NULL DEFAULT 0,
    -- The last row that is in a part: where the next one begins.
    after text,
    ready_at timestamptz,
    failed_at timestamptz,
    -- Deleted then.
    expires_at timestamptz NOT NULL,
    CONSTRAINT organization_exports_end CHECK (ready_at IS NULL OR failed_at IS NULL)
);
CREATE INDEX organization_exports_of_organization
    ON vault.organization_exports (organization_id, requested_at);
CREATE INDEX organization_exports_due ON vault.organization_exports (next_attempt_at)
    WHERE ready_at IS NULL AND failed_at IS NULL;
CREATE INDEX organization_exports_expiry ON vault.organization_exports (expires_at);

CREATE TABLE vault.organization_export_parts (
    export_id uuid NOT NULL REFERENCES vault.organization_exports (id) ON DELETE CASCADE,
    part integer NOT NULL,
    -- Sealed under the vault key of this name.
    content bytea NOT NULL,
    content_key text NOT NULL,
    PRIMARY KEY (export_id, part)
);

-- The projection service makes them from the read tables.
GRANT UPDATE, DELETE ON vault.organization_exports TO fullhouse_projection;
GRANT INSERT ON vault.organization_export_parts TO fullhouse_projection;
