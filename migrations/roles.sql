-- The roles of the services. They belong to the whole server, so they may be there already, and
-- another database may be getting them at the same time.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fullhouse_command') THEN
        CREATE ROLE fullhouse_command LOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fullhouse_projection') THEN
        CREATE ROLE fullhouse_projection LOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
-- Roles that nobody logs in as: a service acts as one of them while it works for an organisation.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fullhouse_reader') THEN
        CREATE ROLE fullhouse_reader NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fullhouse_office') THEN
        CREATE ROLE fullhouse_office NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
    IF NOT pg_has_role('fullhouse_projection', 'fullhouse_reader', 'MEMBER') THEN
        GRANT fullhouse_reader TO fullhouse_projection;
    END IF;
    IF NOT pg_has_role('fullhouse_command', 'fullhouse_office', 'MEMBER') THEN
        GRANT fullhouse_office TO fullhouse_command;
    END IF;
-- Another database may be giving it at the same time.
EXCEPTION WHEN unique_violation OR internal_error THEN NULL;
END $$;
-- An owner that is no superuser may act as the role, and so give it things, only as its member.
-- Since version 16 a member needs the right to act as the role besides.
DO $$
DECLARE
    v_right text := CASE WHEN current_setting('server_version_num')::integer >= 160000
                         THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    IF NOT pg_has_role(current_user, 'fullhouse_projection', v_right) THEN
        EXECUTE format('GRANT fullhouse_projection TO %I', current_user);
    END IF;
END $$;
