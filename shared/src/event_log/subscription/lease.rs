//! Leases: which process handles which shard. A lease that isn't renewed for 15 seconds is free;
//! each taking over raises the epoch, and a checkpoint only moves under the epoch it was leased with.

use sqlx::PgPool;
use uuid::Uuid;

use super::statements::Statements;
use crate::event_log::Shard;

/// Whose leases they are.
#[derive(Debug)]
pub(super) struct Tenant {
    pub(super) pool: PgPool,
    pub(super) statements: &'static Statements,
    pub(super) name: &'static str,
    pub(super) version: i32,
    pub(super) owner: Uuid,
}

/// A shard that was taken over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lease {
    pub(super) shard: Shard,
    pub(super) position: i64,
    pub(super) epoch: i64,
}

/// What stands in the bookkeeping about one shard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) shard: Shard,
    pub(super) position: i64,
    pub(super) parked: i64,
    /// Some of the parked events are to be tried again.
    pub(super) retry: bool,
}

impl Tenant {
    /// Tells the others that it takes part, and how many shards are its fair share.
    pub(super) async fn fair_share(&self) -> Result<usize, sqlx::Error> {
        let shards: Vec<i16> = Shard::all().map(Shard::number).collect();
        sqlx::query(self.statements.ensure)
            .bind(self.name)
            .bind(self.version)
            .bind(shards)
            .execute(&self.pool)
            .await?;
        sqlx::query(self.statements.appear)
            .bind(self.name)
            .bind(self.version)
            .bind(self.owner)
            .execute(&self.pool)
            .await?;
        let workers: i64 = sqlx::query_scalar(self.statements.count_workers)
            .bind(self.name)
            .bind(self.version)
            .fetch_one(&self.pool)
            .await?;
        Ok(Shard::COUNT.div_ceil(usize::try_from(workers).unwrap_or(1).max(1)))
    }

    /// Takes over at most so many free shards.
    pub(super) async fn claim(&self, at_most: usize) -> Result<Vec<Lease>, sqlx::Error> {
        let rows: Vec<(i16, i64, i64)> = sqlx::query_as(self.statements.claim)
            .bind(self.name)
            .bind(self.version)
            .bind(self.owner)
            .bind(i64::try_from(at_most).unwrap_or(i64::MAX))
            .fetch_all(&self.pool)
            .await?;
        let lease = |(shard, position, epoch)| {
            Shard::try_new(shard).map(|shard| Lease { shard, position, epoch })
        };
        Ok(rows.into_iter().filter_map(lease).collect())
    }

    /// Keeps the leases that are still its own, and tells which.
    pub(super) async fn renew(&self, leases: &[Lease]) -> Result<Vec<Shard>, sqlx::Error> {
        let shards: Vec<i16> = leases.iter().map(|lease| lease.shard.number()).collect();
        let epochs: Vec<i64> = leases.iter().map(|lease| lease.epoch).collect();
        let kept: Vec<i16> = sqlx::query_scalar(self.statements.renew)
            .bind(self.name)
            .bind(self.version)
            .bind(shards)
            .bind(epochs)
            .fetch_all(&self.pool)
            .await?;
        Ok(kept.into_iter().filter_map(Shard::try_new).collect())
    }

    /// Gives a shard back, if it is still its own.
    pub(super) async fn release(&self, lease: Lease) -> Result<(), sqlx::Error> {
        sqlx::query(self.statements.release)
            .bind(self.name)
            .bind(self.version)
            .bind(lease.shard.number())
            .bind(lease.epoch)
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Takes no part any more.
    pub(super) async fn disappear(&self) -> Result<(), sqlx::Error> {
        sqlx::query(self.statements.disappear)
            .bind(self.name)
            .bind(self.version)
            .bind(self.owner)
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// How all shards stand, whoever leases them.
    pub(super) async fn survey(&self) -> Result<Vec<Standing>, sqlx::Error> {
        let rows: Vec<(i16, i64, i64, i64)> = sqlx::query_as(self.statements.survey)
            .bind(self.name)
            .bind(self.version)
            .fetch_all(&self.pool)
            .await?;
        let standing = |(shard, position, parked, retries)| {
            let shard = Shard::try_new(shard)?;
            Some(Standing { shard, position, parked, retry: retries > 0 })
        };
        Ok(rows.into_iter().filter_map(standing).collect())
    }
}
