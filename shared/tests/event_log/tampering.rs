//! History can't be changed, and if somebody manages to, it shows.

use shared::{
    event_log::{
        EventLog, Shard,
        verify::{self, Fault, Verified, VerifyError},
    },
    testing::TestDatabase,
};
use sqlx::{Connection, Executor, PgPool};

use crate::samples::{append, stream_in};

#[tokio::test]
async fn no_role_may_change_what_is_recorded() {
    let database = a_log_of_four_batches().await;
    for statement in [
        "UPDATE es.events SET payload = '{}'",
        "DELETE FROM es.events",
        "TRUNCATE es.events",
        "UPDATE es.log_batches SET digest = ''",
        "DELETE FROM es.log_batches",
        "TRUNCATE es.log_batches",
    ] {
        for pool in [database.command(), database.projection()] {
            assert_eq!(refusal(pool, statement).await, "42501", "{statement}");
        }
        assert_eq!(refusal(database.owner(), statement).await, "ES003", "{statement}");
    }
}

#[tokio::test]
async fn only_the_append_adds_to_the_log() {
    let database = a_log_of_four_batches().await;
    for statement in [
        "INSERT INTO es.events SELECT * FROM es.events",
        "INSERT INTO es.log_batches SELECT * FROM es.log_batches",
        "UPDATE es.log_heads SET position = 0",
        "UPDATE es.streams SET version = 1",
        "DELETE FROM es.streams",
    ] {
        for pool in [database.command(), database.projection()] {
            assert_eq!(refusal(pool, statement).await, "42501", "{statement}");
        }
    }
    let append =
        "SELECT es.append(7::smallint, '', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')";
    assert_eq!(refusal(database.projection(), append).await, "42501");
}

#[tokio::test]
async fn a_log_that_nobody_touched_verifies() {
    let database = a_log_of_four_batches().await;
    let verified = verify_shard(&database).await.unwrap();
    assert_eq!((verified.position, verified.batches), (8, 4));
    let empty = verify_number(&database, 0).await.unwrap();
    assert_eq!((empty.position, empty.batches), (0, 0));
}

#[tokio::test]
async fn more_batches_than_are_read_at_once_verify() {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    for version in 0..450 {
        log.append(append(stream_in(7, 1), version, &[1])).await.unwrap();
    }
    assert_eq!(verify_shard(&database).await.unwrap().batches, 450);
}

#[tokio::test]
async fn one_changed_byte_shows_and_its_batch_is_named() {
    let database = a_log_of_four_batches().await;
    tamper(&database, "UPDATE es.events SET payload = replace(payload::text, '20', '21')::json")
        .await;
    assert_broken(verify_shard(&database).await, (3, 4), Fault::Digest);
}

#[tokio::test]
async fn every_field_of_an_event_is_covered() {
    for statement in [
        "UPDATE es.events SET metadata = replace(metadata::text, 'organizer:1', 'organizer:2')::json
          WHERE position = 3",
        "UPDATE es.events SET event_type = 'EventPublished' WHERE position = 3",
        "UPDATE es.events SET event_version = '1.1' WHERE position = 3",
        "UPDATE es.events SET aggregate_type = 'other' WHERE position = 3",
        "UPDATE es.events SET sequence = 99 WHERE position = 3",
        "UPDATE es.events SET payload = (payload::text || ' ')::json WHERE position = 3",
    ] {
        let database = a_log_of_four_batches().await;
        tamper(&database, statement).await;
        assert_broken(verify_shard(&database).await, (3, 4), Fault::Digest);
    }
}

#[tokio::test]
async fn what_else_is_changed_shows_too() {
    for (statement, batch, fault) in [
        ("UPDATE es.events SET recorded_at = now() WHERE position = 3", (3, 4), Fault::RecordedAt),
        ("DELETE FROM es.events WHERE position = 3", (3, 4), Fault::Positions),
        ("UPDATE es.events SET position = 100 WHERE position = 8", (7, 8), Fault::Positions),
        ("DELETE FROM es.log_batches WHERE last_position = 4", (5, 6), Fault::NotAdjacent),
        ("DELETE FROM es.log_batches WHERE last_position = 8", (7, 8), Fault::Head),
        ("UPDATE es.log_batches SET digest = sha256('') WHERE last_position = 4", (3, 4), Fault::Digest),
        ("UPDATE es.log_batches SET chain = sha256('') WHERE last_position = 4", (3, 4), Fault::Chain),
        ("UPDATE es.log_heads SET chain = sha256('')", (8, 8), Fault::Head),
        ("UPDATE es.log_heads SET position = 7", (7, 7), Fault::Head),
        (
            "INSERT INTO es.events SELECT aggregate_type, aggregate_id, 99, event_type, event_version,
                    payload, metadata, shard, 9, recorded_at FROM es.events WHERE position = 8",
            (9, 9),
            Fault::Stray,
        ),
    ] {
        let database = a_log_of_four_batches().await;
        tamper(&database, statement).await;
        assert_broken(verify_shard(&database).await, batch, fault);
    }
}

#[tokio::test]
async fn the_time_of_a_batch_is_part_of_the_chain() {
    let database = a_log_of_four_batches().await;
    tamper(&database, "UPDATE es.events SET recorded_at = 'epoch' WHERE position IN (3, 4)").await;
    tamper(&database, "UPDATE es.log_batches SET recorded_at = 'epoch' WHERE last_position = 4")
        .await;
    assert_broken(verify_shard(&database).await, (3, 4), Fault::Chain);
}

#[tokio::test]
async fn a_stream_that_claims_another_version_shows() {
    let database = a_log_of_four_batches().await;
    tamper(&database, "UPDATE es.streams SET version = version + 1").await;
    let result = verify_shard(&database).await;
    assert!(matches!(result, Err(VerifyError::StreamVersion { .. })), "{result:?}");
}

/// Two events a batch: 10 and 11, 20 and 21 and so on, at positions 1 to 8 of shard 7.
async fn a_log_of_four_batches() -> TestDatabase {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    for batch in 0..4 {
        let numbers = [10 * (batch + 1), 10 * (batch + 1) + 1];
        log.append(append(stream_in(7, 1), i64::from(batch) * 2, &numbers)).await.unwrap();
    }
    database
}

/// What a superuser can do.
async fn tamper(database: &TestDatabase, statement: &'static str) {
    let mut connection = sqlx::PgConnection::connect(&database.owner_url()).await.unwrap();
    connection.execute("SET session_replication_role = replica").await.unwrap();
    connection.execute(statement).await.unwrap();
}

async fn verify_shard(database: &TestDatabase) -> Result<Verified, VerifyError> {
    verify_number(database, 7).await
}

async fn verify_number(database: &TestDatabase, shard: i16) -> Result<Verified, VerifyError> {
    let mut connection = database.projection().acquire().await.unwrap();
    verify::shard(&mut connection, Shard::try_new(shard).unwrap(), |_, _| {}).await
}

fn assert_broken(result: Result<Verified, VerifyError>, batch: (i64, i64), expected: Fault) {
    match result {
        Err(VerifyError::Broken { first, last, fault, .. }) => {
            assert_eq!(((first, last), fault), (batch, expected));
        }
        other => panic!("{expected:?} was expected: {other:?}"),
    }
}

async fn refusal(pool: &PgPool, statement: &'static str) -> String {
    let error = pool.execute(statement).await.unwrap_err();
    error.as_database_error().unwrap().code().unwrap().into_owned()
}
