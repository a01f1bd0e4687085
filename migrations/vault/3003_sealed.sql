-- What is known about a person is sealed under the person's own data key, and the data key is
-- wrapped by a master key. The plain columns hold only rows from before; the command service seals
-- those when it starts.

ALTER TABLE vault.persons
    ALTER COLUMN email DROP NOT NULL,
    -- Wrapped by the master key of this name.
    ADD COLUMN data_key bytea,
    ADD COLUMN master_key text,
    ADD COLUMN sealed_email bytea,
    ADD COLUMN sealed_name bytea,
    -- Tells whether a row would be written as it is, without opening it.
    ADD COLUMN likeness bytea,
    ADD CONSTRAINT persons_sealed CHECK (
        (email IS NULL AND name IS NULL
         AND num_nulls(data_key, master_key, sealed_email, likeness) = 0)
        OR (email IS NOT NULL
            AND num_nonnulls(data_key, master_key, sealed_email, sealed_name, likeness) = 0)
    );

CREATE INDEX persons_plain ON vault.persons (person_id) WHERE email IS NOT NULL;
