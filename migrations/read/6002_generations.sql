-- The copies of each projection's tables, and which version of the code fills them.
SET ROLE fullhouse_projection;

CREATE TABLE read.generations (
    name text NOT NULL,
    version integer NOT NULL,
    code_version integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, version)
);

RESET ROLE;
