//! Reads figures of availability from the read tables.

use std::collections::HashMap;

use shared::{
    event_log::Shard,
    events::box_office::Line,
    id::{EventId, ReservationId},
};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    rows::{self, EventRow, Stocks, TypeRow},
    stock::Stock,
};
use crate::{query_error::QueryError, reservations};

/// The figures of every event that may still change, and the positions up to which the log is
/// included in them.
#[derive(Debug)]
pub struct Loaded {
    pub stocks: Stocks,
    pub positions: Vec<(Shard, i64)>,
}

/// Loads what the live figures start from.
///
/// # Errors
///
/// [`QueryError`].
pub async fn load(pool: &PgPool) -> Result<Loaded, QueryError> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let positions: Vec<(i16, i64)> = sqlx::query_as(
        "SELECT c.shard, c.position FROM read.checkpoints AS c JOIN read.active USING (name, version)
          WHERE c.name = $1",
    )
    .bind(reservations::projection::NAME)
    .fetch_all(&mut *tx)
    .await?;
    let events: Vec<EventRow> = sqlx::query_as(
        "SELECT event_id, organization_id, status, published, currency, total_capacity, position
           FROM read.availability_events WHERE status IN ('DRAFT', 'PUBLISHED')",
    )
    .fetch_all(&mut *tx)
    .await?;
    let types: Vec<TypeRow> = sqlx::query_as(
        "SELECT t.event_id, t.ticket_type_id, t.name, t.enabled, t.allocation, t.sold, t.held,
                t.ordinal
           FROM read.availability_types AS t JOIN read.availability_events AS e USING (event_id)
          WHERE e.status IN ('DRAFT', 'PUBLISHED')
          ORDER BY t.event_id, t.ordinal",
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let positions = positions.into_iter();
    Ok(Loaded {
        stocks: rows::assemble(events, types)?,
        positions: positions.filter_map(|(shard, at)| Some((Shard::try_new(shard)?, at))).collect(),
    })
}

/// How many events the read tables of the figures are behind the log.
///
/// # Errors
///
/// [`QueryError`].
pub async fn missing_events(pool: &PgPool) -> Result<i64, QueryError> {
    let missing = sqlx::query_scalar(
        "SELECT coalesce(sum(h.position - coalesce(c.position, 0)), 0)::bigint
           FROM es.log_heads AS h
           LEFT JOIN read.active AS a ON a.name = $1
           LEFT JOIN read.checkpoints AS c
             ON (c.name, c.version, c.shard) = (a.name, a.version, h.shard)",
    )
    .bind(reservations::projection::NAME)
    .fetch_one(pool)
    .await?;
    Ok(missing)
}

/// The figures of one event.
///
/// # Errors
///
/// [`QueryError`].
pub async fn find(pool: &PgPool, event: EventId) -> Result<Option<Stock>, QueryError> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let events: Vec<EventRow> = sqlx::query_as(
        "SELECT event_id, organization_id, status, published, currency, total_capacity, position
           FROM read.availability_events WHERE event_id = $1",
    )
    .bind(event.uuid())
    .fetch_all(&mut *tx)
    .await?;
    let types: Vec<TypeRow> = sqlx::query_as(
        "SELECT event_id, ticket_type_id, name, enabled, allocation, sold, held, ordinal
           FROM read.availability_types WHERE event_id = $1 ORDER BY ordinal",
    )
    .bind(event.uuid())
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(rows::assemble(events, types)?.remove(&event))
}

/// The lines of holds that began before the live figures did.
///
/// # Errors
///
/// [`QueryError`].
pub async fn lines(
    pool: &PgPool,
    holds: &[ReservationId],
) -> Result<HashMap<ReservationId, Vec<Line>>, QueryError> {
    if holds.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = holds.iter().map(|hold| hold.uuid()).collect();
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT reservation_id, lines FROM read.reservations
          WHERE reservation_id = ANY($1::uuid[])",
    )
    .bind(ids)
    .fetch_all(pool)
    .await?;
    let mut lines = HashMap::with_capacity(rows.len());
    for (id, json) in rows {
        lines.insert(ReservationId::new(id), reservations::lines::from_json(&json)?);
    }
    Ok(lines)
}
