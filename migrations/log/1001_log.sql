-- The log: 16 shards of recorded facts, appended to by es.append and changed by nobody.
-- Every key contains the shard and nothing refers to events by foreign key, so that the tables can be
-- distributed on it. The reasons for positions under a row lock are in docs/adr/0002.

CREATE SCHEMA es;

-- One row per shard: the commit-order lock, the position counter and the end of the hash chain.
CREATE TABLE es.log_heads (
    shard smallint PRIMARY KEY CHECK (shard BETWEEN 0 AND 15),
    position bigint NOT NULL DEFAULT 0,
    chain bytea NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT 'epoch'
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 50, autovacuum_vacuum_scale_factor = 0);

INSERT INTO es.log_heads (shard, chain)
SELECT shard, sha256(convert_to('fullhouse log, shard ' || shard, 'UTF8'))
  FROM generate_series(0, 15) AS shard;

-- One row per stream: the guard of expected versions, and when the stream next needs attention.
CREATE TABLE es.streams (
    shard smallint NOT NULL,
    aggregate_type text COLLATE "C" NOT NULL,
    aggregate_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    next_deadline timestamptz,
    PRIMARY KEY (shard, aggregate_type, aggregate_id)
) WITH (fillfactor = 70);

CREATE INDEX streams_deadline ON es.streams (next_deadline) WHERE next_deadline IS NOT NULL;

-- The first seven columns are those of postgres-es. `json` keeps the bytes, which the chain covers.
CREATE TABLE es.events (
    aggregate_type text COLLATE "C" NOT NULL,
    aggregate_id text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL CHECK (sequence > 0),
    event_type text NOT NULL,
    event_version text NOT NULL,
    payload json NOT NULL,
    metadata json NOT NULL,
    shard smallint NOT NULL,
    position bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (aggregate_type, aggregate_id, sequence, shard),
    -- The low four bits of the id's last byte are its last hexadecimal digit.
    CONSTRAINT events_shard CHECK (shard = strpos('0123456789abcdef', right(aggregate_id, 1)) - 1)
);

CREATE UNIQUE INDEX events_log ON es.events (shard, position);

-- One row per append: what an auditor verifies. `chain` covers the digest, the last position and
-- the time of this batch, and the chain before it.
CREATE TABLE es.log_batches (
    shard smallint NOT NULL,
    last_position bigint NOT NULL,
    first_position bigint NOT NULL,
    digest bytea NOT NULL,
    chain bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (shard, last_position)
);

-- A cache: may be emptied at any time.
CREATE TABLE es.snapshots (
    shard smallint NOT NULL,
    aggregate_type text COLLATE "C" NOT NULL,
    aggregate_id text COLLATE "C" NOT NULL,
    state_version integer NOT NULL,
    sequence bigint NOT NULL,
    payload bytea NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, aggregate_type, aggregate_id, state_version)
);
ALTER TABLE es.snapshots ALTER COLUMN payload SET STORAGE EXTERNAL;

CREATE FUNCTION es.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'ES003';
END $$;

CREATE TRIGGER events_immutable BEFORE UPDATE OR DELETE ON es.events
    FOR EACH ROW EXECUTE FUNCTION es.refuse_change();
CREATE TRIGGER events_not_truncated BEFORE TRUNCATE ON es.events
    FOR EACH STATEMENT EXECUTE FUNCTION es.refuse_change();
CREATE TRIGGER log_batches_immutable BEFORE UPDATE OR DELETE ON es.log_batches
    FOR EACH ROW EXECUTE FUNCTION es.refuse_change();
CREATE TRIGGER log_batches_not_truncated BEFORE TRUNCATE ON es.log_batches
    FOR EACH STATEMENT EXECUTE FUNCTION es.refuse_change();

-- Appends events to streams of one shard: all or none. The events stand in the order of the streams,
-- `p_counts` of them for each. Raises ES002 if a stream isn't at its expected version; the detail
-- lists the numbers (from 1) of all such streams.
CREATE FUNCTION es.append(
    p_shard smallint, p_digest bytea,
    p_stream_types text[], p_stream_ids text[], p_expected bigint[], p_counts integer[],
    p_deadlines timestamptz[],
    p_event_types text[], p_event_versions text[], p_payloads text[], p_metadata text[]
) RETURNS TABLE (first_position bigint, recorded_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_count integer := cardinality(p_payloads);
    v_first bigint;
    v_last bigint;
    v_chain bytea;
    v_now timestamptz;
    v_written integer;
    v_moved integer;
    v_stale text;
BEGIN
    -- Held until the commit is visible: this is what makes positions gapless and in commit order.
    SELECT h.position + 1, h.chain, h.recorded_at INTO STRICT v_first, v_chain, v_now
      FROM es.log_heads h WHERE h.shard = p_shard FOR UPDATE;
    v_last := v_first - 1 + v_count;
    v_now := greatest(v_now, clock_timestamp());

    WITH wanted AS (
        SELECT * FROM unnest(p_stream_types, p_stream_ids, p_expected, p_counts, p_deadlines)
                 WITH ORDINALITY AS w (type, id, expected, count, deadline, number)
    ), born AS (
        INSERT INTO es.streams AS s (shard, aggregate_type, aggregate_id, version, next_deadline)
        SELECT p_shard, w.type, w.id, w.count, w.deadline FROM wanted w WHERE w.expected = 0
        ON CONFLICT DO NOTHING
        RETURNING s.aggregate_type AS type, s.aggregate_id AS id
    ), grown AS (
        UPDATE es.streams s SET version = w.expected + w.count, next_deadline = w.deadline
          FROM wanted w
         WHERE w.expected > 0 AND s.shard = p_shard AND s.aggregate_type = w.type
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
    SELECT s.type, s.id, s.expected + n, p_event_types[s.before + n], p_event_versions[s.before + n],
           p_payloads[s.before + n]::json, p_metadata[s.before + n]::json,
           p_shard, v_first - 1 + s.before + n, v_now
      FROM (SELECT w.*, (sum(w.count) OVER (ORDER BY w.number) - w.count)::integer AS before
              FROM unnest(p_stream_types, p_stream_ids, p_expected, p_counts)
                   WITH ORDINALITY AS w (type, id, expected, count, number)) s
     CROSS JOIN LATERAL generate_series(1, s.count) AS n;
    GET DIAGNOSTICS v_written = ROW_COUNT;
    IF v_written <> v_count THEN
        RAISE EXCEPTION 'the counts name % events, % were given', v_written, v_count
              USING ERRCODE = '22023';
    END IF;

    v_chain := sha256(v_chain || p_digest || int8send(v_last)
                      || int8send((extract(epoch FROM v_now) * 1000000)::bigint));
    UPDATE es.log_heads AS h SET position = v_last, chain = v_chain, recorded_at = v_now
     WHERE h.shard = p_shard;
    INSERT INTO es.log_batches (shard, last_position, first_position, digest, chain, recorded_at)
    VALUES (p_shard, v_last, v_first, p_digest, v_chain, v_now);
    RETURN QUERY SELECT v_first, v_now;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA es FROM PUBLIC;
GRANT USAGE ON SCHEMA es TO fullhouse_command, fullhouse_projection;
GRANT SELECT ON ALL TABLES IN SCHEMA es TO fullhouse_command, fullhouse_projection;
GRANT INSERT, UPDATE, DELETE ON es.snapshots TO fullhouse_command;
GRANT EXECUTE ON FUNCTION es.append TO fullhouse_command;
