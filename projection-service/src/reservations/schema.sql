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

-- Who answers for an organization sees its rows only: the second net under the policy.
GRANT SELECT ON read.reservations_vN, read.availability_events_vN, read.availability_types_vN
    TO fullhouse_reader;
ALTER TABLE read.availability_events_vN ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON read.availability_events_vN FOR SELECT TO fullhouse_reader
    USING (organization_id = ANY ((SELECT identity.seen_organizations())::uuid[])
           OR (SELECT identity.sees_everything()));
ALTER TABLE read.availability_types_vN ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON read.availability_types_vN FOR SELECT TO fullhouse_reader
    USING (EXISTS (SELECT FROM read.availability_events_vN AS seen
                    WHERE seen.event_id = availability_types_vN.event_id));
ALTER TABLE read.reservations_vN ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON read.reservations_vN FOR SELECT TO fullhouse_reader
    USING (EXISTS (SELECT FROM read.availability_events_vN AS seen
                    WHERE seen.event_id = reservations_vN.event_id)
           OR person_id = ANY ((SELECT identity.seen_persons())::uuid[])
           OR reservation_id = (SELECT identity.seen_reservation()));
