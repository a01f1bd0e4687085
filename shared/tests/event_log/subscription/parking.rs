//! What can't be handled stands aside with its stream, and nothing else does.

use std::sync::atomic::Ordering;

use shared::{event_log::EventLog, testing::TestDatabase};
use sqlx::Executor;

use super::recorder::{Recorder, Running, a_database, parked, record, seen};
use crate::samples::{append, stream_in, until};

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

async fn ask_for_retry(database: &TestDatabase) {
    database
        .projection()
        .execute("UPDATE read.parked SET retry_requested_at = now() WHERE position = 2")
        .await
        .unwrap();
}

async fn record_more(log: &EventLog, version: i64, number: u32) {
    log.append(append(stream_in(1, 1), version, &[number])).await.unwrap();
}

const NOBODY_ASKS: &str =
    "SELECT NOT EXISTS (SELECT FROM read.parked WHERE retry_requested_at IS NOT NULL)";
