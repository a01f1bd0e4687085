//! Questions about the projections.

use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::clock::Timestamp;
use sqlx::PgPool;
use utoipa::ToSchema;

use crate::query_error::QueryError;

/// Parked events shown at most; all are counted.
const MOST_PARKED: i64 = 100;

/// How the platform is doing.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlatformHealth {
    pub projections: Vec<ProjectionHealth>,
    pub policies: Vec<ProjectionHealth>,
    /// How many events are parked.
    pub parked_count: i64,
    /// Events that couldn't be folded and later ones of their streams, the latest first, at most 100.
    pub parked: Vec<Parked>,
    pub mail: MailHealth,
}

/// How sending mail goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailHealth {
    /// Whether there is a mail server to send by; absent until a command service has said so.
    pub has_server: Option<bool>,
    pub waiting_count: i64,
    /// How long the oldest waiting mail has been waiting; 0 if none is.
    pub waiting_seconds: i64,
    /// Mails that were given up.
    pub failed_count: i64,
}

/// How far a projection or policy is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectionHealth {
    #[schema(example = "reservations")]
    pub name: String,
    /// Which copy of the tables it fills.
    pub generation: i32,
    /// Whether queries see this copy.
    pub active: bool,
    pub lag_events: i64,
    /// How long the oldest event that isn't folded yet has been waiting.
    pub lag_seconds: i64,
    pub shards: Vec<ShardHealth>,
}

/// How far a projection is in one shard. Empty shards are left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShardHealth {
    pub shard: i16,
    pub position: i64,
    pub head: i64,
    pub lag_events: i64,
    pub lag_seconds: i64,
}

/// An event that is set aside.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "these are the names in answers")]
pub struct Parked {
    pub name: String,
    pub generation: i32,
    #[schema(example = "7:1234")]
    pub log_position: String,
    pub stream_type: String,
    pub stream_id: String,
    pub reason: String,
    pub parked_at: DateTime<Utc>,
}

/// How the platform is doing now.
///
/// # Errors
///
/// [`QueryError`].
pub async fn platform(pool: &PgPool, now: Timestamp) -> Result<PlatformHealth, QueryError> {
    let projections = sqlx::query_as(include_str!("projections.sql")).fetch_all(pool).await?;
    let policies = sqlx::query_as(include_str!("policies.sql")).fetch_all(pool).await?;
    let parked: Vec<ParkedRow> = sqlx::query_as(
        "SELECT name, version, shard, position, aggregate_type, aggregate_id, reason, parked_at,
                count(*) OVER () AS count
           FROM (SELECT name, version, shard, position, aggregate_type, aggregate_id, reason,
                        parked_at FROM read.parked
                 UNION ALL
                 SELECT name, version, shard, position, aggregate_type, aggregate_id, reason,
                        parked_at FROM policy.parked) AS parked
          ORDER BY parked_at DESC, name, shard, position LIMIT $1",
    )
    .bind(MOST_PARKED)
    .fetch_all(pool)
    .await?;
    Ok(PlatformHealth {
        projections: collect(projections, now),
        policies: collect(policies, now),
        parked_count: parked.first().map_or(0, |row| row.count),
        parked: parked.into_iter().map(Parked::from).collect(),
        mail: mail(pool, now).await?,
    })
}

async fn mail(pool: &PgPool, now: Timestamp) -> Result<MailHealth, QueryError> {
    let (has_server, waiting_count, oldest, failed_count): (
        Option<bool>,
        i64,
        Option<Timestamp>,
        i64,
    ) = sqlx::query_as(
        "SELECT (SELECT has_server FROM outbox.sender),
                (SELECT count(*) FROM outbox.messages WHERE status = 'waiting'),
                (SELECT min(created_at) FROM outbox.messages WHERE status = 'waiting'),
                (SELECT count(*) FROM outbox.messages WHERE status = 'failed')",
    )
    .fetch_one(pool)
    .await?;
    let waiting_seconds = oldest.map_or(0, |oldest| (now - oldest).num_seconds().max(0));
    Ok(MailHealth { has_server, waiting_count, waiting_seconds, failed_count })
}

row!(
    #[derive(Debug)]
    struct Row {
        name: String,
        version: i32,
        active: bool,
        shard: i16,
        position: i64,
        head: i64,
        waiting_since: Option<Timestamp>,
    }
);

row!(
    #[derive(Debug)]
    struct ParkedRow {
        name: String,
        version: i32,
        shard: i16,
        position: i64,
        aggregate_type: String,
        aggregate_id: String,
        reason: String,
        parked_at: Timestamp,
        count: i64,
    }
);

/// Rows in the order of name and version become one entry for each.
fn collect(rows: Vec<Row>, now: Timestamp) -> Vec<ProjectionHealth> {
    let mut all: Vec<ProjectionHealth> = Vec::new();
    for row in rows {
        let waiting = row.waiting_since.map_or(0, |since| (now - since).num_seconds().max(0));
        let shard = ShardHealth {
            shard: row.shard,
            position: row.position,
            head: row.head,
            lag_events: (row.head - row.position).max(0),
            lag_seconds: waiting,
        };
        match all.last_mut() {
            Some(last) if last.name == row.name && last.generation == row.version => {
                last.add(shard);
            }
            Some(_) | None => {
                let mut new = ProjectionHealth {
                    name: row.name,
                    generation: row.version,
                    active: row.active,
                    lag_events: 0,
                    lag_seconds: 0,
                    shards: Vec::new(),
                };
                new.add(shard);
                all.push(new);
            }
        }
    }
    all
}

impl ProjectionHealth {
    fn add(&mut self, shard: ShardHealth) {
        self.lag_events += shard.lag_events;
        self.lag_seconds = self.lag_seconds.max(shard.lag_seconds);
        if shard.head > 0 {
            self.shards.push(shard);
        }
    }
}

impl From<ParkedRow> for Parked {
    fn from(row: ParkedRow) -> Self {
        Self {
            name: row.name,
            generation: row.version,
            log_position: format!("{}:{}", row.shard, row.position),
            stream_type: row.aggregate_type,
            stream_id: row.aggregate_id,
            reason: row.reason,
            parked_at: row.parked_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::samples::noon;

    fn row(name: &str, shard: i16, position: i64, waiting: Option<i64>) -> Row {
        Row {
            name: name.to_owned(),
            version: 1,
            active: true,
            shard,
            position,
            head: 10,
            waiting_since: waiting.map(|seconds| noon() - TimeDelta::seconds(seconds)),
        }
    }

    #[test]
    fn the_lag_is_the_sum_in_events_and_the_longest_in_time() {
        let rows = vec![
            row("orders", 0, 10, None),
            row("orders", 1, 7, Some(5)),
            row("orders", 2, 8, Some(9)),
            row("sales", 0, 10, None),
        ];
        let all = collect(rows, noon());
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].lag_events, all[0].lag_seconds), (5, 9));
        assert_eq!((all[1].lag_events, all[1].lag_seconds), (0, 0));
    }
}
