//! What an error says about the events, and what a caller that goes away leaves behind.

use std::time::Duration;

use futures::future::join_all;
use shared::{
    event_log::{AppendError, EventLog, NewEvent, StreamAppend, StreamId},
    testing::TestDatabase,
};
use sqlx::{Executor, PgPool};
use uuid::Uuid;

use crate::samples::{AN_APPEND_WAITS, append, envelope, hold_up, stream_in, until};

#[tokio::test]
async fn an_append_that_fails_at_its_commit_is_not_acknowledged() {
    let database = TestDatabase::create().await;
    database
        .owner()
        .execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'at the last moment'; END $$;
             CREATE CONSTRAINT TRIGGER late AFTER INSERT ON es.log_batches
                 DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail()",
        )
        .await
        .unwrap();
    let log = EventLog::start(database.command().clone());
    let result = log.append(append(stream_in(7, 1), 0, &[1])).await;
    assert!(matches!(result, Err(AppendError::NotCommitted(_))), "{result:?}");
    assert!(log.read_stream(stream_in(7, 1), 0, 1).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_records_nothing() {
    let unreachable: sqlx::postgres::PgConnectOptions =
        "postgres://nobody@127.0.0.1:1/nothing".parse().unwrap();
    let log = EventLog::start(PgPool::connect_lazy_with(unreachable));
    let result = log.append(append(stream_in(7, 1), 0, &[1])).await;
    assert!(matches!(result, Err(AppendError::NotCommitted(_))), "{result:?}");
}

#[tokio::test]
async fn a_session_that_ends_in_mid_append_leaves_the_outcome_unknown() {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    let held = hold_up(database.owner(), 7).await;
    let waiting = tokio::spawn({
        let log = log.clone();
        async move { log.append(append(stream_in(7, 1), 0, &[1])).await }
    });
    until(database.owner(), AN_APPEND_WAITS).await;
    terminate_writers(database.owner()).await;
    let result = waiting.await.unwrap();
    assert!(matches!(result, Err(AppendError::Unknown(_))), "{result:?}");
    held.rollback().await.unwrap();
    // The next one goes over a new connection.
    log.append(append(stream_in(7, 1), 0, &[1])).await.unwrap();
}

/// Sessions die at random moments; whatever the answer was, reading the stream settles it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_the_stream_tells_what_became_of_an_append() {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    let writers = join_all((1..=4).map(|n| tokio::spawn(settle(log.clone(), stream_in(7, n)))));
    let killer = async {
        for pause in (0..60).map(|n| 1 + n * 7 % 13) {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            terminate_writers(database.owner()).await;
        }
    };
    let (outcomes, ()) = tokio::join!(writers, killer);
    let lost: u32 = outcomes.into_iter().map(Result::unwrap).sum();
    assert!(lost > 0, "no append was ever interrupted: the test shows nothing");
    for n in 1..=4 {
        let events = log.read_stream(stream_in(7, n), 0, 10_000).await.unwrap();
        let commands: Vec<u128> = events.iter().map(command_of).collect();
        assert_eq!(commands, (0..COMMANDS).collect::<Vec<_>>(), "stream {n}");
    }
}

const COMMANDS: u128 = 300;

/// Records commands 0 to 299, each once, in order. Answers how often an answer was missing.
async fn settle(log: EventLog, stream: StreamId) -> u32 {
    let (mut version, mut missing) = (0, 0);
    for command in 0..COMMANDS {
        loop {
            let mut wanted = append(stream, version, &[1]);
            wanted.events[0].metadata = envelope(command);
            let answer = log.append(wanted).await;
            let recorded = log.read_stream(stream, version, 10).await.unwrap();
            let found = recorded.iter().any(|event| command_of(event) == command);
            match answer {
                Ok(_) => assert!(found, "an acknowledged append is lost"),
                Err(AppendError::NotCommitted(_)) => assert!(!found, "it was recorded after all"),
                Err(AppendError::Stale) => panic!("nobody else writes this stream"),
                Err(AppendError::Unknown(_)) => missing += 1,
            }
            if found {
                version += 1;
                break;
            }
            // The commit may still be under way; the next append waits for it and is then stale.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    missing
}

fn command_of(event: &shared::event_log::RecordedEvent) -> u128 {
    event.metadata().unwrap().command_id.uuid().as_u128()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_that_go_away_lose_nothing_and_leave_no_transaction_open() {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    let mut gone = 0;
    for number in 0..400_u64 {
        let wanted = an_append_for_a_new_stream(number);
        let patience = Duration::from_micros(number * 37 % 900);
        gone += u32::from(tokio::time::timeout(patience, log.append(wanted)).await.is_err());
    }
    assert!(gone > 0, "no caller ever went away: the test shows nothing");
    // Behind all of those, in the queue of each shard.
    for shard in 0..16 {
        log.append(append(stream_in(shard, 9999), 0, &[1])).await.unwrap();
    }
    let open: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_stat_activity
          WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
    )
    .fetch_one(database.owner())
    .await
    .unwrap();
    assert_eq!(open, 0);
    let heads: i64 = sqlx::query_scalar("SELECT sum(position)::bigint FROM es.log_heads")
        .fetch_one(database.owner())
        .await
        .unwrap();
    let events: i64 = sqlx::query_scalar("SELECT count(*) FROM es.events")
        .fetch_one(database.owner())
        .await
        .unwrap();
    assert_eq!(heads, events);
}

fn an_append_for_a_new_stream(number: u64) -> StreamAppend {
    let id = Uuid::from_u128(0x0190_a000_0000_7000_8001_0000_0000_0000 | u128::from(number));
    let stream = StreamId { stream_type: "box_office", id };
    let event: NewEvent = crate::samples::event(1);
    StreamAppend { stream, expected_version: 0, next_deadline: None, events: vec![event] }
}

async fn terminate_writers(pool: &PgPool) {
    sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND query LIKE 'SELECT first_position%'",
    )
    .execute(pool)
    .await
    .unwrap();
}
