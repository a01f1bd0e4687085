-- What is known about people. The log and the read tables hold only the id; deleting a row here
-- forgets the person.

CREATE SCHEMA vault;

CREATE TABLE vault.persons (
    person_id uuid PRIMARY KEY,
    email text NOT NULL,
    name text,
    updated_at timestamptz NOT NULL
);

GRANT USAGE ON SCHEMA vault TO fullhouse_command, fullhouse_projection;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA vault TO fullhouse_command;
GRANT SELECT ON ALL TABLES IN SCHEMA vault TO fullhouse_projection;
ALTER DEFAULT PRIVILEGES IN SCHEMA vault
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO fullhouse_command;
ALTER DEFAULT PRIVILEGES IN SCHEMA vault GRANT SELECT ON TABLES TO fullhouse_projection;
