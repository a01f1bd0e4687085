//! Every event is handled once, in order, whatever happens.

use std::{sync::atomic::AtomicU32, time::Duration};

use shared::event_log::EventLog;
use sqlx::Executor;
use tokio::time::{sleep, timeout};

use super::recorder::{Recorder, Running, a_database, checkpoint, parked, record, seen};
use crate::samples::{append, stream_in};

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
async fn a_checkpoint_follows_what_is_passed_by_and_is_saved_at_the_end() {
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    let recorder = Recorder { wanted: Some(&["TicketIssued"]), ..Recorder::default() };
    let running = Running::start(&database, recorder);
    record(&log, &[(3, 1, 20)]).await;
    running.reached("3:20").await;
    let patience = Duration::from_secs(10);
    let saved = async {
        while checkpoint(&database, 3).await < 20 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(patience, saved).await.unwrap();

    record(&log, &[(3, 2, 5)]).await;
    running.reached("3:25").await;
    running.stop().await;
    assert_eq!(checkpoint(&database, 3).await, 25);
    assert_eq!(seen(&database, 3).await, Vec::<i64>::new());
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
