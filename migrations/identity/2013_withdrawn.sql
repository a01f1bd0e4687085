-- What was taken away while tokens that say otherwise are still in force: sessions that ended,
-- organisations that are suspended. Every service keeps them in memory; channel `access` says when
-- to look.

CREATE TABLE identity.ended_sessions (
    session_id uuid PRIMARY KEY,
    -- By the clock on the wall, not the beginning of the transaction: readers ask for what is new.
    ended_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ended_sessions_by_time ON identity.ended_sessions (ended_at);

-- Whatever ends a session ends its tokens, also when its account is erased.
CREATE FUNCTION identity.note_ended_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO identity.ended_sessions (session_id) VALUES (OLD.id) ON CONFLICT DO NOTHING;
    -- No token lasts longer than ten minutes.
    DELETE FROM identity.ended_sessions
     WHERE session_id IN (SELECT session_id FROM identity.ended_sessions
                           WHERE ended_at < clock_timestamp() - interval '20 minutes'
                           LIMIT 100 FOR UPDATE SKIP LOCKED);
    PERFORM pg_notify('access', '');
    RETURN NULL;
END $$;
CREATE TRIGGER session_ended AFTER UPDATE OF ended_at ON identity.sessions
    FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL)
    EXECUTE FUNCTION identity.note_ended_session();
CREATE TRIGGER session_gone AFTER DELETE ON identity.sessions
    FOR EACH ROW WHEN (OLD.ended_at IS NULL) EXECUTE FUNCTION identity.note_ended_session();

CREATE INDEX organizations_suspended ON identity.organizations (id)
    WHERE suspended_at IS NOT NULL;

CREATE FUNCTION identity.note_suspension() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('access', '');
    RETURN NULL;
END $$;
CREATE TRIGGER organization_suspended AFTER UPDATE OF suspended_at ON identity.organizations
    FOR EACH ROW EXECUTE FUNCTION identity.note_suspension();

GRANT SELECT, INSERT, DELETE ON identity.ended_sessions TO fullhouse_command;
GRANT SELECT ON identity.ended_sessions TO fullhouse_projection;
