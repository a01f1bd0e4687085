//! Attempts at what can be guessed, counted for all processes together.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};
use sqlx::PgPool;

use super::{
    Rate,
    buckets::{Buckets, Empty, Level},
};

/// After so many attempts those that count no more are deleted.
const SWEEP_EVERY: u32 = 4096;

/// Requests that may come for each attempt that may be made: whoever finds no place tries again.
const KNOCKS: u32 = 10;

/// Counts attempts in `edge.attempts`. Clones share everything.
#[derive(Debug, Clone)]
pub(super) struct Attempts(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    pool: PgPool,
    /// What this process has seen alone: a flood is refused here and costs the database nothing.
    own: Buckets,
    /// What came for an attempt, whether a place was found for it or not.
    knocks: Buckets,
    taken: AtomicU32,
}

impl Attempts {
    pub(super) fn new(pool: PgPool, rate: Rate) -> Self {
        let knocks = Buckets::new(rate.times(KNOCKS));
        Self(Arc::new(Inner { pool, own: Buckets::new(rate), knocks, taken: AtomicU32::new(0) }))
    }

    /// Lets a request in that comes for an attempt, in memory only. No attempt is counted: nothing
    /// is tried before there is a place for it.
    pub(super) fn knock(&self, what: &str, subject: &[u8], now: Instant) -> Result<(), Empty> {
        let bucket = bucket(what, subject);
        self.0.own.check(bucket, 1, now)?;
        self.0.knocks.take(bucket, 1, now).map(drop)
    }

    /// Counts one attempt at `what` by `subject`, unless there were too many.
    pub(super) async fn take(
        &self,
        what: &str,
        subject: &[u8],
        now: Instant,
    ) -> Result<Result<Level, Empty>, sqlx::Error> {
        let bucket = bucket(what, subject);
        if let Err(empty) = self.0.own.take(bucket, 1, now) {
            return Ok(Err(empty));
        }
        self.sweep();
        self.record(&bucket).await
    }

    async fn record(&self, bucket: &[u8; 16]) -> Result<Result<Level, Empty>, sqlx::Error> {
        let rate = self.0.own.rate();
        let (per_unit, window) = (Duration::from_nanos(rate.nanos_per_unit), rate.window());
        let (refused, missing): (bool, i64) = sqlx::query_as(
            "INSERT INTO edge.attempts AS a (bucket, full_at)
             VALUES ($1, now() + $2 * interval '1 microsecond')
             ON CONFLICT (bucket) DO UPDATE
                SET (full_at, refused) = (
                    SELECT CASE WHEN after > most THEN a.full_at ELSE after END, after > most
                      FROM (SELECT greatest(a.full_at, now()) + $2 * interval '1 microsecond',
                                   now() + $3 * interval '1 microsecond') AS t (after, most))
             RETURNING refused, (extract(epoch FROM full_at - now()) * 1000000)::bigint",
        )
        .bind(&bucket[..])
        .bind(micros(per_unit))
        .bind(micros(window))
        .fetch_one(&self.0.pool)
        .await?;
        let missing = Duration::from_micros(u64::try_from(missing).unwrap_or_default());
        let units = missing.as_nanos().div_ceil(u128::from(rate.nanos_per_unit));
        let left = rate.burst.saturating_sub(u64::try_from(units).unwrap_or(u64::MAX));
        let level = Level { left, full_in: missing };
        let again_in = (missing + per_unit).saturating_sub(window);
        Ok(if refused { Err(Empty { again_in, level }) } else { Ok(level) })
    }

    fn sweep(&self) {
        if !self.0.taken.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP_EVERY) {
            return;
        }
        let inner = Arc::clone(&self.0);
        tokio::spawn(async move {
            let swept = sqlx::query("DELETE FROM edge.attempts WHERE full_at < now()")
                .execute(&inner.pool)
                .await;
            if let Err(error) = swept {
                tracing::warn!(%error, "attempts that count no more can't be deleted");
            }
        });
    }
}

