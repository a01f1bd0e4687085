-- How far each policy got.

CREATE SCHEMA policy;

CREATE TABLE policy.checkpoints (
    name text NOT NULL,
    version integer NOT NULL,
    shard smallint NOT NULL CHECK (shard BETWEEN 0 AND 15),
    -- The last position that was handled.
    position bigint NOT NULL DEFAULT 0,
    lease_owner uuid,
    lease_epoch bigint NOT NULL DEFAULT 0,
    lease_until timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (name, version, shard)
) WITH (fillfactor = 20, autovacuum_vacuum_threshold = 50, autovacuum_vacuum_scale_factor = 0);

-- Processes that take part; each leases its fair share of the shards.
CREATE TABLE policy.workers (
    name text NOT NULL,
    version integer NOT NULL,
    owner uuid NOT NULL,
    seen_until timestamptz NOT NULL,
    PRIMARY KEY (name, version, owner)
);

-- Events that could not be handled, and all later ones of the same stream.
CREATE TABLE policy.parked (
    name text NOT NULL,
    version integer NOT NULL,
    shard smallint NOT NULL,
    position bigint NOT NULL,
    aggregate_type text NOT NULL,
    aggregate_id text NOT NULL,
    reason text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now(),
    -- Set by an operator: handle the stream's parked events again, in order.
    retry_requested_at timestamptz,
    PRIMARY KEY (name, version, shard, position)
);

GRANT USAGE ON SCHEMA policy TO fullhouse_command, fullhouse_projection;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA policy TO fullhouse_command;
GRANT SELECT ON ALL TABLES IN SCHEMA policy TO fullhouse_projection;
ALTER DEFAULT PRIVILEGES IN SCHEMA policy
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO fullhouse_command;
ALTER DEFAULT PRIVILEGES IN SCHEMA policy GRANT SELECT ON TABLES TO fullhouse_projection;
