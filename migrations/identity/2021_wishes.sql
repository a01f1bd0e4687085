-- What was asked for with an address, which may have an account or not: written down in the same way
-- for all, granted behind the answer. A wish is gone within a second, as a rule.

CREATE TABLE identity.wishes (
    id uuid PRIMARY KEY,
    -- Whoever has the address.
    person_id uuid NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    -- What is asked for, sealed under the vault key of this name.
    content bytea NOT NULL,
    content_key text NOT NULL
);
CREATE INDEX wishes_due ON identity.wishes (next_attempt_at, id);
CREATE INDEX wishes_person ON identity.wishes (person_id);
