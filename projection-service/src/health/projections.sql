SELECT c.name, c.version, a.name IS NOT NULL AS active, c.shard, c.position, h.position AS head,
       (SELECT e.recorded_at FROM es.events AS e
         WHERE e.shard = c.shard AND e.position = c.position + 1) AS waiting_since
  FROM read.checkpoints AS c
  JOIN es.log_heads AS h USING (shard)
  LEFT JOIN read.active AS a ON (a.name, a.version) = (c.name, c.version)
 ORDER BY c.name, c.version, c.shard
