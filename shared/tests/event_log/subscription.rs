//! Whoever follows the log handles every event once, in order, whatever happens.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
    time::Duration,
};

use metrics_exporter_prometheus::PrometheusBuilder;
use shared::{
    event_log::{
        EventLog, LogPosition, RecordedEvent, Shard,
        subscription::{Bookkeeping, Feed, HandleError, Subscriber, Subscription},
    },
    events::box_office::BoxOfficeEvent,
    testing::TestDatabase,
};
use sqlx::{Connection, Executor, PgConnection, PgPool};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::samples::{append, stream_in, until};

#[tokio::test]
async fn every_event_is_handled_once_and_in_order() {
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    record(&log, &[(1, 1, 3), (2, 1, 2)]).await;
    let running = Running::start(&database, Recorder::default());
    record(&log, &[(1, 2, 700), (3, 1, 1)]).await;
    running.reached("1:703").await;
    running.reached("2:2").await;
    running.reached("3:1").await;
    running.stop().await;
    assert_eq!(seen(&database, 1).await, (1..=703).collect::<Vec<_>>());
    assert_eq!(seen(&database, 2).await, [1, 2]);
    assert_eq!(checkpoint(&database, 1).await, 703);
    assert_eq!(parked(&database).await, []);
}

#[tokio::test]
async fn a_log_from_before_is_caught_up_with() {
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    for version in 0..12 {
        let numbers = vec![1; 1000];
        log.append(append(stream_in(5, 1), version * 1000, &numbers)).await.unwrap();
    }
    let running = Running::start(&database, Recorder::default());
    running.reached("5:12000").await;
    running.stop().await;
    assert_eq!(seen(&database, 5).await, (1..=12_000).collect::<Vec<_>>());
}

#[tokio::test]
async fn only_wanted_types_are_handed_over() {
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    let mut mixed = append(stream_in(1, 1), 0, &[1, 2, 3, 4]);
    mixed.events[1].event_type = "Other";
    mixed.events[3].event_type = "Other";
    log.append(mixed).await.unwrap();
    let recorder = Recorder { wanted: Some(&["CapacitySet"]), ..Recorder::default() };
    let running = Running::start(&database, recorder);
    running.reached("1:4").await;
    running.stop().await;
    assert_eq!(seen(&database, 1).await, [1, 3]);
    assert_eq!(checkpoint(&database, 1).await, 4);
}

#[tokio::test]
async fn a_feed_of_some_types_leaves_the_others_out() {
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    let mut mixed = append(stream_in(1, 1), 0, &[1, 2, 3]);
    mixed.events[1].event_type = "Other";
    log.append(mixed).await.unwrap();
    let stop = CancellationToken::new();
    let wanted = Some(vec!["Other"]);
    let feed = Feed::start(database.projection().clone(), wanted, stop.clone());
    let shard = stream_in(1, 1).shard();
    feed.heads().wait_for(|heads| heads.of(shard) == 3).await.unwrap();
    let batch = feed.read(shard, 0, 10).await.unwrap();
    let positions: Vec<i64> = batch.events.iter().map(|e| e.log_position.position).collect();
    assert_eq!((positions, batch.through), (vec![2], 3));
    stop.cancel();
}

#[tokio::test]
async fn subscribers_of_a_process_share_what_was_fetched() {
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    record(&log, &[(1, 1, 10)]).await;
    let stop = CancellationToken::new();
    let feed = Feed::start(database.projection().clone(), None, stop.clone());
    let shard = stream_in(1, 1).shard();
    feed.heads().wait_for(|heads| heads.of(shard) == 10).await.unwrap();
    let first = feed.read(shard, 0, 10).await.unwrap();
    let second = feed.read(shard, 4, 3).await.unwrap();
    assert_eq!(second.through, 7);
    assert!(Arc::ptr_eq(&first.events[4], &second.events[0]));
    record(&log, &[(1, 2, 10)]).await;
    feed.heads().wait_for(|heads| heads.of(shard) == 20).await.unwrap();
    let positions = async |after, limit| -> Vec<i64> {
        let batch = feed.read(shard, after, limit).await.unwrap();
        batch.events.iter().map(|event| event.log_position.position).collect()
    };
    assert_eq!(positions(8, 5).await, [9, 10, 11, 12, 13]);
    assert_eq!(positions(19, 5).await, [20]);
    assert_eq!(positions(20, 5).await, Vec::<i64>::new());
    assert_eq!(positions(0, 2).await, [1, 2]);
    stop.cancel();
}

