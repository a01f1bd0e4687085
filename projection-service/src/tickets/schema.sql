-- Single admissions. Events are here for what a ticket takes from them: the seller.
CREATE TABLE read.ticket_events_vN (
    event_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL
);

CREATE TABLE read.tickets_vN (
    ticket_id uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    event_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    ticket_type_id uuid NOT NULL,
    status text NOT NULL,
    issued_at timestamptz NOT NULL,
    -- The place in the shard: tickets of an order are shown in this order.
    position bigint NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX tickets_of_order_vN ON read.tickets_vN (order_id, position);
CREATE INDEX tickets_of_event_vN ON read.tickets_vN (event_id, position);
CREATE INDEX tickets_short_vN ON read.tickets_vN (right(ticket_id::text, 12));

-- Who answers for an organization sees its rows only: the second net under the policy.
GRANT SELECT ON read.ticket_events_vN, read.tickets_vN TO fullhouse_reader;
ALTER TABLE read.ticket_events_vN ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON read.ticket_events_vN FOR SELECT TO fullhouse_reader
    USING (organization_id = ANY ((SELECT identity.seen_organizations())::uuid[])
           OR (SELECT identity.sees_everything()));
ALTER TABLE read.tickets_vN ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON read.tickets_vN FOR SELECT TO fullhouse_reader
    USING (organization_id = ANY ((SELECT identity.seen_organizations())::uuid[])
           OR (SELECT identity.sees_everything())
           OR order_id = (SELECT identity.seen_reservation()));
