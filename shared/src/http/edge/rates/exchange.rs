//! Tells other processes what was taken out of the buckets here, and hears what they took.
//!
//! No request waits for it. A bucket takes part once a sixteenth of it was taken here that the others
//! don't know of; most never do.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use sqlx::PgPool;
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until, timeout},
};

use super::buckets::{Buckets, SharedId};

/// How often it is told, at the latest.
const BEAT: Duration = Duration::from_millis(250);
/// How often at the most: some buckets empty quickly.
const SOONEST: Duration = Duration::from_millis(20);
/// A database that doesn't answer for so long isn't waited for.
const PATIENCE: Duration = Duration::from_millis(800);
/// Buckets of one statement.
const AT_ONCE: usize = 2_000;
/// After so many exchanges what counts no more is deleted.
const SWEEP_EVERY: u32 = 256;

/// What was taken out of a bucket here and isn't known elsewhere.
pub(super) struct Unsent {
    pub(super) id: SharedId,
    /// The bucket's name in this process.
    pub(super) key: u64,
    pub(super) nanos: u64,
}

/// Exchanges for these buckets until they are gone.
pub(super) fn start(pool: PgPool, all: &[Arc<Buckets>], wake: Arc<Notify>) {
    let all: Vec<Weak<Buckets>> = all.iter().map(Arc::downgrade).collect();
    tokio::spawn(async move {
        let mut is_reached = true;
        for count in 0_u32.. {
            let begun = Instant::now();
            let alive: Option<Vec<_>> = all.iter().map(Weak::upgrade).collect();
            let Some(alive) = alive else { return };
            for buckets in &alive {
                let exchanged = timeout(PATIENCE, exchange(&pool, buckets)).await;
                let outcome = exchanged.map_err(|_| sqlx::Error::PoolTimedOut).flatten();
                if is_reached && let Err(error) = &outcome {
                    tracing::warn!(%error, "rate limits are counted for this process only");
                }
                is_reached = outcome.is_ok();
            }
            if count.is_multiple_of(SWEEP_EVERY) && is_reached {
                sweep(&pool).await;
            }
            drop(alive);
            sleep_until(begun + SOONEST).await;
            tokio::select! {
                () = sleep_until(begun + BEAT) => {}
                () = wake.notified() => {}
            }
        }
    });
}

/// Tells and hears once. What couldn't be told is told the next time.
async fn exchange(pool: &PgPool, buckets: &Buckets) -> Result<(), sqlx::Error> {
    loop {
        let unsent = buckets.take_unsent(AT_ONCE);
        let is_all = unsent.len() < AT_ONCE;
        if unsent.is_empty() {
            buckets.hear(&[], &[]);
            return Ok(());
        }
        // Given back if this is given up in the middle.
        let told = Told { buckets, unsent: Some(unsent) };
        let full_in = tell(pool, told.unsent()).await?;
        told.heard(&full_in);
        if is_all {
            return Ok(());
        }
    }
}

/// What is on its way.
struct Told<'a> {
    buckets: &'a Buckets,
    unsent: Option<Vec<Unsent>>,
}

impl Told<'_> {
    fn unsent(&self) -> &[Unsent] {
        self.unsent.as_deref().unwrap_or_default()
    }

    fn heard(mut self, full_in: &[(SharedId, Duration)]) {
        let sent = self.unsent.take().unwrap_or_default();
        self.buckets.hear(&sent, full_in);
    }
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if let Some(unsent) = self.unsent.take() {
            self.buckets.put_back(unsent);
        }
    }
}

async fn tell(pool: &PgPool, unsent: &[Unsent]) -> Result<Vec<(SharedId, Duration)>, sqlx::Error> {
    let ids: Vec<&[u8]> = unsent.iter().map(|one| &one.id[..]).collect();
    let micros: Vec<i64> = unsent.iter().map(|one| micros(one.nanos)).collect();
    // In one order, so that two processes never wait for each other.
    let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as(
        "INSERT INTO edge.spent AS s (bucket, full_at)
         SELECT bucket, now() + micros * interval '1 microsecond'
           FROM unnest($1::bytea[], $2::bigint[]) AS t (bucket, micros) ORDER BY bucket
         ON CONFLICT (bucket) DO UPDATE
            SET full_at = greatest(s.full_at, now()) + (excluded.full_at - now())
         RETURNING bucket, (extract(epoch FROM full_at - now()) * 1000000)::bigint",
    )
    .bind(ids)
    .bind(micros)
    .fetch_all(pool)
    .await?;
    let heard = |(id, micros): (Vec<u8>, i64)| {
        let full_in = Duration::from_micros(u64::try_from(micros).unwrap_or_default());
        Some((SharedId::try_from(id).ok()?, full_in))
    };
    Ok(rows.into_iter().filter_map(heard).collect())
}

async fn sweep(pool: &PgPool) {
    let swept = sqlx::query(
        "DELETE FROM edge.spent WHERE bucket IN (
             SELECT bucket FROM edge.spent WHERE full_at < now() FOR UPDATE SKIP LOCKED)",
    )
    .execute(pool)
    .await;
    if let Err(error) = swept {
        tracing::warn!(%error, "rate limits that count no more can't be deleted");
    }
}

fn micros(nanos: u64) -> i64 {
    i64::try_from(nanos / 1_000).unwrap_or(i64::MAX)
}