#[tokio::test]
async fn an_event_that_cannot_be_handled_parks_its_stream_and_no_other() {
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    // Positions 1 to 3 are stream 1, 4 and 5 stream 2, 6 stream 1 again.
    log.append(append(stream_in(1, 1), 0, &[1, 13, 3])).await.unwrap();
    log.append(append(stream_in(1, 2), 0, &[4, 5])).await.unwrap();
    log.append(append(stream_in(1, 1), 3, &[6])).await.unwrap();
    let running = Running::start(&database, Recorder { poison: 13.into(), ..Recorder::default() });
    running.reached("1:6").await;
    assert_eq!(seen(&database, 1).await, [1, 4, 5]);
    assert_eq!(
        parked(&database).await,
        [
            (2, "13 brings bad luck".to_owned()),
            (3, "an earlier event of the stream is parked".to_owned()),
            (6, "an earlier event of the stream is parked".to_owned()),
        ]
    );
    running.stop().await;

    // Another process knows about it.
    let running = Running::start(&database, Recorder::default());
    log.append(append(stream_in(1, 1), 4, &[7])).await.unwrap();
    log.append(append(stream_in(1, 2), 2, &[8])).await.unwrap();
    running.reached("1:8").await;
    running.stop().await;
    assert_eq!(seen(&database, 1).await, [1, 4, 5, 8]);
    assert_eq!(parked(&database).await.len(), 4);
}

#[tokio::test]
async fn a_parked_stream_is_taken_up_again_in_order_when_asked_for() {
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    log.append(append(stream_in(1, 1), 0, &[1, 13, 3])).await.unwrap();
    let recorder = Recorder { poison: 13.into(), ..Recorder::default() };
    let poison = recorder.poison.clone();
    let running = Running::start(&database, recorder);
    running.reached("1:3").await;

    // Asked too early, it is parked again and the request is done with.
    ask_for_retry(&database).await;
    until(database.projection(), NOBODY_ASKS).await;
    assert_eq!(parked(&database).await.len(), 2);

    poison.0.store(0, Ordering::Relaxed);
    ask_for_retry(&database).await;
    until(database.projection(), "SELECT NOT EXISTS (SELECT FROM read.parked)").await;
    assert_eq!(seen(&database, 1).await, [1, 2, 3]);
    record_more(&log, 3, 4).await;
    running.reached("1:4").await;
    running.stop().await;
    assert_eq!(seen(&database, 1).await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_broken_constraint_parks_the_event_that_breaks_it() {
    let database = a_database().await;
    database.projection().execute("ALTER TABLE read.seen ADD CHECK (position <> 2)").await.unwrap();
    let log = EventLog::start(database.command().clone());
    record(&log, &[(1, 1, 2), (1, 2, 2)]).await;
    let running = Running::start(&database, Recorder::default());
    running.reached("1:4").await;
    running.stop().await;
    assert_eq!(seen(&database, 1).await, [1, 3, 4]);
    assert_eq!(parked(&database).await.len(), 1);
}

#[tokio::test]
async fn what_fails_for_a_while_is_tried_again_and_nothing_is_half_done() {
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    record(&log, &[(1, 1, 5)]).await;
    let recorder = Recorder { not_now: AtomicU32::new(5), ..Recorder::default() };
    let running = Running::start(&database, recorder);
    running.reached("1:5").await;
    running.stop().await;
    assert_eq!(seen(&database, 1).await, [1, 2, 3, 4, 5]);
    assert_eq!(parked(&database).await, []);
}

#[tokio::test]
async fn what_was_handled_under_a_stolen_lease_is_rolled_back() {
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    record(&log, &[(1, 1, 5)]).await;
    let thief = Mutex::new(Some(database.owner().clone()));
    let recorder = Recorder { thief, ..Recorder::default() };
    let calls = recorder.calls.clone();
    let running = Running::start(&database, recorder);
    // The thief gives up at once, and the first owner leases the shard anew.
    running.reached("1:5").await;
    running.stop().await;
    assert_eq!(seen(&database, 1).await, [1, 2, 3, 4, 5]);
    assert_eq!(parked(&database).await, []);
    assert!(calls.load(Ordering::Relaxed) >= 2, "nothing was rolled back");
}

#[tokio::test]
async fn a_hole_stops_its_shard_and_raises_an_alarm() {
    let prometheus = PrometheusBuilder::new().build_recorder();
    let alarm = prometheus.handle();
    metrics::set_global_recorder(prometheus).unwrap();
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    record(&log, &[(1, 1, 5)]).await;
    let mut superuser = PgConnection::connect(&database.owner_url()).await.unwrap();
    superuser.execute("SET session_replication_role = replica").await.unwrap();
    superuser.execute("DELETE FROM es.events WHERE shard = 1 AND position = 5").await.unwrap();
    let running = Running::start(&database, Recorder::default());
    record(&log, &[(2, 1, 2)]).await;
    running.reached("2:2").await;
    let hole = r#"subscription_hole{subscriber="recorder",version="1",shard="1"} 1"#;
    for _ in 0..500 {
        if alarm.render().contains(hole) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(alarm.render().contains(hole), "{}", alarm.render());
    running.stop().await;
    assert_eq!(checkpoint(&database, 1).await, 0);
    assert_eq!(seen(&database, 1).await, Vec::<i64>::new());
}

#[tokio::test]
async fn two_processes_share_the_shards_and_one_inherits_from_the_other() {
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    let first = Running::start(&database, Recorder::default());
    until(database.projection(), "SELECT count(DISTINCT lease_owner) = 1 FROM read.checkpoints")
        .await;
    let second = Running::start(&database, Recorder::default());
    until(
        database.projection(),
        "SELECT count(*) = 2 AND min(held) = 8 AND max(held) = 8
           FROM (SELECT count(*) AS held FROM read.checkpoints
                  WHERE lease_until > now() GROUP BY lease_owner) AS owners",
    )
    .await;
    record(&log, &(0..16).map(|shard| (shard, 1, 3)).collect::<Vec<_>>()).await;
    for shard in Shard::all() {
        // Each learns about the shards of the other, too.
        first.reached(&format!("{shard}:3")).await;
        second.reached(&format!("{shard}:3")).await;
    }
    first.stop().await;
    record(&log, &(0..16).map(|shard| (shard, 2, 3)).collect::<Vec<_>>()).await;
    for shard in Shard::all() {
        second.reached(&format!("{shard}:6")).await;
        assert_eq!(seen(&database, shard.number()).await, [1, 2, 3, 4, 5, 6]);
    }
    second.stop().await;
}

#[tokio::test]
async fn an_orderly_end_gives_the_leases_back() {
    let database = a_database().await;
    let running = Running::start(&database, Recorder::default());
    until(database.projection(), "SELECT count(lease_owner) = 16 FROM read.checkpoints").await;
    running.stop().await;
    let left: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM read.checkpoints WHERE lease_until > now() OR lease_owner IS NOT NULL)
             OR EXISTS (SELECT FROM read.workers)",
    )
    .fetch_one(database.projection())
    .await
    .unwrap();
    assert!(!left);
}

#[tokio::test]
async fn a_new_version_starts_at_the_beginning_beside_the_old_one() {
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    record(&log, &[(1, 1, 3)]).await;
    let old = Running::start(&database, Recorder::default());
    old.reached("1:3").await;
    database.projection().execute("DELETE FROM read.seen").await.unwrap();
    let new = Running::start(&database, Recorder { version: 2, ..Recorder::default() });
    new.reached("1:3").await;
    assert_eq!(seen(&database, 1).await, [1, 2, 3]);
    old.stop().await;
    new.stop().await;
}

/// Writes down what it is handed, and goes wrong where it is told to.
struct Recorder {
    version: i32,
    wanted: Option<&'static [&'static str]>,
    poison: Poison,
    not_now: AtomicU32,
    thief: Mutex<Option<PgPool>>,
    calls: Arc<AtomicU32>,
}

