//! Who handles a shard, and what becomes of it when that changes.

use std::{
    sync::{Mutex, atomic::Ordering},
    time::Duration,
};

use shared::{
    event_log::{EventLog, Shard},
    testing::TestDatabase,
};

use super::recorder::{Recorder, Running, a_database, parked, record, seen};
use crate::samples::{append, stream_in, until};

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

/// Sessions of the reading side die all the time while events keep coming.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dying_sessions_make_nothing_be_handled_twice_or_left_out() {
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    let running = [1, 2].map(|_| Running::start(&database, Recorder::default()));
    let writing = async {
        for version in 0..150 {
            for shard in [1, 2] {
                log.append(append(stream_in(shard, 1), version * 2, &[1, 2])).await.unwrap();
            }
        }
    };
    let killing = async {
        for pause in (0..30).map(|n| 5 + n * 7 % 40) {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            terminate_readers(&database).await;
        }
    };
    tokio::join!(writing, killing);
    for position in ["1:300", "2:300"] {
        running[0].reached(position).await;
    }
    for one in running {
        one.stop().await;
    }
    for shard in [1, 2] {
        assert_eq!(seen(&database, shard).await, (1..=300).collect::<Vec<_>>());
    }
    assert_eq!(parked(&database).await, []);
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

async fn terminate_readers(database: &TestDatabase) {
    sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'fullhouse_projection'",
    )
    .execute(database.owner())
    .await
    .unwrap();
}
