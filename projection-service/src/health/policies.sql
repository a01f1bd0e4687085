SELECT c.name, c.version, true AS active, c.shard, c.position, h.position AS head,
       (SELECT e.recorded_at FROM es.events AS e
         WHERE e.shard = c.shard AND e.position = c.position + 1) AS waiting_since
  FROM policy.checkpoints AS c
  JOIN es.log_heads AS h USING (shard)
 ORDER BY c.name, c.version, c.shard
