//! Wakes box offices that left memory while they still had holds.
//!
//! A box office in memory has a timer of its own. This sweep finds the others by
//! `es.streams.next_deadline`, which the append itself writes, so it depends on no projection.

use shared::{clock::Clock, events::box_office::STREAM_TYPE, id::EventId};
use sqlx::PgPool;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use uuid::Uuid;

use crate::runtime::BoxOffices;

const EVERY_SECOND: &str = "* * * * * *";

const DUE: &str = "SELECT aggregate_id FROM es.streams \
     WHERE aggregate_type = $1 AND next_deadline <= $2 ORDER BY next_deadline LIMIT 500";

/// Adds the sweep to `scheduler`.
///
/// # Errors
///
/// If the scheduler can't take the job.
pub async fn start_expiry_sweep(
    scheduler: &JobScheduler,
    pool: PgPool,
    offices: BoxOffices,
    clock: Clock,
) -> Result<(), JobSchedulerError> {
    let job = Job::new_async(EVERY_SECOND, move |_, _| {
        let (pool, offices, clock) = (pool.clone(), offices.clone(), clock.clone());
        Box::pin(async move {
            if let Err(error) = sweep(&pool, &offices, &clock).await {
                tracing::warn!(%error, "expiry sweep failed; the next one is in a second");
            }
        })
    })?;
    scheduler.add(job).await.map(|_| ())
}

async fn sweep(pool: &PgPool, offices: &BoxOffices, clock: &Clock) -> Result<(), sqlx::Error> {
    let due: Vec<String> =
        sqlx::query_scalar(DUE).bind(STREAM_TYPE).bind(clock.now()).fetch_all(pool).await?;
    for event in due.iter().filter_map(|id| id.parse::<Uuid>().ok()) {
        offices.wake(EventId::new(event));
    }
    Ok(())
}
