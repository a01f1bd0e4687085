//! The bookkeeping tables of subscriptions and the statements on them.

/// Which schema keeps the checkpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bookkeeping {
    /// `read`: projections.
    Read,
    /// `policy`: policies.
    Policy,
}

/// The statements, for one schema. `$1` is the name and `$2` the version in all of them.
#[derive(Debug)]
pub(super) struct Statements {
    /// `$3` shards: makes missing checkpoints.
    pub(super) ensure: &'static str,
    /// `$3` owner: tells the others that it takes part.
    pub(super) appear: &'static str,
    /// `$3` owner: tells the others that it has gone, and forgets who went silently.
    pub(super) disappear: &'static str,
    /// How many take part now.
    pub(super) count_workers: &'static str,
    /// `$3` owner, `$4` at most so many: takes over free shards.
    pub(super) claim: &'static str,
    /// `$3` shards, `$4` epochs: keeps what is still ours, and tells which.
    pub(super) renew: &'static str,
    /// `$3` shard, `$4` epoch: gives a shard back.
    pub(super) release: &'static str,
    /// All positions, and how many events of each shard are parked and are to be tried again.
    pub(super) survey: &'static str,
    /// `$3` shard: where it stands.
    pub(super) position: &'static str,
    /// `$3` shard, `$4` epoch, `$5` position before, `$6` position after.
    pub(super) advance: &'static str,
    /// `$3` shard: the streams with parked events.
    pub(super) blocked: &'static str,
    /// `$3` shard, `$4` positions, `$5` stream types, `$6` stream ids, `$7` reasons.
    pub(super) park: &'static str,
    /// `$3` shard: positions to be tried again, stream by stream.
    pub(super) wanted_again: &'static str,
    /// `$3` shard, `$4` stream type, `$5` stream id: they were handled.
    pub(super) unpark: &'static str,
    /// `$3` shard, `$4` stream type, `$5` stream id, `$6` reason: they were not.
    pub(super) park_again: &'static str,
}

macro_rules! statements {
    ($schema:literal) => {
        Statements {
            ensure: concat!(
                "INSERT INTO ", $schema, ".checkpoints (name, version, shard)
                 SELECT $1, $2, shard FROM unnest($3::smallint[]) AS shard ON CONFLICT DO NOTHING"
            ),
            appear: concat!(
                "INSERT INTO ", $schema, ".workers (name, version, owner, seen_until)
                 VALUES ($1, $2, $3, now() + interval '15 s')
                 ON CONFLICT (name, version, owner) DO UPDATE SET seen_until = excluded.seen_until"
            ),
            disappear: concat!(
                "DELETE FROM ", $schema, ".workers
                  WHERE name = $1 AND version = $2 AND (owner = $3 OR seen_until < now())"
            ),
            count_workers: concat!(
                "SELECT count(*) FROM ", $schema, ".workers
                  WHERE name = $1 AND version = $2 AND seen_until > now()"
            ),
            claim: concat!(
                "WITH free AS (
                     SELECT shard FROM ", $schema, ".checkpoints
                      WHERE name = $1 AND version = $2 AND lease_until < now()
                      ORDER BY shard LIMIT $4 FOR UPDATE SKIP LOCKED
                 )
                 UPDATE ", $schema, ".checkpoints c
                    SET lease_owner = $3, lease_epoch = lease_epoch + 1,
                        lease_until = now() + interval '15 s'
                   FROM free WHERE c.name = $1 AND c.version = $2 AND c.shard = free.shard
                 RETURNING c.shard, c.position, c.lease_epoch"
            ),
            renew: concat!(
                "UPDATE ", $schema, ".checkpoints c SET lease_until = now() + interval '15 s'
                   FROM unnest($3::smallint[], $4::bigint[]) AS held (shard, epoch)
                  WHERE c.name = $1 AND c.version = $2 AND c.shard = held.shard
                    AND c.lease_epoch = held.epoch
                 RETURNING c.shard"
            ),
            release: concat!(
                "UPDATE ", $schema, ".checkpoints
                    SET lease_owner = NULL, lease_until = '-infinity'
                  WHERE name = $1 AND version = $2 AND shard = $3 AND lease_epoch = $4"
            ),
            survey: concat!(
                "SELECT c.shard, c.position, count(p.position), count(p.retry_requested_at)
                   FROM ", $schema, ".checkpoints c
                   LEFT JOIN ", $schema, ".parked p USING (name, version, shard)
                  WHERE c.name = $1 AND c.version = $2 GROUP BY c.shard, c.position"
            ),
            position: concat!(
                "SELECT position FROM ", $schema, ".checkpoints
                  WHERE name = $1 AND version = $2 AND shard = $3"
            ),
            advance: concat!(
                "UPDATE ", $schema, ".checkpoints
                    SET position = $6, lease_until = now() + interval '15 s'
                  WHERE name = $1 AND version = $2 AND shard = $3 AND lease_epoch = $4
                    AND position = $5"
            ),
            blocked: concat!(
                "SELECT DISTINCT aggregate_type, aggregate_id FROM ", $schema, ".parked
                  WHERE name = $1 AND version = $2 AND shard = $3"
            ),
            park: concat!(
                "INSERT INTO ", $schema, ".parked
                     (name, version, shard, position, aggregate_type, aggregate_id, reason)
                 SELECT $1, $2, $3, * FROM unnest($4::bigint[], $5::text[], $6::text[], $7::text[])"
            ),
            wanted_again: concat!(
                "SELECT p.aggregate_type, p.aggregate_id, p.position FROM ", $schema, ".parked p
                  WHERE p.name = $1 AND p.version = $2 AND p.shard = $3
                    AND EXISTS (
                        SELECT FROM ", $schema, ".parked r
                         WHERE (r.name, r.version, r.shard, r.aggregate_type, r.aggregate_id)
                             = (p.name, p.version, p.shard, p.aggregate_type, p.aggregate_id)
                           AND r.retry_requested_at IS NOT NULL)
                  ORDER BY p.aggregate_type, p.aggregate_id, p.position"
            ),
            unpark: concat!(
                "DELETE FROM ", $schema, ".parked
                  WHERE name = $1 AND version = $2 AND shard = $3
                    AND aggregate_type = $4 AND aggregate_id = $5"
            ),
            park_again: concat!(
                "UPDATE ", $schema, ".parked p
                    SET retry_requested_at = NULL,
                        reason = CASE WHEN p.position = (
                            SELECT min(f.position) FROM ", $schema, ".parked f
                             WHERE f.name = $1 AND f.version = $2 AND f.shard = $3
                               AND f.aggregate_type = $4 AND f.aggregate_id = $5)
                          THEN $6 ELSE p.reason END
                  WHERE p.name = $1 AND p.version = $2 AND p.shard = $3
                    AND p.aggregate_type = $4 AND p.aggregate_id = $5"
            ),
        }
    };
}

impl Bookkeeping {
    pub(super) fn statements(self) -> &'static Statements {
        const READ: Statements = statements!("read");
        const POLICY: Statements = statements!("policy");
        match self {
            Self::Read => &READ,
            Self::Policy => &POLICY,
        }
    }
}
