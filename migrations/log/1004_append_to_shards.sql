-- es.append for streams of several shards in one transaction: one commit and one round trip where
-- many events are on sale at once. What is recorded is what one es.append for each shard would have
-- recorded; docs/adr/0037 tells when it is used. `p_event_streams` tells for each event the number
-- (from 1) of its stream; the streams stand together by shard, the events in the order of the streams.
CREATE FUNCTION es.append_to_shards(
    p_shards smallint[], p_digests bytea[],
    p_stream_shards smallint[], p_stream_types text[], p_stream_ids text[], p_expected bigint[],
    p_counts integer[], p_deadlines timestamptz[],
    p_event_streams integer[], p_event_types text[], p_event_versions text[], p_payloads text[],
    p_metadata text[]
) RETURNS TABLE (shard smallint, first_position bigint, recorded_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    v_clock timestamptz := clock_timestamp();
    v_moved integer;
    v_written integer;
    v_stale text;
BEGIN
    -- Held until the commit is visible, as in es.append. Always taken in the same order, so that two
    -- writers never wait for each other crosswise.
    PERFORM FROM es.log_heads h WHERE h.shard = ANY (p_shards) ORDER BY h.shard FOR UPDATE;

    UPDATE es.log_heads h
       SET position = h.position + g.count,
           recorded_at = greatest(h.recorded_at, v_clock),
           chain = sha256(h.chain || d.digest || int8send(h.position + g.count)
                          || int8send((extract(epoch FROM greatest(h.recorded_at, v_clock))
                                       * 1000000)::bigint))
      FROM (SELECT w.shard, sum(w.count) AS count
              FROM unnest(p_stream_shards, p_counts) AS w (shard, count) GROUP BY w.shard) g
      JOIN unnest(p_shards, p_digests) AS d (shard, digest) USING (shard)
     WHERE h.shard = g.shard;
    GET DIAGNOSTICS v_moved = ROW_COUNT;
    IF v_moved <> cardinality(p_shards)
       OR v_moved <> (SELECT count(DISTINCT w) FROM unnest(p_stream_shards) AS w) THEN
        RAISE EXCEPTION 'the shards are not those of the streams' USING ERRCODE = '22023';
    END IF;

    WITH wanted AS (
        SELECT * FROM unnest(p_stream_shards, p_stream_types, p_stream_ids, p_expected, p_counts,
                             p_deadlines)
                     WITH ORDINALITY AS w (shard, type, id, expected, count, deadline, number)
    ), born AS (
        INSERT INTO es.streams AS s (shard, aggregate_type, aggregate_id, version, next_deadline)
        SELECT w.shard, w.type, w.id, w.count, w.deadline FROM wanted w WHERE w.expected = 0
        ON CONFLICT DO NOTHING
        RETURNING s.aggregate_type AS type, s.aggregate_id AS id
    ), grown AS (
        UPDATE es.streams s SET version = w.expected + w.count, next_deadline = w.deadline
          FROM wanted w
         WHERE w.expected > 0 AND s.shard = w.shard AND s.aggregate_type = w.type
           AND s.aggregate_id = w.id AND s.version = w.expected
        RETURNING s.aggregate_type AS type, s.aggregate_id AS id
    ), written AS (
        SELECT type, id FROM born UNION ALL SELECT type, id FROM grown
    )
    SELECT (SELECT count(*) FROM written),
           string_agg(w.number::text, ',') FILTER (WHERE written.id IS NULL)
      INTO v_moved, v_stale FROM wanted w LEFT JOIN written USING (type, id);
    IF v_stale IS NOT NULL THEN
        RAISE EXCEPTION 'stale' USING ERRCODE = 'ES002', DETAIL = v_stale;
    END IF;
    IF v_moved <> cardinality(p_stream_ids) THEN
        RAISE EXCEPTION 'a stream is named twice' USING ERRCODE = '22023';
    END IF;

    INSERT INTO es.events (aggregate_type, aggregate_id, sequence, event_type, event_version,
                           payload, metadata, shard, position, recorded_at)
    SELECT s.type, s.id, s.expected + e.number - s.before, e.type, e.version,
           e.payload::json, e.metadata::json,
           s.shard, h.position - s.of_shard + e.number - s.before_shard, h.recorded_at
      FROM unnest(p_event_streams, p_event_types, p_event_versions, p_payloads, p_metadata)
           WITH ORDINALITY AS e (stream, type, version, payload, metadata, number)
      JOIN (SELECT b.*, min(b.before) OVER (PARTITION BY b.shard) AS before_shard,
                   sum(b.count) OVER (PARTITION BY b.shard) AS of_shard
              FROM (SELECT w.*, sum(w.count) OVER (ORDER BY w.number) - w.count AS before
                      FROM unnest(p_stream_shards, p_stream_types, p_stream_ids, p_expected, p_counts)
                           WITH ORDINALITY AS w (shard, type, id, expected, count, number)) b) s
        ON s.number = e.stream AND e.number > s.before AND e.number <= s.before + s.count
      JOIN es.log_heads h ON h.shard = s.shard;
    GET DIAGNOSTICS v_written = ROW_COUNT;
    IF v_written <> cardinality(p_payloads)
       OR v_written <> (SELECT sum(w) FROM unnest(p_counts) AS w) THEN
        RAISE EXCEPTION 'the counts name other than the % given events', cardinality(p_payloads)
              USING ERRCODE = '22023';
    END IF;

    RETURN QUERY
    INSERT INTO es.log_batches (shard, last_position, first_position, digest, chain, recorded_at)
    SELECT h.shard, h.position, h.position - g.count + 1, d.digest, h.chain, h.recorded_at
      FROM (SELECT w.shard, sum(w.count) AS count
              FROM unnest(p_stream_shards, p_counts) AS w (shard, count) GROUP BY w.shard) g
      JOIN unnest(p_shards, p_digests) AS d (shard, digest) USING (shard)
      JOIN es.log_heads h USING (shard)
    RETURNING shard, first_position, recorded_at;
END $$;

REVOKE ALL ON FUNCTION es.append_to_shards FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.append_to_shards TO fullhouse_command;
