-- Sales in quarters of an hour UTC: the offsets of all time zones are multiples of that, so hours and
-- days of any zone add up from them, whatever zone the event has when it is asked for.
CREATE TABLE read.sales_events_vN (
    event_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    title text NOT NULL,
    time_zone text NOT NULL,
    currency text NOT NULL
);
CREATE INDEX sales_events_of_organization_vN ON read.sales_events_vN (organization_id, event_id);

CREATE TABLE read.sales_types_vN (
    event_id uuid NOT NULL,
    ticket_type_id uuid NOT NULL,
    name text NOT NULL,
    ordinal bigint NOT NULL,
    PRIMARY KEY (event_id, ticket_type_id)
);

CREATE TABLE read.sales_tickets_vN (
    event_id uuid NOT NULL,
    ticket_type_id uuid NOT NULL,
    quarter timestamptz NOT NULL,
    sold bigint NOT NULL,
    revenue_minor bigint NOT NULL,
    PRIMARY KEY (event_id, ticket_type_id, quarter)
) WITH (fillfactor = 50);

CREATE TABLE read.sales_orders_vN (
    event_id uuid NOT NULL,
    quarter timestamptz NOT NULL,
    orders bigint NOT NULL,
    revenue_minor bigint NOT NULL,
    PRIMARY KEY (event_id, quarter)
) WITH (fillfactor = 50);
-- For the sums over all organizations.
CREATE INDEX sales_tickets_by_time_vN ON read.sales_tickets_vN (quarter);
CREATE INDEX sales_orders_by_time_vN ON read.sales_orders_vN (quarter);

-- Who answers for an organization sees its rows only: the second net under the policy.
-- Events are few and their sales many: which are seen is looked up once for a statement.
GRANT SELECT ON read.sales_events_vN, read.sales_types_vN, read.sales_tickets_vN,
    read.sales_orders_vN TO fullhouse_reader;
ALTER TABLE read.sales_events_vN ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON read.sales_events_vN FOR SELECT TO fullhouse_reader
    USING (organization_id = ANY ((SELECT identity.seen_organizations())::uuid[])
           OR (SELECT identity.sees_everything()));
ALTER TABLE read.sales_types_vN ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON read.sales_types_vN FOR SELECT TO fullhouse_reader
    USING (event_id IN (SELECT seen.event_id FROM read.sales_events_vN AS seen));
ALTER TABLE read.sales_tickets_vN ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON read.sales_tickets_vN FOR SELECT TO fullhouse_reader
    USING (event_id IN (SELECT seen.event_id FROM read.sales_events_vN AS seen));
ALTER TABLE read.sales_orders_vN ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON read.sales_orders_vN FOR SELECT TO fullhouse_reader
    USING (event_id IN (SELECT seen.event_id FROM read.sales_events_vN AS seen));
