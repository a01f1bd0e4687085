//! Several processes on one database allow what one may, and little more.

use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use super::*;
use crate::testing::TestDatabase;

const BURST: u32 = 1_000;
const PATIENCE: Duration = Duration::from_secs(20);

/// The limits of one process: so many units for each address, that come back in a day.
fn process(pool: PgPool) -> Rates {
    let rate = Rate::try_new(BURST, Duration::from_hours(24), BURST);
    let none = Limit(None);
    let args = RateArgs {
        rate_limits: Switch::On,
        rate_limit_address: Limit(rate),
        rate_limit_holds: none,
        rate_limit_caller: none,
        rate_limit_holder: none,
        rate_limit_event: none,
        rate_limit_credentials: none,
        rate_limit_attempts: none,
    };
    Rates::new(args, Some(pool))
}

fn take(rates: &Rates, subject: &str) -> bool {
    let address = rates.address.as_ref().unwrap();
    address.buckets.take(subject, 1, Instant::now()).is_ok()
}

/// How many units a process gives when it is asked until it has given none for a second.
async fn drain(rates: &Rates, subject: &str) -> u32 {
    let (mut taken, mut last) = (0, Instant::now());
    while last.elapsed() < Duration::from_secs(1) {
        if take(rates, subject) {
            (taken, last) = (taken + 1, Instant::now());
        } else {
            sleep(Duration::from_millis(1)).await;
        }
    }
    taken
}

/// Waits until both hear of each other.
async fn in_touch(database: &TestDatabase) -> (Rates, Rates) {
    // One as the command service, one as the projection service.
    let both = (process(database.command().clone()), process(database.projection().clone()));
    sleep(Duration::from_millis(300)).await;
    both
}

async fn known(database: &TestDatabase) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM edge.spent").fetch_one(database.owner()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_allow_the_limit_and_a_quarter_each_at_most() {
    let database = TestDatabase::create().await;
    let (one, other) = in_touch(&database).await;
    let (first, second) = tokio::join!(drain(&one, "a"), drain(&other, "a"));
    let together = first + second;
    assert!((BURST..=BURST + 2 * BURST / 4).contains(&together), "{first} and {second}");
    // Another subject has a bucket of its own, in both.
    assert!(take(&one, "b") && take(&other, "b"));
}

#[tokio::test]
async fn one_after_the_other_allows_the_limit_and_a_quarter_at_most() {
    let database = TestDatabase::create().await;
    let (one, other) = in_touch(&database).await;
    assert_eq!(drain(&one, "a").await, BURST, "nobody else asked: all of it is there");
    let more = drain(&other, "a").await;
    assert!(more <= BURST / 4, "{more}");
}

#[tokio::test]
async fn a_process_that_begins_later_hears_what_was_taken_before() {
    let database = TestDatabase::create().await;
    let one = process(database.command().clone());
    assert_eq!(drain(&one, "a").await, BURST);
    drop(one);
    let (later, _) = in_touch(&database).await;
    let more = drain(&later, "a").await;
    assert!(more <= BURST / 4, "{more}");
}

#[tokio::test]
async fn what_is_taken_comes_back_in_all_processes() {
    let database = TestDatabase::create().await;
    let (one, other) = in_touch(&database).await;
    assert_eq!(drain(&one, "a").await, BURST);
    drain(&other, "a").await;
    assert!(!take(&one, "a") && !take(&other, "a"));
    // As after half a day.
    sqlx::query("UPDATE edge.spent SET full_at = full_at - interval '12 hours'")
        .execute(database.owner())
        .await
        .unwrap();
    let (later, _) = in_touch(&database).await;
    let half = drain(&later, "a").await;
    assert!((BURST / 4..=BURST * 3 / 4).contains(&half), "{half}");
}

#[tokio::test]
async fn those_who_ask_little_cost_the_database_nothing() {
    let database = TestDatabase::create().await;
    let (one, _other) = in_touch(&database).await;
    for subject in 0..10_000 {
        assert!(take(&one, &subject.to_string()));
    }
    sleep(Duration::from_millis(600)).await;
    assert_eq!(known(&database).await, 0);
    for _ in 0..=(BURST / 16) {
        assert!(take(&one, "a"));
    }
    timeout(PATIENCE, async {
        while known(&database).await == 0 {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("who asks much is known");
}

#[tokio::test]
async fn without_a_database_each_process_counts_alone() {
    let database = TestDatabase::create().await;
    let pool = database.command().clone();
    let alone = process(pool.clone());
    sleep(Duration::from_millis(300)).await;
    pool.close().await;
    // Nobody is refused because others can't be heard.
    let taken = timeout(PATIENCE, async {
        let mut taken = 0;
        while taken < BURST {
            if take(&alone, "a") {
                taken += 1;
            } else {
                sleep(Duration::from_millis(5)).await;
            }
        }
        taken
    });
    assert_eq!(taken.await, Ok(BURST));
    assert!(!take(&alone, "a"));
}

#[tokio::test]
async fn what_counts_no_more_is_deleted() {
    let database = TestDatabase::create().await;
    sqlx::query(
        "INSERT INTO edge.spent (bucket, full_at)
         SELECT sha256(number::text::bytea), now() - interval '1 s'
           FROM generate_series(1, 100) AS number",
    )
    .execute(database.owner())
    .await
    .unwrap();
    let _process = process(database.command().clone());
    timeout(PATIENCE, async {
        while known(&database).await > 0 {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("it is swept when a process begins");
}

#[tokio::test]
async fn the_exchange_ends_with_its_limits() {
    let database = TestDatabase::create().await;
    let rates = process(database.command().clone());
    let buckets = Arc::downgrade(&rates.address.as_ref().unwrap().buckets);
    drop(rates);
    timeout(PATIENCE, async {
        while buckets.upgrade().is_some() {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("nobody holds them any more");
}
