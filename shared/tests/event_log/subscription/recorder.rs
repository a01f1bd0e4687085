//! A subscriber that writes down what it is handed, and what it wrote.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
    time::Duration,
};

use shared::{
    event_log::{
        EventLog, LogPosition, RecordedEvent,
        subscription::{Bookkeeping, Feed, HandleError, Subscriber, Subscription},
    },
    events::box_office::BoxOfficeEvent,
    testing::TestDatabase,
};
use sqlx::{Executor, PgConnection, PgPool};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::samples::{append, stream_in};

/// Writes down what it is handed, and goes wrong where it is told to.
pub struct Recorder {
    pub version: i32,
    pub wanted: Option<&'static [&'static str]>,
    pub poison: Poison,
    pub not_now: AtomicU32,
    pub thief: Mutex<Option<PgPool>>,
    pub calls: Arc<AtomicU32>,
}

/// The total capacity that can't be handled.
#[derive(Clone, Default)]
pub struct Poison(pub Arc<AtomicI64>);

impl From<i64> for Poison {
    fn from(number: i64) -> Self {
        Self(Arc::new(AtomicI64::new(number)))
    }
}

impl Default for Recorder {
    fn default() -> Self {
        Self {
            version: 1,
            wanted: None,
            poison: Poison::default(),
            not_now: AtomicU32::new(0),
            thief: Mutex::new(None),
            calls: Arc::default(),
        }
    }
}

impl Subscriber for Recorder {
    fn name(&self) -> &'static str {
        "recorder"
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn wanted(&self) -> Option<&'static [&'static str]> {
        self.wanted
    }

    async fn handle(
        &self,
        tx: &mut PgConnection,
        batch: &[Arc<RecordedEvent>],
    ) -> Result<(), HandleError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        for event in batch {
            sqlx::query("INSERT INTO read.seen (shard, position) VALUES ($1, $2)")
                .bind(event.log_position.shard.number())
                .bind(event.log_position.position)
                .execute(&mut *tx)
                .await?;
            let BoxOfficeEvent::CapacitySet { total_capacity } = event.box_office()? else {
                return Err(HandleError::Impossible("not a sample".to_owned()));
            };
            if i64::from(*total_capacity) == self.poison.0.load(Ordering::Relaxed) {
                return Err(HandleError::Impossible(format!("{total_capacity} brings bad luck")));
            }
        }
        let thief = self.thief.lock().unwrap().take();
        if let Some(thief) = thief {
            thief.execute("UPDATE read.checkpoints SET lease_epoch = lease_epoch + 1").await?;
            thief.execute("UPDATE read.checkpoints SET lease_until = now()").await?;
        }
        let fails = |left: u32| left.checked_sub(1);
        match self.not_now.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fails) {
            Ok(_) => Err(HandleError::NotNow("not yet".to_owned())),
            Err(_) => Ok(()),
        }
    }
}

pub struct Running {
    pub subscription: Subscription,
    stop: CancellationToken,
}

impl Running {
    /// As a process of its own would.
    pub fn start(database: &TestDatabase, recorder: Recorder) -> Self {
        let stop = CancellationToken::new();
        let pool = database.projection().clone();
        let feed = Feed::start(pool.clone(), None, stop.clone());
        let subscription =
            Subscription::start(recorder, &feed, pool, Bookkeeping::Read, stop.clone());
        Self { subscription, stop }
    }

    pub async fn reached(&self, position: &str) {
        let position: LogPosition = position.parse().unwrap();
        timeout(Duration::from_secs(30), self.subscription.progress().reached(position))
            .await
            .unwrap();
    }

    pub async fn stop(self) {
        self.stop.cancel();
        timeout(Duration::from_secs(10), self.subscription.stopped()).await.unwrap();
    }
}

pub async fn a_database() -> TestDatabase {
    let database = TestDatabase::create().await;
    database
        .projection()
        .execute(
            "CREATE TABLE read.seen (shard smallint, position bigint,
                 turn bigint GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (shard, position))",
        )
        .await
        .unwrap();
    database
}

/// Records so many events in this shard and stream, which must be new.
pub async fn record(log: &EventLog, events: &[(i16, u16, u32)]) {
    for &(shard, stream, count) in events {
        let numbers: Vec<u32> = (1..=count).collect();
        log.append(append(stream_in(shard, stream), 0, &numbers)).await.unwrap();
    }
}

/// The positions that were handled, in the order in which they were.
pub async fn seen(database: &TestDatabase, shard: i16) -> Vec<i64> {
    sqlx::query_scalar("SELECT position FROM read.seen WHERE shard = $1 ORDER BY turn")
        .bind(shard)
        .fetch_all(database.owner())
        .await
        .unwrap()
}

pub async fn parked(database: &TestDatabase) -> Vec<(i64, String)> {
    sqlx::query_as("SELECT position, reason FROM read.parked ORDER BY position")
        .fetch_all(database.owner())
        .await
        .unwrap()
}

pub async fn checkpoint(database: &TestDatabase, shard: i16) -> i64 {
    let positions: HashSet<i64> =
        sqlx::query_scalar("SELECT position FROM read.checkpoints WHERE shard = $1")
            .bind(shard)
            .fetch_all(database.owner())
            .await
            .unwrap()
            .into_iter()
            .collect();
    assert_eq!(positions.len(), 1);
    positions.into_iter().next().unwrap()
}
