//! Makes, switches and removes the copies of a projection's tables. See [`Generation`].

use std::{collections::HashMap, time::Duration};

use sqlx::{
    Connection, PgConnection, PgExecutor, PgPool, Postgres, Transaction, error::DatabaseError,
};
use thiserror::Error;
use tokio::time::{Instant, sleep};

use crate::{generation::Generation, projection::Projection};

/// How often that is looked at.
const LOOK: Duration = Duration::from_millis(10);
/// The table of generations was locked or changed by another process.
const LOCK_NOT_AVAILABLE: &str = "55P03";
const DEADLOCK: &str = "40P01";

/// The copy of a projection that queries see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Active {
    pub number: i32,
    /// The version of the code that fills it.
    pub code_version: i32,
}

/// Why a copy couldn't be made active.
#[derive(Debug, Error)]
pub enum SwitchError {
    /// The new copy doesn't catch up; later it can.
    #[error("the new tables haven't caught up")]
    Behind,
    /// A reader or writer holds a lock for too long; later it can.
    #[error("the tables are in use")]
    Busy,
    /// The copy is gone: somebody removed it.
    #[error("generation {0} doesn't exist any more")]
    Gone(i32),
    /// The database refused or can't be reached.
    #[error(transparent)]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for SwitchError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(DatabaseError::code);
        match code.as_deref() {
            Some(LOCK_NOT_AVAILABLE | DEADLOCK) => Self::Busy,
            _ => Self::Database(error),
        }
    }
}

/// The copies that queries see, by projection.
///
/// # Errors
///
/// If the database can't be reached.
pub async fn active(executor: impl PgExecutor<'_>) -> Result<HashMap<String, Active>, sqlx::Error> {
    let rows: Vec<(String, i32, i32)> = sqlx::query_as(
        "SELECT a.name, a.version, g.code_version
           FROM read.active AS a JOIN read.generations AS g USING (name, version)",
    )
    .fetch_all(executor)
    .await?;
    let active = |(name, number, code_version)| (name, Active { number, code_version });
    Ok(rows.into_iter().map(active).collect())
}

/// How many events a copy includes, over all shards.
///
/// # Errors
///
/// If the database can't be reached.
pub async fn position(
    pool: &PgPool,
    projection: &dyn Projection,
    number: i32,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT coalesce(sum(position), 0)::bigint FROM read.checkpoints
          WHERE name = $1 AND version = $2",
    )
    .bind(projection.name())
    .bind(number)
    .fetch_one(pool)
    .await
}

/// Makes sure that there is a copy that queries see, empty if there was none.
///
/// # Errors
///
/// If the database refuses.
pub async fn prepare(pool: &PgPool, projection: &dyn Projection) -> Result<(), sqlx::Error> {
    let mut tx = lock(pool, projection).await?;
    let number: Option<i32> = sqlx::query_scalar("SELECT version FROM read.active WHERE name = $1")
        .bind(projection.name())
        .fetch_optional(&mut *tx)
        .await?;
    if number.is_none() {
        let number = create(&mut tx, projection).await?;
        show(&mut tx, projection, number).await?;
    }
    tx.commit().await
}

/// Makes a new, empty copy beside the active one and answers its number.
///
/// # Errors
///
/// If the database refuses.
pub async fn begin(pool: &PgPool, projection: &dyn Projection) -> Result<i32, sqlx::Error> {
    let mut tx = lock(pool, projection).await?;
    let number = create(&mut tx, projection).await?;
    tx.commit().await?;
    Ok(number)
}

/// Lets queries see the copy `to` from now on, once it includes all that the active one includes.
/// The checkpoints of the old copy are gone with it, so nobody goes on filling it.
///
/// # Errors
///
/// [`SwitchError`]; then nothing has changed.
pub async fn switch(
    pool: &PgPool,
    projection: &dyn Projection,
    to: i32,
    stand_still: Duration,
) -> Result<(), SwitchError> {
    let mut tx = lock(pool, projection).await?;
    sqlx::query("SELECT set_config('lock_timeout', '200ms', true)").execute(&mut *tx).await?;
    let old: Vec<(i16, i64)> = sqlx::query_as(
        "SELECT c.shard, c.position FROM read.checkpoints AS c JOIN read.active USING (name, version)
          WHERE c.name = $1 ORDER BY c.shard FOR UPDATE OF c",
    )
    .bind(projection.name())
    .fetch_all(&mut *tx)
    .await?;
    let until = Instant::now() + stand_still;
    wait_for_at_least(&mut tx, projection, to, &old, until).await?;
    sqlx::query(
        "DELETE FROM read.checkpoints AS c USING read.active AS a
          WHERE c.name = $1 AND (a.name, a.version) = (c.name, c.version)",
    )
    .bind(projection.name())
    .execute(&mut *tx)
    .await?;
    show(&mut tx, projection, to).await?;
    Ok(tx.commit().await?)
}

/// Keeps others from rebuilding this projection for as long as the answered connection is open; none
/// if somebody else does so.
///
/// # Errors
///
/// If the database can't be reached.
pub async fn lock_rebuild(
    pool: &PgPool,
    projection: &dyn Projection,
) -> Result<Option<PgConnection>, sqlx::Error> {
    let mut connection = pool.acquire().await?.detach();
    let locked: bool =
        sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtextextended('rebuild.' || $1, 0))")
            .bind(projection.name())
            .fetch_one(&mut connection)
            .await?;
    Ok(locked.then_some(connection))
}

