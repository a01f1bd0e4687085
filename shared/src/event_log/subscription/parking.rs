//! Events that can't be handled stand aside with all later events of their stream, until a new
//! version of the subscriber or an operator takes them up again.

use std::{collections::HashSet, sync::Arc};

use sqlx::PgConnection;
use uuid::Uuid;

use super::{HandleError, lease::Tenant};
use crate::event_log::{ReadError, RecordedEvent, Shard, read};

/// Stream type and id.
pub(super) type Stream = (String, Uuid);

/// The parked events of one stream, in order.
pub(super) struct Parked {
    pub(super) stream: Stream,
    pub(super) events: Vec<Arc<RecordedEvent>>,
}

pub(super) fn stream_of(event: &RecordedEvent) -> Stream {
    (event.stream_type.clone(), event.stream_id)
}

/// The streams of a shard that have parked events.
pub(super) async fn blocked(tenant: &Tenant, shard: Shard) -> Result<HashSet<Stream>, sqlx::Error> {
    let rows: Vec<(String, String)> = sqlx::query_as(tenant.statements.blocked)
        .bind(tenant.name)
        .bind(tenant.version)
        .bind(shard.number())
        .fetch_all(&tenant.pool)
        .await?;
    rows.into_iter()
        .map(|(stream_type, id)| {
            let id = id.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            Ok((stream_type, id))
        })
        .collect()
}

/// Sets events of one shard aside, all for the same reason.
pub(super) async fn park(
    tx: &mut PgConnection,
    tenant: &Tenant,
    events: &[Arc<RecordedEvent>],
    reason: &str,
) -> Result<(), sqlx::Error> {
    let shard = events.first().map(|event| event.log_position.shard.number());
    let positions: Vec<i64> = events.iter().map(|event| event.log_position.position).collect();
    let types: Vec<&str> = events.iter().map(|event| event.stream_type.as_str()).collect();
    let ids: Vec<String> = events.iter().map(|event| event.stream_id.to_string()).collect();
    sqlx::query(tenant.statements.park)
        .bind(tenant.name)
        .bind(tenant.version)
        .bind(shard)
        .bind(positions)
        .bind(types)
        .bind(ids)
        .bind(vec![reason; events.len()])
        .execute(tx)
        .await
        .map(drop)
}

/// The parked streams of a shard that are to be tried again, with their events.
pub(super) async fn wanted_again(
    tenant: &Tenant,
    shard: Shard,
) -> Result<Vec<Parked>, HandleError> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(tenant.statements.wanted_again)
        .bind(tenant.name)
        .bind(tenant.version)
        .bind(shard.number())
        .fetch_all(&tenant.pool)
        .await?;
    let positions: Vec<i64> = rows.iter().map(|(_, _, position)| *position).collect();
    let events = read::at_positions(&tenant.pool, shard, &positions).await.map_err(unavailable)?;
    let mut streams: Vec<Parked> = Vec::new();
    for event in events.into_iter().map(Arc::new) {
        let stream = stream_of(&event);
        match streams.iter_mut().find(|parked| parked.stream == stream) {
            Some(parked) => parked.events.push(event),
            None => streams.push(Parked { stream, events: vec![event] }),
        }
    }
    Ok(streams)
}

/// Takes all events of a stream up again.
pub(super) async fn unpark(
    tx: &mut PgConnection,
    tenant: &Tenant,
    shard: Shard,
    (stream_type, id): &Stream,
) -> Result<(), sqlx::Error> {
    sqlx::query(tenant.statements.unpark)
        .bind(tenant.name)
        .bind(tenant.version)
        .bind(shard.number())
        .bind(stream_type)
        .bind(id.to_string())
        .execute(tx)
        .await
        .map(drop)
}

/// The stream still can't be handled: keeps the new reason with its first event.
pub(super) async fn park_again(
    tenant: &Tenant,
    shard: Shard,
    (stream_type, id): &Stream,
    reason: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(tenant.statements.park_again)
        .bind(tenant.name)
        .bind(tenant.version)
        .bind(shard.number())
        .bind(stream_type)
        .bind(id.to_string())
        .bind(reason)
        .execute(&tenant.pool)
        .await
        .map(drop)
}

fn unavailable(error: ReadError) -> HandleError {
    match error {
        ReadError::Unavailable(error) => HandleError::Database(error),
        ReadError::Hole { expected } => HandleError::NotNow(format!("{expected} is missing")),
    }
}
