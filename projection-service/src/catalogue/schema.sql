-- Events and their ticket types as customers and organizers see them.
CREATE TABLE read.events_vN (
    event_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    status text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    category text,
    tags jsonb NOT NULL,
    image_url text,
    image_alt text,
    venue jsonb,
    -- In lower case, for filtering.
    city text,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    time_zone text NOT NULL,
    currency text NOT NULL,
    per_person_cap bigint NOT NULL,
    hold_ttl_seconds bigint NOT NULL,
    late_payment text NOT NULL,
    total_capacity bigint,
    cancellation_reason text,
    drafted_at timestamptz NOT NULL,
    published_at timestamptz,
    version bigint NOT NULL,
    -- What the full text also covers besides title and description: category, tags, venue.
    keywords text NOT NULL,
    search tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title), 'A')
        || setweight(to_tsvector('simple', keywords), 'B')
        || setweight(to_tsvector('simple', description), 'C')
    ) STORED
);
CREATE INDEX events_on_sale_vN ON read.events_vN (starts_at, event_id) WHERE status = 'PUBLISHED';
CREATE INDEX events_of_organization_vN ON read.events_vN (organization_id, starts_at, event_id);
CREATE INDEX events_search_vN ON read.events_vN USING gin (search) WITH (fastupdate = off);

CREATE TABLE read.ticket_types_vN (
    event_id uuid NOT NULL,
    ticket_type_id uuid NOT NULL,
    ordinal bigint NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    price jsonb NOT NULL,
    -- What one ticket costs at least and at most.
    price_from bigint NOT NULL,
    price_to bigint NOT NULL,
    allocation bigint,
    enabled boolean NOT NULL,
    sale_starts_at timestamptz,
    sale_ends_at timestamptz,
    min_per_order bigint NOT NULL,
    max_per_order bigint NOT NULL,
    PRIMARY KEY (event_id, ticket_type_id)
);

-- Who answers for an organization sees its rows only: the second net under the policy.
-- The public catalogue is read as the service itself.
GRANT SELECT ON read.events_vN, read.ticket_types_vN TO fullhouse_reader;
ALTER TABLE read.events_vN ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON read.events_vN FOR SELECT TO fullhouse_reader
    USING (organization_id = ANY ((SELECT identity.seen_organizations())::uuid[])
           OR (SELECT identity.sees_everything()));
ALTER TABLE read.ticket_types_vN ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON read.ticket_types_vN FOR SELECT TO fullhouse_reader
    USING (EXISTS (SELECT FROM read.events_vN AS seen
                    WHERE seen.event_id = ticket_types_vN.event_id));
