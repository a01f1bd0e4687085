//! The pool never hands out a connection that is inside somebody else's transaction.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use shared::{postgres, testing::TestDatabase};
use sqlx::{Executor, PgPool};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
    util::SubscriberInitExt,
};

/// Requests are dropped at all moments of their unit of work. What is acknowledged afterwards must
/// be there for everybody to see.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropped_requests_do_not_swallow_the_writes_of_later_ones() {
    let database = TestDatabase::create().await;
    database.owner().execute("CREATE TABLE written (number bigint PRIMARY KEY)").await.unwrap();
    let pool = postgres::connect(&database.owner_url(), 2).await.unwrap();
    for number in 0..1500_u64 {
        let patience = Duration::from_micros(number * 7 % 450);
        let _dropped = tokio::time::timeout(patience, a_unit_of_work(&pool)).await;
        write(&pool, number).await;
    }
    let visible: i64 = sqlx::query_scalar("SELECT count(*) FROM written")
        .fetch_one(database.owner())
        .await
        .unwrap();
    assert_eq!(visible, 1500);
}

async fn a_unit_of_work(pool: &PgPool) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    tx.execute("SELECT 1").await?;
    tx.rollback().await
}

async fn write(pool: &PgPool, number: u64) {
    sqlx::query("INSERT INTO written VALUES ($1)")
        .bind(i64::try_from(number).unwrap())
        .execute(pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_a_connection_is_left_in_is_gone_when_it_is_handed_out_again() {
    let database = TestDatabase::create().await;
    let pool = postgres::connect(&database.owner_url(), 1).await.unwrap();
    for left_behind in [
        "SELECT 1",
        "BEGIN; SET LOCAL work_mem = '77MB'",
        "BEGIN; SET LOCAL work_mem = '77MB'; SELECT 1/0",
    ] {
        leave(&pool, left_behind).await;
        let memory: String = sqlx::query_scalar("SELECT current_setting('work_mem')")
            .fetch_one(&pool)
            .await
            .unwrap();
        assert_ne!(memory, "77MB", "after {left_behind}");
    }
}

#[tokio::test]
async fn the_server_is_given_nothing_to_complain_about() {
    let notices = Notices::default();
    let _guard = tracing_subscriber::registry().with(notices.clone()).set_default();
    let database = TestDatabase::create().await;
    // Without the limits of our sessions: they silence notices.
    let options = database.owner_url().parse().unwrap();
    let pool = postgres::pool_options(1).connect_with(options).await.unwrap();
    for _ in 0..3 {
        leave(&pool, "SELECT 1").await;
        let mut tx = pool.begin().await.unwrap();
        tx.execute("SELECT 1").await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(notices.count(), 0);
    leave(&pool, "ROLLBACK").await;
    assert_eq!(notices.count(), 1, "this test would hear one");
}

async fn leave(pool: &PgPool, left_behind: &'static str) {
    let mut connection = pool.acquire().await.unwrap();
    let _ = sqlx::raw_sql(left_behind).execute(&mut *connection).await;
}

/// Counts what the server sends beside its answers.
#[derive(Clone, Default)]
struct Notices(Arc<AtomicUsize>);

impl Notices {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl<S: tracing::Subscriber> Layer<S> for Notices {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::postgres::notice" {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[tokio::test]
async fn a_connection_that_died_at_rest_is_not_handed_out() {
    let database = TestDatabase::create().await;
    let pool = postgres::connect(&database.command_url(), 1).await.unwrap();
    let session = "SELECT pg_backend_pid()";
    let before: i32 = sqlx::query_scalar(session).fetch_one(&pool).await.unwrap();
    sqlx::query("SELECT pg_terminate_backend($1)")
        .bind(before)
        .execute(database.owner())
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let after: i32 = sqlx::query_scalar(session).fetch_one(&pool).await.unwrap();
    assert_ne!(before, after);
}

#[tokio::test]
async fn a_server_that_may_forget_is_refused() {
    let database = TestDatabase::create().await;
    postgres::require_durable(database.command()).await.unwrap();
    let forgetful = format!("{}?options[synchronous_commit]=off", database.owner_url());
    let pool = postgres::connect(&forgetful, 1).await.unwrap();
    let error = postgres::require_durable(&pool).await.unwrap_err();
    assert!(error.to_string().contains("synchronous_commit"), "{error}");
}

#[tokio::test]
async fn sessions_are_limited_and_carry_the_name_of_their_program() {
    let database = TestDatabase::create().await;
    let pool = postgres::connect(&database.command_url(), 1).await.unwrap();
    for (setting, expected) in [
        ("statement_timeout", "15s"),
        ("lock_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "10s"),
    ] {
        let actual: String = sqlx::query_scalar("SELECT current_setting($1)")
            .bind(setting)
            .fetch_one(&pool)
            .await
            .unwrap();
        assert_eq!(actual, expected, "{setting}");
    }
    let name: String = sqlx::query_scalar("SELECT current_setting('application_name')")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert!(name.starts_with("event_log"), "{name}");
}