/// Lets others rebuild at once, and not only when the server has noticed that the connection is gone.
///
/// # Errors
///
/// If the database can't be reached; then it notices.
pub async fn unlock_rebuild(mut connection: PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_unlock_all()").execute(&mut connection).await?;
    connection.close().await
}

/// Removes the copies that nobody sees. Only under [`lock_rebuild`]: otherwise one of them may just
/// be filled.
///
/// # Errors
///
/// If the database refuses.
pub async fn remove_unseen(pool: &PgPool, projection: &dyn Projection) -> Result<(), sqlx::Error> {
    let mut tx = lock(pool, projection).await?;
    let unseen: Vec<i32> = sqlx::query_scalar(
        "SELECT g.version FROM read.generations AS g
          WHERE g.name = $1
            AND NOT EXISTS (SELECT FROM read.active AS a
                             WHERE (a.name, a.version) = (g.name, g.version))",
    )
    .bind(projection.name())
    .fetch_all(&mut *tx)
    .await?;
    for number in unseen {
        remove(&mut tx, projection, number).await?;
    }
    tx.commit().await
}

async fn lock(
    pool: &PgPool,
    projection: &dyn Projection,
) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('read.' || $1, 0))")
        .bind(projection.name())
        .execute(&mut *tx)
        .await?;
    Ok(tx)
}

async fn create(tx: &mut PgConnection, projection: &dyn Projection) -> Result<i32, sqlx::Error> {
    let number: i32 = sqlx::query_scalar(
        "INSERT INTO read.generations (name, version, code_version)
         SELECT $1, coalesce(max(version), 0) + 1, $2 FROM read.generations WHERE name = $1
         RETURNING version",
    )
    .bind(projection.name())
    .bind(projection.code_version())
    .fetch_one(&mut *tx)
    .await?;
    let schema = Generation::Numbered(number).sql(projection.schema());
    sqlx::raw_sql(&schema).execute(tx).await?;
    Ok(number)
}

async fn show(
    tx: &mut PgConnection,
    projection: &dyn Projection,
    number: i32,
) -> Result<(), sqlx::Error> {
    for table in projection.tables() {
        let copy = Generation::Numbered(number).table(table);
        // With the rights of whoever asks: policies count for views too.
        let views = format!(
            "DROP VIEW IF EXISTS read.{table};
             CREATE VIEW read.{table} WITH (security_invoker = true) AS TABLE {copy};
             GRANT SELECT ON read.{table} TO fullhouse_reader"
        );
        sqlx::raw_sql(&views).execute(&mut *tx).await?;
    }
    sqlx::query(
        "INSERT INTO read.active (name, version) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET version = excluded.version, switched_at = now()",
    )
    .bind(projection.name())
    .bind(number)
    .execute(tx)
    .await?;
    Ok(())
}

async fn wait_for_at_least(
    tx: &mut PgConnection,
    projection: &dyn Projection,
    number: i32,
    wanted: &[(i16, i64)],
    until: Instant,
) -> Result<(), SwitchError> {
    loop {
        let reached: Vec<(i16, i64)> = sqlx::query_as(
            "SELECT shard, position FROM read.checkpoints WHERE name = $1 AND version = $2",
        )
        .bind(projection.name())
        .bind(number)
        .fetch_all(&mut *tx)
        .await?;
        if reached.is_empty() {
            let exists = exists(tx, projection, number).await?;
            return Err(if exists { SwitchError::Behind } else { SwitchError::Gone(number) });
        }
        let reached: HashMap<i16, i64> = reached.into_iter().collect();
        let is_there = |(shard, position): &(i16, i64)| {
            reached.get(shard).copied().unwrap_or_default() >= *position
        };
        if wanted.iter().all(is_there) {
            return Ok(());
        }
        if Instant::now() >= until {
            return Err(SwitchError::Behind);
        }
        sleep(LOOK).await;
    }
}

async fn exists(
    tx: &mut PgConnection,
    projection: &dyn Projection,
    number: i32,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM read.generations WHERE name = $1 AND version = $2)",
    )
    .bind(projection.name())
    .bind(number)
    .fetch_one(tx)
    .await
}

async fn remove(
    tx: &mut PgConnection,
    projection: &dyn Projection,
    number: i32,
) -> Result<(), sqlx::Error> {
    // All at once: their policies depend on each other.
    let copies = projection.tables().iter().map(|table| Generation::Numbered(number).table(table));
    let copies = copies.collect::<Vec<_>>().join(", ");
    sqlx::raw_sql(&format!("DROP TABLE IF EXISTS {copies}")).execute(&mut *tx).await?;
    for forget in [
        "DELETE FROM read.checkpoints WHERE name = $1 AND version = $2",
        "DELETE FROM read.parked WHERE name = $1 AND version = $2",
        "DELETE FROM read.workers WHERE name = $1 AND version = $2",
        "DELETE FROM read.generations WHERE name = $1 AND version = $2",
    ] {
        sqlx::query(forget).bind(projection.name()).bind(number).execute(&mut *tx).await?;
    }
    Ok(())
}
