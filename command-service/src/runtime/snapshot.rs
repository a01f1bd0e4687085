//! Snapshots: a cache that shortens the next rebuild, written behind the mailbox's back.
//!
//! Of a short stream the live state is written down, which takes milliseconds. Of a long one the
//! log is folded once more, so that its mailbox never pauses. Both give what a replay gives, byte
//! for byte. Losing all of them loses only time.

use std::{sync::Arc, time::Duration};

use dashmap::DashMap;
use shared::{
    event_log::{EventLog, Shard},
    events::box_office::STREAM_TYPE,
    id::EventId,
};
use sqlx::PgPool;
use tokio_util::task::TaskTracker;

use super::resident::{Resident, STATE_VERSION};

const NEWEST: &str = "SELECT payload FROM es.snapshots \
     WHERE shard = $1 AND aggregate_type = $2 AND aggregate_id = $3 AND state_version = $4";

const STORE: &str = "INSERT INTO es.snapshots \
         (shard, aggregate_type, aggregate_id, state_version, sequence, payload, taken_at) \
     VALUES ($1, $2, $3, $4, $5, $6, now()) \
     ON CONFLICT (shard, aggregate_type, aggregate_id, state_version) DO UPDATE \
        SET sequence = excluded.sequence, payload = excluded.payload, taken_at = now() \
      WHERE snapshots.sequence < excluded.sequence";

/// The state behind this many events is written down in about 20 ms, as long as a mailbox may pause.
const SHORT: i64 = 150_000;

/// How long a stopping service waits for snapshots.
const PATIENCE: Duration = Duration::from_secs(3);

/// Reads and writes snapshots.
#[derive(Clone)]
pub(super) struct Snapshots {
    pool: PgPool,
    log: EventLog,
    /// Events whose snapshot is being taken: one at a time is enough.
    under_way: Arc<DashMap<EventId, ()>>,
    tasks: TaskTracker,
}

impl Snapshots {
    pub fn new(pool: PgPool, log: EventLog) -> Self {
        Self { pool, log, under_way: Arc::default(), tasks: TaskTracker::new() }
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

    /// Takes a snapshot of what is durable, unless one of this event is under way.
    pub fn take(&self, event: EventId, resident: &mut Resident) {
        if resident.version() <= SHORT {
            self.take_from_memory(event, resident);
        } else if self.begin(event, resident) {
            let this = self.clone();
            self.finish(event, async move { this.fold(event).await });
        }
    }

    /// Writes down the state at hand, however long that takes.
    pub fn take_from_memory(&self, event: EventId, resident: &mut Resident) {
        if self.begin(event, resident) {
            let (frozen, version, this) = (resident.freeze(), resident.version(), self.clone());
            self.finish(event, async move { this.store(event, version, frozen?).await });
        }
    }

    fn begin(&self, event: EventId, resident: &mut Resident) -> bool {
        resident.snapshot_begun();
        self.under_way.insert(event, ()).is_none()
    }

    fn finish(
        &self,
        event: EventId,
        taking: impl Future<Output = anyhow::Result<()>> + Send + 'static,
    ) {
        let under_way = Arc::clone(&self.under_way);
        self.tasks.spawn(async move {
            if let Err(error) = taking.await {
                tracing::warn!(%error, event.id = %event, "snapshot not taken");
            }
            under_way.remove(&event);
        });
    }

    /// Waits a little for the snapshots under way: they make the next start quick.
    pub async fn settle(&self) {
        self.tasks.close();
        // One that takes longer is lost, and with it only time.
        let _ = tokio::time::timeout(PATIENCE, self.tasks.wait()).await;
    }

    /// Folds the log and stores the result.
    pub(super) async fn fold(&self, event: EventId) -> anyhow::Result<()> {
        let resident = Resident::load(event, &self.log, self).await?;
        let version = resident.version();
        let payload = tokio::task::spawn_blocking(move || resident.freeze()).await??;
        self.store(event, version, payload).await
    }

    async fn store(&self, event: EventId, version: i64, payload: Vec<u8>) -> anyhow::Result<()> {
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
