-- The second net under the policy: who answers for an organisation, or writes for it, sees the rows of
-- that one only, whatever a query says or forgets. Two roles that own nothing and that nobody logs in
-- as: `fullhouse_reader` answers organizers and buyers, `fullhouse_office` writes for an organisation.
-- What is for the whole platform stays with the services' own roles: authentication, log-ins, folding,
-- sweepers, the public catalogue.

-- The organisations that may be seen now, as a literal such as {…,…}. Nothing, unless it is said.
CREATE FUNCTION identity.seen_organizations() RETURNS uuid[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('fullhouse.organizations', true), '')::uuid[];
-- Whether all of them may be seen: by platform admins.
CREATE FUNCTION identity.sees_everything() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(current_setting('fullhouse.everything', true), '') = 'on';
-- Whose purchases may be seen.
CREATE FUNCTION identity.seen_persons() RETURNS uuid[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('fullhouse.persons', true), '')::uuid[];
-- Which purchase may be seen by whoever has its link.
CREATE FUNCTION identity.seen_reservation() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('fullhouse.reservation', true), '')::uuid;
-- Whose history may be seen: that of organisations, and of the account that asks.
CREATE FUNCTION identity.seen_histories() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN array_append(identity.seen_organizations()::text[],
                        nullif(current_setting('fullhouse.account', true), ''));

-- The log, of streams that may be seen. A stream says in its first fact whose it is, so this looks that
-- one up once, however many facts are read; the log itself has no policy, because appending and
-- following it would pay for one.
CREATE VIEW es.seen_events WITH (security_barrier = true) AS
SELECT e.* FROM es.events AS first
  JOIN es.events AS e USING (aggregate_type, aggregate_id, shard)
 WHERE first.sequence = 1
   AND ((SELECT identity.sees_everything())
        OR (CASE first.aggregate_type
                WHEN 'box_office' THEN first.payload -> 'EventDrafted' ->> 'organization_id'
                ELSE first.aggregate_id
            END) COLLATE "C" = ANY ((SELECT identity.seen_histories())::text[]));
REVOKE ALL ON es.seen_events FROM fullhouse_command, fullhouse_projection;
GRANT USAGE ON SCHEMA es TO fullhouse_reader;
GRANT SELECT ON es.seen_events TO fullhouse_reader;

GRANT USAGE ON SCHEMA identity, vault TO fullhouse_reader;
GRANT SELECT ON identity.organizations, identity.memberships TO fullhouse_reader;
GRANT SELECT (id, organization_id, role, label, created_at, expires_at, revoked_at, last_used_at,
              scopes) ON identity.api_keys TO fullhouse_reader;
GRANT SELECT (id, organization_id, person_id, role, invited_by, created_at, expires_at,
              accepted_at, revoked_at) ON identity.invitations TO fullhouse_reader;
GRANT SELECT (id, person_id) ON identity.accounts TO fullhouse_reader;
GRANT SELECT (id, organization_id, event_id, label, gates, lease_hours, ends_at, created_at,
              code_expires_at, enrolled_at, lease_ends_at, last_used_at, revoked_at)
    ON identity.devices TO fullhouse_reader;
GRANT SELECT ON vault.organization_exports TO fullhouse_reader;
SET ROLE fullhouse_projection;
GRANT USAGE ON SCHEMA read TO fullhouse_reader;
RESET ROLE;

GRANT USAGE ON SCHEMA identity TO fullhouse_office;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA identity TO fullhouse_office;
ALTER DEFAULT PRIVILEGES IN SCHEMA identity
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO fullhouse_office;

-- A service's own role sees everything that it was granted; each sub-select is evaluated once for a
-- statement, not for each row.
ALTER TABLE identity.organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON identity.organizations TO fullhouse_command, fullhouse_projection
    USING (true) WITH CHECK (true);
CREATE POLICY seen ON identity.organizations TO fullhouse_reader, fullhouse_office
    USING (id = ANY ((SELECT identity.seen_organizations())::uuid[])
           OR (SELECT identity.sees_everything()));

ALTER TABLE identity.api_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON identity.api_keys TO fullhouse_command, fullhouse_projection
    USING (true) WITH CHECK (true);
CREATE POLICY seen ON identity.api_keys TO fullhouse_reader, fullhouse_office
    USING (organization_id = ANY ((SELECT identity.seen_organizations())::uuid[])
           OR (SELECT identity.sees_everything()));

ALTER TABLE identity.memberships ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON identity.memberships TO fullhouse_command, fullhouse_projection
    USING (true) WITH CHECK (true);
CREATE POLICY seen ON identity.memberships TO fullhouse_reader, fullhouse_office
    USING (organization_id = ANY ((SELECT identity.seen_organizations())::uuid[])
           OR (SELECT identity.sees_everything()));

ALTER TABLE identity.invitations ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON identity.invitations TO fullhouse_command, fullhouse_projection
    USING (true) WITH CHECK (true);
CREATE POLICY seen ON identity.invitations TO fullhouse_reader, fullhouse_office
    USING (organization_id = ANY ((SELECT identity.seen_organizations())::uuid[])
           OR (SELECT identity.sees_everything()));

ALTER TABLE identity.devices ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON identity.devices TO fullhouse_command, fullhouse_projection
    USING (true) WITH CHECK (true);
CREATE POLICY seen ON identity.devices TO fullhouse_reader, fullhouse_office
    USING (organization_id = ANY ((SELECT identity.seen_organizations())::uuid[])
           OR (SELECT identity.sees_everything()));

ALTER TABLE vault.organization_exports ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON vault.organization_exports TO fullhouse_command, fullhouse_projection
    USING (true) WITH CHECK (true);
CREATE POLICY seen ON vault.organization_exports FOR SELECT TO fullhouse_reader
    USING (organization_id = ANY ((SELECT identity.seen_organizations())::uuid[])
           OR (SELECT identity.sees_everything()));
