//! Compares read tables with the log: folds it afresh into temporary tables, as far as the read
//! tables are, and finds every row that differs.

use std::{collections::HashSet, ops::Range, sync::Arc};

use shared::event_log::{
    ReadError, RecordedEvent, Shard,
    read::{self, Selection},
};
use sqlx::{PgConnection, PgPool};
use thiserror::Error;

use crate::{
    generation::Generation,
    generations,
    projection::{FoldError, Projection, facts},
};

/// Positions folded at once.
const BATCH: i64 = 5000;
/// Differences fetched of one table; more are only counted.
const SHOWN: i64 = 1000;

/// Why tables couldn't be compared.
#[derive(Debug, Error)]
pub enum CompareError {
    /// There are no tables yet, or another program made them.
    #[error("there are no tables of `{0}` that this program could compare")]
    NothingToCompare(&'static str),
    /// The log can't be read.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// The log can't be folded.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// The database refused or can't be reached.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// What was compared, and what differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Rows compared over all tables.
    pub rows: i64,
    /// Rows that differ: none if all is well.
    pub differing: i64,
    /// The first of them.
    pub differences: Vec<Difference>,
}

/// A row that is in one of the two only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub table: &'static str,
    pub side: Side,
    /// The row as JSON.
    pub row: String,
}

/// Where a differing row was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It is read, but doesn't follow from the log.
    ReadTable,
    /// It follows from the log, but isn't there.
    Log,
}

/// Folds the log afresh up to the checkpoints of a projection's tables and compares row by row.
///
/// Everything happens in one transaction with one view of the database, so it may run while the
/// tables are being filled.
///
/// # Errors
///
/// [`CompareError`].
pub async fn compare(
    pool: &PgPool,
    projection: &'static dyn Projection,
) -> Result<Comparison, CompareError> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await?;
    sqlx::raw_sql(
        "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
    )
    .execute(&mut *tx)
    .await?;
    let number = compared_generation(&mut tx, projection).await?;
    sqlx::raw_sql(&Generation::Temporary.sql(projection.schema())).execute(&mut *tx).await?;
    let parked = parked(&mut tx, projection, number).await?;
    for (shard, through) in checkpoints(&mut tx, projection, number).await? {
        let mut after = 0;
        while after < through {
            let end = through.min(after + BATCH);
            fold(pool, &mut tx, projection, (shard, after..end), &parked).await?;
            after = end;
        }
    }
    let mut comparison = Comparison { rows: 0, differing: 0, differences: Vec::new() };
    for table in projection.tables() {
        compare_table(&mut tx, Generation::Numbered(number), table, &mut comparison).await?;
    }
    tx.rollback().await?;
    Ok(comparison)
}

async fn compared_generation(
    tx: &mut PgConnection,
    projection: &'static dyn Projection,
) -> Result<i32, CompareError> {
    let active = generations::active(tx).await?.get(projection.name()).copied();
    active
        .filter(|active| active.code_version == projection.code_version())
        .map(|active| active.number)
        .ok_or(CompareError::NothingToCompare(projection.name()))
}

async fn checkpoints(
    tx: &mut PgConnection,
    projection: &'static dyn Projection,
    number: i32,
) -> Result<Vec<(Shard, i64)>, sqlx::Error> {
    let rows: Vec<(i16, i64)> = sqlx::query_as(
        "SELECT shard, position FROM read.checkpoints
          WHERE name = $1 AND version = $2 ORDER BY shard",
    )
    .bind(projection.name())
    .bind(number)
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().filter_map(|(shard, at)| Some((Shard::try_new(shard)?, at))).collect())
}

/// What couldn't be folded is reported as parked, and not as a difference too.
async fn parked(
    tx: &mut PgConnection,
    projection: &'static dyn Projection,
    number: i32,
) -> Result<HashSet<(i16, i64)>, sqlx::Error> {
    let rows: Vec<(i16, i64)> =
        sqlx::query_as("SELECT shard, position FROM read.parked WHERE name = $1 AND version = $2")
            .bind(projection.name())
            .bind(number)
            .fetch_all(tx)
            .await?;
    Ok(rows.into_iter().collect())
}

async fn fold(
    pool: &PgPool,
    tx: &mut PgConnection,
    projection: &'static dyn Projection,
    (shard, range): (Shard, Range<i64>),
    parked: &HashSet<(i16, i64)>,
) -> Result<(), CompareError> {
    let selection = Selection::Types(projection.wanted().to_vec());
    let events = read::shard(pool, shard, range, &selection).await?;
    let batch: Vec<Arc<RecordedEvent>> = events
        .into_iter()
        .filter(|event| !parked.contains(&(shard.number(), event.log_position.position)))
        .map(Arc::new)
        .collect();
    let facts = facts(&batch, projection.wanted()).map_err(FoldError::from)?;
    if !facts.is_empty() {
        projection.fold(tx, Generation::Temporary, &facts).await?;
    }
    Ok(())
}

async fn compare_table(
    tx: &mut PgConnection,
    generation: Generation,
    table: &'static str,
    comparison: &mut Comparison,
) -> Result<(), CompareError> {
    let (read, log) = (generation.table(table), Generation::Temporary.table(table));
    let count: i64 =
        sqlx::query_scalar(&format!("SELECT count(*) FROM {read}")).fetch_one(&mut *tx).await?;
    comparison.rows += count;
    for (side, one, other) in [(Side::ReadTable, &read, &log), (Side::Log, &log, &read)] {
        let differing = format!(
            "SELECT to_jsonb(d)::text, count(*) OVER ()
               FROM (TABLE {one} EXCEPT ALL TABLE {other}) AS d ORDER BY 1 LIMIT {SHOWN}"
        );
        let rows: Vec<(String, i64)> = sqlx::query_as(&differing).fetch_all(&mut *tx).await?;
        comparison.differing += rows.first().map_or(0, |(_, count)| *count);
        let difference = |(row, _)| Difference { table, side, row };
        comparison.differences.extend(rows.into_iter().map(difference));
    }
    Ok(())
}
