-- How far each projection got, and which version of it is read. The projection service owns this
-- schema and makes the versioned read tables itself.

CREATE SCHEMA read AUTHORIZATION fullhouse_projection;
SET ROLE fullhouse_projection;

CREATE TABLE read.checkpoints (
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
CREATE TABLE read.workers (
    name text NOT NULL,
    version integer NOT NULL,
    owner uuid NOT NULL,
    seen_until timestamptz NOT NULL,
    PRIMARY KEY (name, version, owner)
);

-- Events that could not be handled, and all later ones of the same stream.
CREATE TABLE read.parked (
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

-- The version of each projection that queries see.
CREATE TABLE read.active (
    name text PRIMARY KEY,
    version integer NOT NULL,
    switched_at timestamptz NOT NULL DEFAULT now()
);

RESET ROLE;