/// The total capacity that can't be handled.
#[derive(Clone, Default)]
struct Poison(Arc<AtomicI64>);

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

struct Running {
    subscription: Subscription,
    stop: CancellationToken,
}

impl Running {
    /// As a process of its own would.
    fn start(database: &TestDatabase, recorder: Recorder) -> Self {
        let stop = CancellationToken::new();
        let pool = database.projection().clone();
        let feed = Feed::start(pool.clone(), None, stop.clone());
        let subscription =
            Subscription::start(recorder, &feed, pool, Bookkeeping::Read, stop.clone());
        Self { subscription, stop }
    }

    async fn reached(&self, position: &str) {
        let position: LogPosition = position.parse().unwrap();
        timeout(Duration::from_secs(30), self.subscription.progress().reached(position))
            .await
            .unwrap();
    }

    async fn stop(self) {
        self.stop.cancel();
        timeout(Duration::from_secs(10), self.subscription.stopped()).await.unwrap();
    }
}

async fn a_database() -> TestDatabase {
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
async fn record(log: &EventLog, events: &[(i16, u16, u32)]) {
    for &(shard, stream, count) in events {
        let numbers: Vec<u32> = (1..=count).collect();
        log.append(append(stream_in(shard, stream), 0, &numbers)).await.unwrap();
    }
}

async fn record_more(log: &EventLog, version: i64, number: u32) {
    log.append(append(stream_in(1, 1), version, &[number])).await.unwrap();
}

async fn ask_for_retry(database: &TestDatabase) {
    database
        .projection()
        .execute("UPDATE read.parked SET retry_requested_at = now() WHERE position = 2")
        .await
        .unwrap();
}

const NOBODY_ASKS: &str =
    "SELECT NOT EXISTS (SELECT FROM read.parked WHERE retry_requested_at IS NOT NULL)";

/// The positions that were handled, in the order in which they were.
async fn seen(database: &TestDatabase, shard: i16) -> Vec<i64> {
    sqlx::query_scalar("SELECT position FROM read.seen WHERE shard = $1 ORDER BY turn")
        .bind(shard)
        .fetch_all(database.projection())
        .await
        .unwrap()
}

async fn parked(database: &TestDatabase) -> Vec<(i64, String)> {
    sqlx::query_as("SELECT position, reason FROM read.parked ORDER BY position")
        .fetch_all(database.projection())
        .await
        .unwrap()
}

async fn checkpoint(database: &TestDatabase, shard: i16) -> i64 {
    let positions: HashSet<i64> =
        sqlx::query_scalar("SELECT position FROM read.checkpoints WHERE shard = $1")
            .bind(shard)
            .fetch_all(database.projection())
            .await
            .unwrap()
            .into_iter()
            .collect();
    assert_eq!(positions.len(), 1);
    positions.into_iter().next().unwrap()
}
