//! A plan that was made while the log was short doesn't become slow as it grows.

use shared::{
    event_log::{EventLog, read},
    testing::TestDatabase,
};
use sqlx::{PgPool, postgres::PgPoolOptions};

use crate::samples::{append, stream_in};

/// As often as PostgreSQL plans a statement anew, and some more.
const READS: usize = 10;
const SHORT: i64 = 300;
const LONG: i64 = 2_000;

#[tokio::test]
async fn few_positions_of_a_log_that_grew_are_read_without_the_others() {
    let database = TestDatabase::create().await;
    let reader = PgPoolOptions::new().max_connections(1);
    let reader = reader.connect(&database.projection_url()).await.unwrap();
    let log = EventLog::start(database.command().clone());
    let stream = stream_in(7, 1);
    log.append(append(stream, 0, &numbers(SHORT))).await.unwrap();
    for _ in 0..READS {
        let few = read::at_positions(&reader, stream.shard(), &[1, 2, 3]).await.unwrap();
        assert_eq!(few.len(), 3);
    }
    log.append(append(stream, SHORT, &numbers(LONG - SHORT))).await.unwrap();

    sqlx::raw_sql("BEGIN").execute(&reader).await.unwrap();
    let before = rows_fetched(&reader).await;
    let wanted = [LONG - 5, LONG - 1];
    let events = read::at_positions(&reader, stream.shard(), &wanted).await.unwrap();
    let found: Vec<i64> = events.iter().map(|event| event.log_position.position).collect();
    assert_eq!(found, wanted);
    let fetched = rows_fetched(&reader).await - before;
    assert!(fetched <= 5, "{fetched} rows for two");
}

fn numbers(count: i64) -> Vec<u32> {
    (1..=u32::try_from(count).unwrap()).collect()
}

/// As far as the connection has not reported it; within a transaction it reports nothing.
async fn rows_fetched(reader: &PgPool) -> i64 {
    sqlx::query_scalar(
        "SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_xact_all_tables
          WHERE schemaname = 'es' AND relname = 'events'",
    )
    .fetch_one(reader)
    .await
    .unwrap()
}
