-- Places in organisations that changed while tokens that say otherwise are still in force. Every service
-- keeps them in memory; channel `access` says when to look.

CREATE TABLE identity.changed_memberships (
    organization_id uuid NOT NULL,
    account_id uuid NOT NULL,
    -- What it is now; absent: no place any more.
    role text,
    -- By the clock on the wall, not the beginning of the transaction: readers ask for what is new.
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, account_id)
);
CREATE INDEX changed_memberships_by_time ON identity.changed_memberships (changed_at);

-- A new place is noted as well: it may be one that was taken away a minute ago.
CREATE FUNCTION identity.note_changed_membership() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_place identity.memberships := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    INSERT INTO identity.changed_memberships AS c (organization_id, account_id, role, changed_at)
    VALUES (v_place.organization_id, v_place.account_id,
            CASE WHEN TG_OP <> 'DELETE' THEN v_place.role END, clock_timestamp())
    ON CONFLICT (organization_id, account_id)
       DO UPDATE SET role = excluded.role, changed_at = excluded.changed_at;
    -- No token lasts longer than ten minutes.
    DELETE FROM identity.changed_memberships
     WHERE (organization_id, account_id) IN
           (SELECT organization_id, account_id FROM identity.changed_memberships
             WHERE changed_at < clock_timestamp() - interval '20 minutes'
             LIMIT 100 FOR UPDATE SKIP LOCKED);
    PERFORM pg_notify('access', '');
    RETURN NULL;
END $$;
CREATE TRIGGER membership_changed AFTER INSERT OR DELETE OR UPDATE OF role ON identity.memberships
    FOR EACH ROW EXECUTE FUNCTION identity.note_changed_membership();

GRANT SELECT, INSERT, UPDATE, DELETE ON identity.changed_memberships TO fullhouse_command;
GRANT SELECT ON identity.changed_memberships TO fullhouse_projection;
