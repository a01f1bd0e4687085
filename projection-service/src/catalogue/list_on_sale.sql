SELECT e.event_id, e.organization_id, e.status, e.title, e.description, e.category, e.tags,
       e.image_url, e.image_alt, e.venue, e.starts_at, e.ends_at, e.time_zone, e.currency,
       e.per_person_cap, e.hold_ttl_seconds, e.late_payment, e.total_capacity,
       e.cancellation_reason, e.drafted_at, e.published_at, e.version
  FROM read.events AS e
 WHERE e.status = 'PUBLISHED'
   -- Of the page before.
   AND ($1::timestamptz IS NULL OR (e.starts_at, e.event_id) > ($1, $2::uuid))
   -- From: given, or not over yet.
   AND e.starts_at >= coalesce($3::timestamptz, $6::timestamptz)
   AND ($3::timestamptz IS NOT NULL OR coalesce(e.ends_at, e.starts_at) >= $5::timestamptz)
   AND ($4::timestamptz IS NULL OR e.starts_at < $4)
   AND ($7::text IS NULL OR e.city = $7)
   AND ($8::text IS NULL OR lower(e.category) = $8)
   AND (coalesce($9::bigint, $10::bigint) IS NULL
        OR EXISTS (SELECT FROM read.ticket_types AS t
                    WHERE t.event_id = e.event_id AND t.enabled
                      AND t.price_to >= coalesce($9, t.price_to)
                      AND t.price_from <= coalesce($10, t.price_from)))
   AND ($11::text IS NULL OR e.currency = $11)
   AND ($12::text IS NULL OR e.search @@ websearch_to_tsquery('simple', $12))
   -- With tickets of a type that isn't among those that are gone.
   AND ($14::uuid[] IS NULL
        OR EXISTS (SELECT FROM read.ticket_types AS t
                    WHERE t.event_id = e.event_id AND t.enabled
                      AND (t.sale_ends_at IS NULL OR t.sale_ends_at > $5)
                      AND t.ticket_type_id <> ALL($14)))
   -- Whoever is suspended sells nothing.
   AND NOT e.organization_id = ANY($15::uuid[])
 ORDER BY e.starts_at, e.event_id
 LIMIT $13
