//! Reading the log: one stream, or one shard in commit order.

use std::{ops::Range, time::Duration};

use sqlx::{PgConnection, PgPool};

use super::{LogPosition, RecordedEvent, Shard, StreamId};
use crate::clock::Timestamp;

/// Nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Positions or versions that must be there are missing: the log was tampered with or damaged.
    /// Never to be skipped.
    #[error("the log has a hole: {expected} is missing")]
    Hole {
        /// `shard:position` or `type/id@version`.
        expected: String,
    },
    /// The database can't be reached or refused; safe to repeat.
    #[error("the log can't be read")]
    Unavailable(#[from] sqlx::Error),
}

/// Reads up to `limit` events of a stream after version `after`, in order.
///
/// # Errors
///
/// [`ReadError::Hole`] if the versions aren't contiguous; [`ReadError::Unavailable`].
pub async fn stream(
    pool: &PgPool,
    stream: StreamId,
    after: i64,
    limit: i64,
) -> Result<Vec<RecordedEvent>, ReadError> {
    let sql =
        "SELECT shard, position, aggregate_type, aggregate_id, sequence, event_type, event_version,
                payload::text, metadata::text, recorded_at
           FROM es.events
          WHERE aggregate_type = $1 AND aggregate_id = $2 AND sequence > $3 AND shard = $4
          ORDER BY sequence LIMIT $5";
    contiguous(pool, sql, stream, (after, limit)).await
}

/// As [`stream`], for a [scoped pool](crate::postgres::scoped_pool_options): nothing if whoever asks
/// may not see it.
///
/// # Errors
///
/// As [`stream`].
pub async fn seen_stream(
    scoped: &PgPool,
    stream: StreamId,
    after: i64,
    limit: i64,
) -> Result<Vec<RecordedEvent>, ReadError> {
    let sql =
        "SELECT shard, position, aggregate_type, aggregate_id, sequence, event_type, event_version,
                payload::text, metadata::text, recorded_at
           FROM es.seen_events
          WHERE aggregate_type = $1 AND aggregate_id = $2 AND shard = $4
            AND sequence > $3 AND sequence <= $3 + $5
          ORDER BY sequence";
    // Whatever a cursor says, the end of the stretch is a number.
    let after = after.min(i64::MAX.saturating_sub(limit));
    contiguous(scoped, sql, stream, (after, limit)).await
}

/// The end of [`seen_stream`] from this version backwards, the latest first.
///
/// # Errors
///
/// As [`stream`].
pub async fn seen_stream_back(
    scoped: &PgPool,
    stream: StreamId,
    from: i64,
    limit: i64,
) -> Result<Vec<RecordedEvent>, ReadError> {
    let first = from.saturating_sub(limit).max(0);
    let mut events = seen_stream(scoped, stream, first, from.saturating_sub(first)).await?;
    events.reverse();
    Ok(events)
}

/// The version of the last event of a stream, for a scoped pool: 0 if there is none, or none that may
/// be seen.
///
/// # Errors
///
/// If the database can't be reached.
pub async fn seen_version(scoped: &PgPool, stream: StreamId) -> Result<i64, ReadError> {
    let version: Option<i64> = sqlx::query_scalar(
        "SELECT sequence FROM es.seen_events
          WHERE aggregate_type = $1 AND aggregate_id = $2 AND shard = $3
          ORDER BY sequence DESC LIMIT 1",
    )
    .bind(stream.stream_type)
    .bind(stream.id.to_string())
    .bind(stream.shard().number())
    .fetch_optional(scoped)
    .await?;
    Ok(version.unwrap_or_default())
}

async fn contiguous(
    pool: &PgPool,
    sql: &'static str,
    stream: StreamId,
    (after, limit): (i64, i64),
) -> Result<Vec<RecordedEvent>, ReadError> {
    let events: Vec<RecordedEvent> = sqlx::query_as(sql)
        .bind(stream.stream_type)
        .bind(stream.id.to_string())
        .bind(after)
        .bind(stream.shard().number())
        .bind(limit)
        .fetch_all(pool)
        .await?;
    for (event, version) in events.iter().zip(after.saturating_add(1)..) {
        if event.version != version {
            let expected = format!("{}/{}@{version}", stream.stream_type, stream.id);
            return Err(ReadError::Hole { expected });
        }
    }
    Ok(events)
}

/// Which events are fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    All,
    /// Those of these types.
    Types(Vec<&'static str>),
}

/// Reads the selected events of a shard after position `range.start` up to and including
/// `range.end`, in commit order. The end must have been seen as a head, so every position is there.
///
/// # Errors
///
/// [`ReadError::Hole`] if one isn't; [`ReadError::Unavailable`].
pub async fn shard(
    pool: &PgPool,
    shard: Shard,
    range: Range<i64>,
    selection: &Selection,
) -> Result<Vec<RecordedEvent>, ReadError> {
    shard_on(&mut *pool.acquire().await?, shard, range, selection).await
}

/// As [`shard`], on one connection.
pub(super) async fn shard_on(
    connection: &mut PgConnection,
    shard: Shard,
    range: Range<i64>,
    selection: &Selection,
) -> Result<Vec<RecordedEvent>, ReadError> {
    match selection {
        Selection::All => all(connection, shard, range).await,
        Selection::Types(types) => of_types(connection, shard, range, types).await,
    }
}

