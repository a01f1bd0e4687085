//! Writes a batch's changes to the rows of holds, one statement for all of them.

use std::collections::HashMap;

use shared::{events::box_office::Line, id::ReservationId};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::{
    changes::{Begun, Changed},
    lines,
};
use crate::{generation::Generation, projection::FoldError, status::ReservationStatus};

const INSERT: &str = "
    INSERT INTO read.reservations_vN
           (reservation_id, event_id, person_id, status, lines, created_at, expires_at, ended_at)
    SELECT b.reservation_id, b.event_id, b.person_id, b.status, b.lines, b.created_at,
           b.expires_at, b.ended_at
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[],
                  $7::timestamptz[], $8::timestamptz[])
        AS b (reservation_id, event_id, person_id, status, lines, created_at, expires_at, ended_at)";

const UPDATE: &str = "
    UPDATE read.reservations_vN AS r
       SET expires_at = coalesce(c.expires_at, r.expires_at),
           status = coalesce(c.status, r.status),
           ended_at = coalesce(c.ended_at, r.ended_at)
      FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::timestamptz[], $5::boolean[])
        AS c (reservation_id, expires_at, status, ended_at, frees)
     WHERE r.reservation_id = c.reservation_id
    RETURNING r.reservation_id, CASE WHEN c.frees THEN r.lines END";

/// Inserts the holds that begin.
pub async fn insert(
    tx: &mut PgConnection,
    generation: Generation,
    begun: &[Begun<'_>],
) -> Result<(), FoldError> {
    if begun.is_empty() {
        return Ok(());
    }
    let stored: Vec<String> = begun.iter().map(|hold| lines::to_json(hold.lines)).collect();
    let ids: Vec<Uuid> = begun.iter().map(|hold| hold.reservation_id.uuid()).collect();
    let events: Vec<Uuid> = begun.iter().map(|hold| hold.event_id.uuid()).collect();
    let persons: Vec<Uuid> = begun.iter().map(|hold| hold.person_id.uuid()).collect();
    let statuses: Vec<&str> = begun.iter().map(|hold| hold.status.code()).collect();
    let created: Vec<_> = begun.iter().map(|hold| hold.created_at).collect();
    let expires: Vec<_> = begun.iter().map(|hold| hold.expires_at).collect();
    let ended: Vec<_> = begun.iter().map(|hold| hold.ended_at).collect();
    sqlx::query(&generation.sql(INSERT))
        .bind(ids)
        .bind(events)
        .bind(persons)
        .bind(statuses)
        .bind(stored)
        .bind(created)
        .bind(expires)
        .bind(ended)
        .execute(tx)
        .await?;
    Ok(())
}

/// Changes older holds and answers the lines of those that free tickets.
pub async fn update(
    tx: &mut PgConnection,
    generation: Generation,
    changed: &[Changed],
) -> Result<HashMap<ReservationId, Vec<Line>>, FoldError> {
    if changed.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = changed.iter().map(|hold| hold.reservation_id.uuid()).collect();
    let expires: Vec<_> = changed.iter().map(|hold| hold.expires_at).collect();
    let statuses: Vec<_> =
        changed.iter().map(|hold| hold.status.map(ReservationStatus::code)).collect();
    let ended: Vec<_> = changed.iter().map(|hold| hold.ended_at).collect();
    let frees: Vec<_> = changed.iter().map(|hold| hold.frees).collect();
    let rows = sqlx::query(&generation.sql(UPDATE))
        .bind(ids)
        .bind(expires)
        .bind(statuses)
        .bind(ended)
        .bind(frees)
        .fetch_all(tx)
        .await?;
    if rows.len() != changed.len() {
        return Err(FoldError::Contradiction(format!(
            "{} of {} holds that change are not there",
            changed.len() - rows.len(),
            changed.len()
        )));
    }
    let mut lines_freed = HashMap::new();
    for row in &rows {
        if let Some(json) = row.try_get::<Option<&str>, _>(1)? {
            lines_freed.insert(ReservationId::new(row.try_get(0)?), lines::from_json(json)?);
        }
    }
    Ok(lines_freed)
}
