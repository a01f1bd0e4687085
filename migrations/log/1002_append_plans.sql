-- Plans of es.append are made once for a session. Its arrays are of every size, so PostgreSQL would
-- plan anew for most calls, which took a fifth of the time of an append, large or small.
ALTER FUNCTION es.append SET plan_cache_mode = force_generic_plan;