async fn all(
    connection: &mut PgConnection,
    shard: Shard,
    range: Range<i64>,
) -> Result<Vec<RecordedEvent>, ReadError> {
    let events: Vec<RecordedEvent> = sqlx::query_as(
        "SELECT shard, position, aggregate_type, aggregate_id, sequence, event_type, event_version,
                payload::text, metadata::text, recorded_at
           FROM es.events
          WHERE shard = $1 AND position > $2 AND position <= $3
          ORDER BY position",
    )
    .bind(shard.number())
    .bind(range.start)
    .bind(range.end)
    .fetch_all(connection)
    .await?;
    without_hole(shard, range, events.iter().map(|event| event.log_position.position))?;
    Ok(events)
}

async fn of_types(
    connection: &mut PgConnection,
    shard: Shard,
    range: Range<i64>,
    types: &[&str],
) -> Result<Vec<RecordedEvent>, ReadError> {
    // The others aren't fetched but counted: positions are unique, so none is missing.
    let (present, wanted): (i64, Option<Vec<i64>>) = sqlx::query_as(
        "SELECT count(*), array_agg(position) FILTER (WHERE event_type = ANY($4))
           FROM es.events WHERE shard = $1 AND position > $2 AND position <= $3",
    )
    .bind(shard.number())
    .bind(range.start)
    .bind(range.end)
    .bind(types)
    .fetch_one(&mut *connection)
    .await?;
    if present != range.end - range.start {
        // Tells which one.
        return all(connection, shard, range).await;
    }
    match wanted {
        Some(wanted) => Ok(at_positions_on(connection, shard, &wanted).await?),
        None => Ok(Vec::new()),
    }
}

fn without_hole(
    shard: Shard,
    range: Range<i64>,
    mut present: impl Iterator<Item = i64>,
) -> Result<(), ReadError> {
    for position in range.start.saturating_add(1)..=range.end {
        if present.next() != Some(position) {
            let expected = LogPosition { shard, position }.to_string();
            return Err(ReadError::Hole { expected });
        }
    }
    Ok(())
}

/// Reads the events of a shard at these positions, in order.
///
/// # Errors
///
/// [`ReadError::Unavailable`].
pub async fn at_positions(
    pool: &PgPool,
    shard: Shard,
    positions: &[i64],
) -> Result<Vec<RecordedEvent>, ReadError> {
    at_positions_on(&mut *pool.acquire().await?, shard, positions).await
}

async fn at_positions_on(
    connection: &mut PgConnection,
    shard: Shard,
    positions: &[i64],
) -> Result<Vec<RecordedEvent>, ReadError> {
    // The bounds say nothing new, but keep any plan from reading more than what lies between: one made
    // while the log was short goes through the whole shard, in order, and looks for the positions.
    let events = sqlx::query_as(
        "SELECT shard, position, aggregate_type, aggregate_id, sequence, event_type, event_version,
                payload::text, metadata::text, recorded_at
           FROM es.events
          WHERE shard = $1 AND position = ANY($2) AND position BETWEEN $3 AND $4
          ORDER BY position",
    )
    .bind(shard.number())
    .bind(positions)
    .bind(positions.iter().min())
    .bind(positions.iter().max())
    .fetch_all(connection)
    .await?;
    Ok(events)
}

/// The end of one shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last position; 0 if the shard is empty.
    pub log_position: LogPosition,
    /// When it was taken; 1970 if the shard is empty.
    pub recorded_at: Timestamp,
}

/// The ends of all shards, in order.
///
/// # Errors
///
/// [`ReadError::Unavailable`].
pub async fn heads(pool: &PgPool) -> Result<Vec<Head>, ReadError> {
    let rows: Vec<(i16, i64, Timestamp)> =
        sqlx::query_as("SELECT shard, position, recorded_at FROM es.log_heads ORDER BY shard")
            .fetch_all(pool)
            .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(shard, position, recorded_at)| {
            let shard = Shard::try_new(shard)?;
            Some(Head { log_position: LogPosition { shard, position }, recorded_at })
        })
        .collect())
}

/// The last position of one shard; 0 if it is empty.
///
/// # Errors
///
/// [`ReadError::Unavailable`].
pub async fn head(pool: &PgPool, shard: Shard) -> Result<LogPosition, ReadError> {
    let position: Option<i64> =
        sqlx::query_scalar("SELECT position FROM es.log_heads WHERE shard = $1")
            .bind(shard.number())
            .fetch_optional(pool)
            .await?;
    Ok(LogPosition { shard, position: position.unwrap_or_default() })
}

/// How long ago the event at this position was recorded, by the database's clock; nothing if there
/// is no such event.
///
/// # Errors
///
/// If the database can't be reached.
pub(super) async fn age(
    pool: &PgPool,
    shard: Shard,
    position: i64,
) -> Result<Duration, sqlx::Error> {
    let micros: Option<i64> = sqlx::query_scalar(
        "SELECT (extract(epoch FROM clock_timestamp() - recorded_at) * 1000000)::bigint
           FROM es.events WHERE shard = $1 AND position = $2",
    )
    .bind(shard.number())
    .bind(position)
    .fetch_optional(pool)
    .await?;
    let micros = micros.and_then(|micros| u64::try_from(micros).ok()).unwrap_or_default();
    Ok(Duration::from_micros(micros))
}
