INSERT INTO read.ticket_types_vN (
    event_id, ticket_type_id, ordinal, name, description, price, price_from, price_to, allocation,
    enabled, sale_starts_at, sale_ends_at, min_per_order, max_per_order
)
SELECT event_id, ticket_type_id, ordinal, name, description, price, price_from, price_to,
       allocation, enabled, sale_starts_at, sale_ends_at, min_per_order, max_per_order
  FROM jsonb_to_recordset($1::jsonb) AS t (
       event_id uuid, ticket_type_id uuid, ordinal bigint, name text, description text, price jsonb,
       price_from bigint, price_to bigint, allocation bigint, enabled boolean,
       sale_starts_at timestamptz, sale_ends_at timestamptz, min_per_order bigint,
       max_per_order bigint)
ON CONFLICT (event_id, ticket_type_id) DO UPDATE
   SET name = excluded.name, description = excluded.description, price = excluded.price,
       price_from = excluded.price_from, price_to = excluded.price_to,
       allocation = excluded.allocation, enabled = excluded.enabled,
       sale_starts_at = excluded.sale_starts_at, sale_ends_at = excluded.sale_ends_at,
       min_per_order = excluded.min_per_order, max_per_order = excluded.max_per_order
