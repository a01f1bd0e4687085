-- Holds and what they leave for sale. A hold is written once when it begins and once when it ends,
-- so pages keep room for the second version of their rows.
CREATE TABLE read.reservations_vN (
    reservation_id uuid PRIMARY KEY,
    event_id uuid NOT NULL,
    person_id uuid NOT NULL,
    status text NOT NULL,
    -- JSON: [[ticket type, quantity, unit price in minor units], …]. As text, because making jsonb of
    -- it costs as much as all the rest of the row.
    lines text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz
) WITH (fillfactor = 70);

CREATE TABLE read.availability_events_vN (
    event_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    status text NOT NULL,
    -- Customers may see it, because it was published once.
    published boolean NOT NULL,
    currency text NOT NULL,
    total_capacity bigint,
    -- The place in the shard of the last fact that changed a figure.
    position bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE read.availability_types_vN (
    event_id uuid NOT NULL,
    ticket_type_id uuid NOT NULL,
    name text NOT NULL,
    enabled boolean NOT NULL,
    allocation bigint,
    sold bigint NOT NULL,
    held bigint NOT NULL,
    ordinal bigint NOT NULL,
    PRIMARY KEY (event_id, ticket_type_id)
) WITH (fillfactor = 50);
