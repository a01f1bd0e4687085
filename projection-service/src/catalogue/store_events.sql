INSERT INTO read.events_vN (
    event_id, organization_id, status, title, description, category, tags, image_url, image_alt,
    venue, city, starts_at, ends_at, time_zone, currency, per_person_cap, hold_ttl_seconds,
    late_payment, total_capacity, cancellation_reason, drafted_at, published_at, version, keywords
)
SELECT event_id, organization_id, status, title, description, category, tags, image_url, image_alt,
       venue, city, starts_at, ends_at, time_zone, currency, per_person_cap,
       hold_ttl_seconds, late_payment, total_capacity, cancellation_reason, drafted_at,
       published_at, version, keywords
  FROM jsonb_to_recordset($1::jsonb) AS e (
       event_id uuid, organization_id uuid, status text, title text, description text,
       category text, tags jsonb, image_url text, image_alt text, venue jsonb,
       city text, starts_at timestamptz,
       ends_at timestamptz, time_zone text, currency text, per_person_cap bigint,
       hold_ttl_seconds bigint, late_payment text, total_capacity bigint, cancellation_reason text,
       drafted_at timestamptz, published_at timestamptz, version bigint, keywords text)
ON CONFLICT (event_id) DO UPDATE
   SET status = excluded.status, title = excluded.title, description = excluded.description,
       category = excluded.category, tags = excluded.tags, image_url = excluded.image_url,
       image_alt = excluded.image_alt,
       venue = excluded.venue, city = excluded.city, starts_at = excluded.starts_at,
       ends_at = excluded.ends_at, time_zone = excluded.time_zone, currency = excluded.currency,
       per_person_cap = excluded.per_person_cap, hold_ttl_seconds = excluded.hold_ttl_seconds,
       late_payment = excluded.late_payment, total_capacity = excluded.total_capacity,
       cancellation_reason = excluded.cancellation_reason, published_at = excluded.published_at,
       version = excluded.version, keywords = excluded.keywords
