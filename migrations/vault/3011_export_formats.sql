-- Files of an organisation in the format that was chosen, of a time that was chosen.

ALTER TABLE vault.organization_exports
    ADD COLUMN format text NOT NULL DEFAULT 'csv'
        CONSTRAINT organization_exports_format CHECK (format IN ('csv', 'xlsx', 'json')),
    -- Rows of this instant and later; absent: from the first.
    ADD COLUMN since timestamptz,
    -- Rows before this instant; absent: to the last.
    ADD COLUMN until timestamptz,
    ADD CONSTRAINT organization_exports_range CHECK (since < until);
