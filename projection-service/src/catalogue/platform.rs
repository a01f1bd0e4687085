//! How many events there are, for whoever runs the platform.

use std::collections::HashMap;

use chrono::NaiveDate;
use shared::clock::Timestamp;
use sqlx::PgPool;
use uuid::Uuid;

use crate::query_error::QueryError;

/// Events of an organization or a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventCounts {
    pub drafted: i64,
    /// Of which so many are or were for sale.
    pub published: i64,
}

/// How many events these organizations have.
///
/// # Errors
///
/// [`QueryError`].
pub async fn by_organization(
    pool: &PgPool,
    organizations: &[Uuid],
) -> Result<HashMap<Uuid, EventCounts>, QueryError> {
    let rows: Vec<(Uuid, i64, i64)> = sqlx::query_as(
        "SELECT organization_id, count(*), count(published_at) FROM read.events
          WHERE organization_id = ANY($1::uuid[]) GROUP BY organization_id",
    )
    .bind(organizations)
    .fetch_all(pool)
    .await?;
    let counts = |(id, drafted, published)| (id, EventCounts { drafted, published });
    Ok(rows.into_iter().map(counts).collect())
}

/// How many events were drafted and published on each day (UTC).
///
/// # Errors
///
/// [`QueryError`].
pub async fn by_day(
    pool: &PgPool,
    (from, to): (Timestamp, Timestamp),
) -> Result<HashMap<NaiveDate, EventCounts>, QueryError> {
    let rows: Vec<(NaiveDate, i64, i64)> = sqlx::query_as(
        "SELECT day, sum(drafted)::bigint, sum(published)::bigint
           FROM (SELECT (drafted_at AT TIME ZONE 'UTC')::date AS day, 1 AS drafted, 0 AS published
                   FROM read.events WHERE drafted_at >= $1 AND drafted_at < $2
                  UNION ALL
                 SELECT (published_at AT TIME ZONE 'UTC')::date, 0, 1
                   FROM read.events WHERE published_at >= $1 AND published_at < $2) AS counted
          GROUP BY day",
    )
    .bind(from)
    .bind(to)
    .fetch_all(pool)
    .await?;
    let counts = |(day, drafted, published)| (day, EventCounts { drafted, published });
    Ok(rows.into_iter().map(counts).collect())
}
