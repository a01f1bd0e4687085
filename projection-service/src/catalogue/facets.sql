-- How many events each value of a filter would leave: every facet is counted with all filters but
-- its own. $1 from, $2 to, $3 now, $4 longest ago, $5 city, $6 category, $7 and $8 prices,
-- $9 currency, $10 words, $11 with tickets only, $12 most events, $13 most values of a facet,
-- $14 the ticket types that are gone, $15 organizations that are suspended.
WITH matched AS MATERIALIZED (
    SELECT e.city, e.venue ->> 'city' AS city_name,
           lower(e.category) AS category, e.category AS category_name, e.currency,
           ($5::text IS NULL OR e.city = $5) AS in_city,
           ($6::text IS NULL OR lower(e.category) = $6) AS in_category,
           ($9::text IS NULL OR e.currency = $9)
           AND (coalesce($7::bigint, $8::bigint) IS NULL
                OR EXISTS (SELECT FROM read.ticket_types AS t
                            WHERE t.event_id = e.event_id AND t.enabled
                              AND t.price_to >= coalesce($7, t.price_to)
                              AND t.price_from <= coalesce($8, t.price_from))) AS in_price,
           EXISTS (SELECT FROM read.ticket_types AS t
                    WHERE t.event_id = e.event_id AND t.enabled
                      AND (t.sale_ends_at IS NULL OR t.sale_ends_at > $3)
                      AND t.ticket_type_id <> ALL($14::uuid[])) AS has_tickets
      FROM read.events AS e
     WHERE e.status = 'PUBLISHED'
       AND NOT e.organization_id = ANY($15::uuid[])
       AND e.starts_at >= coalesce($1::timestamptz, $4::timestamptz)
       AND ($1 IS NOT NULL OR coalesce(e.ends_at, e.starts_at) >= $3::timestamptz)
       AND ($2::timestamptz IS NULL OR e.starts_at < $2)
       AND ($10::text IS NULL OR e.search @@ websearch_to_tsquery('simple', $10))
     ORDER BY e.starts_at, e.event_id
     LIMIT $12
), kept AS (
    SELECT *, has_tickets OR $11::boolean IS NOT TRUE AS is_available FROM matched
)
SELECT 'matched' AS facet, '' AS value, count(*) AS events FROM matched
UNION ALL
SELECT 'total', '', count(*) FROM kept WHERE in_city AND in_category AND in_price AND is_available
UNION ALL
SELECT 'available', '', count(*)
  FROM kept WHERE in_city AND in_category AND in_price AND has_tickets
UNION ALL
(SELECT 'city', min(city_name COLLATE "C"), count(*) FROM kept
  WHERE city IS NOT NULL AND in_category AND in_price AND is_available
  GROUP BY city ORDER BY 3 DESC, 2 LIMIT $13)
UNION ALL
(SELECT 'category', min(category_name COLLATE "C"), count(*) FROM kept
  WHERE category IS NOT NULL AND in_city AND in_price AND is_available
  GROUP BY category ORDER BY 3 DESC, 2 LIMIT $13)
UNION ALL
(SELECT 'currency', currency, count(*) FROM kept
  WHERE in_city AND in_category AND is_available
  GROUP BY currency ORDER BY 3 DESC, 2 LIMIT $13)