/// A hash: nobody reads in the table who tried what.
fn bucket(what: &str, subject: &[u8]) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(what.as_bytes());
    hash.update([0]);
    hash.update(subject);
    let full: [u8; 32] = hash.finalize().into();
    full.first_chunk().copied().unwrap_or_default()
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestDatabase;

    fn attempts(database: &TestDatabase, units: u32, period: Duration, burst: u32) -> Attempts {
        let rate = Rate::try_new(units, period, burst).unwrap();
        Attempts::new(database.command().clone(), rate)
    }

    async fn take(attempts: &Attempts, what: &str, subject: &str) -> Result<Level, Empty> {
        attempts.take(what, subject.as_bytes(), Instant::now()).await.unwrap()
    }

    #[tokio::test]
    async fn processes_count_together() {
        let database = TestDatabase::create().await;
        let hour = Duration::from_hours(1);
        let (one, other) = (attempts(&database, 1, hour, 4), attempts(&database, 1, hour, 4));
        for (left, process) in [(3, &one), (2, &other), (1, &one), (0, &other)] {
            assert_eq!(take(process, "login", "a").await.unwrap().left, left);
        }
        for process in [&one, &other] {
            let empty = take(process, "login", "a").await.unwrap_err();
            let minutes = empty.again_in.as_secs().div_ceil(60);
            assert!((59..=60).contains(&minutes), "{empty:?}");
        }
        assert!(take(&one, "login", "b").await.is_ok());
        assert!(take(&one, "reset", "a").await.is_ok());
    }

    #[tokio::test]
    async fn a_refused_attempt_takes_nothing_and_time_gives_back() {
        let database = TestDatabase::create().await;
        // Each refuses by what it sees in the table: its own count is fresh.
        let process = || attempts(&database, 10, Duration::from_secs(1), 2);
        assert!(take(&process(), "login", "a").await.is_ok());
        assert!(take(&process(), "login", "a").await.is_ok());
        let mut refused = 0;
        while take(&process(), "login", "a").await.is_err() {
            refused += 1;
            assert!(refused < 10_000);
        }
        let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM edge.attempts")
            .fetch_one(database.owner())
            .await
            .unwrap();
        assert_eq!(rows, 1);
    }

    #[tokio::test]
    async fn ten_may_come_for_each_attempt_and_none_is_an_attempt() {
        let database = TestDatabase::create().await;
        let attempts = attempts(&database, 1, Duration::from_hours(1), 2);
        let now = Instant::now();
        let knocks = |subject: &[u8]| {
            (0..100).filter(|_| attempts.knock("login", subject, now).is_ok()).count()
        };
        assert_eq!((knocks(b"a"), knocks(b"b")), (20, 20));
        assert!(take(&attempts, "login", "a").await.is_ok());
        assert!(take(&attempts, "login", "a").await.is_ok());
    }

    #[tokio::test]
    async fn whoever_has_no_attempt_left_need_not_come() {
        let database = TestDatabase::create().await;
        let attempts = attempts(&database, 1, Duration::from_hours(1), 1);
        let now = Instant::now();
        assert!(attempts.knock("login", b"a", now).is_ok());
        assert!(take(&attempts, "login", "a").await.is_ok());
        let refused = attempts.knock("login", b"a", now).unwrap_err();
        assert_eq!(refused.level.left, 0);
        assert!(attempts.knock("register", b"a", now).is_ok(), "another route");
    }

    #[tokio::test]
    async fn a_hundred_at_once_are_no_more_than_the_limit() {
        let database = TestDatabase::create().await;
        let processes: Vec<Attempts> =
            (0..10).map(|_| attempts(&database, 1, Duration::from_hours(1), 20)).collect();
        let trying = (0..100).map(|number| take(&processes[number % 10], "login", "a"));
        let outcomes = futures::future::join_all(trying).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 20);
    }

    #[tokio::test]
    async fn what_counts_no_more_is_deleted() {
        let database = TestDatabase::create().await;
        sqlx::query(
            "INSERT INTO edge.attempts (bucket, full_at) VALUES ('\\x00', now() - interval '1 s')",
        )
        .execute(database.owner())
        .await
        .unwrap();
        take(&attempts(&database, 1, Duration::from_hours(1), 20), "login", "a").await.unwrap();
        let began = Instant::now();
        let mut rows: i64 = 2;
        while rows != 1 && began.elapsed() < Duration::from_secs(10) {
            rows = sqlx::query_scalar("SELECT count(*) FROM edge.attempts")
                .fetch_one(database.owner())
                .await
                .unwrap();
        }
        assert_eq!(rows, 1);
    }
}
