-- The roles of the services. They belong to the whole server, so they may be there already.
DO $$ BEGIN
    CREATE ROLE fullhouse_command LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
    CREATE ROLE fullhouse_projection LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
-- An owner that is no superuser may give things to the role only as its member.
DO $$ BEGIN
    IF NOT pg_has_role(current_user, 'fullhouse_projection', 'MEMBER') THEN
        EXECUTE format('GRANT fullhouse_projection TO %I', current_user);
    END IF;
END $$;
