//! Snapshots: a cache that shortens the next rebuild, written behind the mailbox's back.
//!
//! The writer folds the log itself instead of copying the live state: the mailbox never pauses,
//! and a snapshot is by construction what a replay gives. Losing all of them loses only time.

use std::sync::Arc;

use dashmap::DashMap;
use shared::{
    event_log::{EventLog, Shard},
    events::box_office::STREAM_TYPE,
    id::EventId,
};
use sqlx::PgPool;

use super::resident::{Resident, STATE_VERSION};

const NEWEST: &str = "SELECT payload FROM es.snapshots \
     WHERE shard = $1 AND aggregate_type = $2 AND aggregate_id = $3 AND state_version = $4";

const STORE: &str = "INSERT INTO es.snapshots \
         (shard, aggregate_type, aggregate_id, state_version, sequence, payload, taken_at) \
     VALUES ($1, $2, $3, $4, $5, $6, now()) \
     ON CONFLICT (shard, aggregate_type, aggregate_id, state_version) DO UPDATE \
        SET sequence = excluded.sequence, payload = excluded.payload, taken_at = now() \
      WHERE snapshots.sequence < excluded.sequence";

/// Reads and writes snapshots.
#[derive(Clone)]
pub(super) struct Snapshots {
    pool: PgPool,
    log: EventLog,
    /// Events whose snapshot is being taken: one at a time is enough.
    under_way: Arc<DashMap<EventId, ()>>,
}

impl Snapshots {
    pub fn new(pool: PgPool, log: EventLog) -> Self {
        Self { pool, log, under_way: Arc::default() }
    }

    /// The newest snapshot of the present shape. A missing or unreadable one is no error: the
    /// stream itself is complete.
    pub async fn newest(&self, event: EventId) -> Option<Resident> {
        let payload: Option<Vec<u8>> = sqlx::query_scalar(NEWEST)
            .bind(Shard::of(event.uuid()).number())
            .bind(STREAM_TYPE)
            .bind(event.to_string())
            .bind(STATE_VERSION)
            .fetch_optional(&self.pool)
            .await
            .inspect_err(|error| tracing::warn!(%error, event.id = %event, "snapshot not read"))
            .ok()
            .flatten();
        let payload = payload?;
        tokio::task::spawn_blocking(move || Resident::thaw(&payload)).await.ok().flatten()
    }

    /// Takes a snapshot in the background, unless one of this event is under way.
    pub fn take(&self, event: EventId) {
        if self.under_way.insert(event, ()).is_some() {
            return;
        }
        let this = self.clone();
        tokio::spawn(async move {
            if let Err(error) = this.take_now(event).await {
                tracing::warn!(%error, event.id = %event, "snapshot not taken");
            }
            this.under_way.remove(&event);
        });
    }

    pub(super) async fn take_now(&self, event: EventId) -> anyhow::Result<()> {
        let resident = Resident::load(event, &self.log, self).await?;
        let version = resident.version();
        let payload = tokio::task::spawn_blocking(move || resident.freeze()).await??;
        sqlx::query(STORE)
            .bind(Shard::of(event.uuid()).number())
            .bind(STREAM_TYPE)
            .bind(event.to_string())
            .bind(STATE_VERSION)
            .bind(version)
            .bind(payload)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
