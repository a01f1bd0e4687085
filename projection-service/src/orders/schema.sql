-- Purchases. Events are here for what an order takes from them: seller and currency.
CREATE TABLE read.order_events_vN (
    event_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    currency text NOT NULL
);

CREATE TABLE read.orders_vN (
    order_id uuid PRIMARY KEY,
    event_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    person_id uuid NOT NULL,
    status text NOT NULL,
    total_minor bigint NOT NULL,
    currency text NOT NULL,
    provider text NOT NULL,
    -- Empty if nothing was due.
    payment_reference text NOT NULL,
    late boolean NOT NULL,
    paid_at timestamptz NOT NULL,
    completed_at timestamptz
) WITH (fillfactor = 70);
CREATE INDEX orders_of_organization_vN ON read.orders_vN (organization_id, paid_at, order_id);
CREATE INDEX orders_of_person_vN ON read.orders_vN (person_id, paid_at, order_id);
CREATE INDEX orders_of_event_vN ON read.orders_vN (event_id, paid_at, order_id);
-- As pages name an order: by the end of its id.
CREATE INDEX orders_short_vN ON read.orders_vN (right(order_id::text, 12));

CREATE TABLE read.order_lines_vN (
    order_id uuid NOT NULL,
    line integer NOT NULL,
    ticket_type_id uuid NOT NULL,
    quantity bigint NOT NULL,
    unit_price_minor bigint NOT NULL,
    PRIMARY KEY (order_id, line)
);

-- What happened about the money of a reservation, whether it became an order or not.
CREATE TABLE read.order_steps_vN (
    order_id uuid NOT NULL,
    -- The place in the shard.
    position bigint NOT NULL,
    event_id uuid NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    provider text,
    amount_minor bigint,
    currency text,
    reference text,
    -- Why a payment failed or money goes back.
    code text,
    PRIMARY KEY (order_id, position)
);
-- Refunds are few: they are summed up by day for the platform.
CREATE INDEX order_refunds_by_time_vN ON read.order_steps_vN (at) WHERE kind = 'refund_requested';

-- Who answers for an organization sees its rows only: the second net under the policy.
GRANT SELECT ON read.order_events_vN, read.orders_vN, read.order_lines_vN, read.order_steps_vN
    TO fullhouse_reader;
ALTER TABLE read.order_events_vN ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON read.order_events_vN FOR SELECT TO fullhouse_reader
    USING (organization_id = ANY ((SELECT identity.seen_organizations())::uuid[])
           OR (SELECT identity.sees_everything()));
ALTER TABLE read.orders_vN ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON read.orders_vN FOR SELECT TO fullhouse_reader
    USING (organization_id = ANY ((SELECT identity.seen_organizations())::uuid[])
           OR (SELECT identity.sees_everything())
           OR person_id = ANY ((SELECT identity.seen_persons())::uuid[])
           OR order_id = (SELECT identity.seen_reservation()));
ALTER TABLE read.order_lines_vN ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON read.order_lines_vN FOR SELECT TO fullhouse_reader
    USING (EXISTS (SELECT FROM read.orders_vN AS seen
                    WHERE seen.order_id = order_lines_vN.order_id));
ALTER TABLE read.order_steps_vN ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON read.order_steps_vN FOR SELECT TO fullhouse_reader
    USING (EXISTS (SELECT FROM read.order_events_vN AS seen
                    WHERE seen.event_id = order_steps_vN.event_id)
           OR order_id = (SELECT identity.seen_reservation()));
