//! The keeper of one subscriber: holds its leases and runs a worker for each shard.

use std::{sync::Arc, time::Duration};

use sqlx::PgPool;
use tokio::{sync::Notify, task::JoinHandle, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    Bookkeeping, Feed, Progress, Subscriber,
    lease::{Lease, Tenant},
    measures::{self, Measures},
    worker::Worker,
};
use crate::{
    event_log::{Shard, read},
    id::IdSource,
};

/// How often leases are renewed and shared out anew; much less than a lease lasts.
const ROUND: Duration = Duration::from_secs(2);
/// How often at the beginning, while others may just be giving their leases back: readers wait for
/// nothing but this when a rebuilt copy becomes the active one. So many rounds are the beginning.
const FIRST_ROUND: Duration = Duration::from_millis(50);
const FIRST_ROUNDS: u32 = 20;

/// What the keeper and the workers of one subscriber have in common.
pub(super) struct Shared<S> {
    pub(super) subscriber: S,
    pub(super) feed: Feed,
    pub(super) tenant: Tenant,
    pub(super) progress: Progress,
}

impl<S: Subscriber> Shared<S> {
    pub(super) fn new(subscriber: S, feed: Feed, pool: PgPool, bookkeeping: Bookkeeping) -> Self {
        let (name, version) = (subscriber.name(), subscriber.version());
        let statements = bookkeeping.statements();
        let progress = Progress::new(pool.clone(), statements, name, version);
        let owner = IdSource.next();
        let tenant = Tenant { pool, statements, name, version, owner };
        Self { subscriber, feed, tenant, progress }
    }
}

/// A shard that is handled here.
struct Held {
    lease: Lease,
    stop: CancellationToken,
    retry: Arc<Notify>,
    task: JoinHandle<()>,
}

/// Keeps the subscriber going until `stop`, then waits for its workers.
pub(super) async fn run<S: Subscriber>(shared: Arc<Shared<S>>, stop: CancellationToken) {
    let mut held: Vec<Held> = Vec::new();
    let name = shared.tenant.name;
    let mut first_rounds = FIRST_ROUNDS;
    while !stop.is_cancelled() {
        if let Err(error) = round(&shared, &mut held, &stop).await {
            tracing::warn!(%error, subscriber = name, "leases can't be renewed");
        }
        first_rounds = first_rounds.saturating_sub(1);
        let is_waiting = first_rounds > 0 && held.len() < Shard::COUNT;
        let pause = if is_waiting { FIRST_ROUND } else { ROUND };
        let _ = stop.run_until_cancelled(sleep(pause)).await;
    }
    for worker in held {
        if let Err(error) = worker.task.await {
            tracing::error!(%error, subscriber = name, "a worker ended in a panic");
        }
    }
    if let Err(error) = shared.tenant.disappear().await {
        tracing::warn!(%error, subscriber = name, "the others learn late that this process is gone");
    }
}

async fn round<S: Subscriber>(
    shared: &Arc<Shared<S>>,
    held: &mut Vec<Held>,
    stop: &CancellationToken,
) -> Result<(), sqlx::Error> {
    held.retain(|worker| !worker.task.is_finished());
    let leases: Vec<Lease> = held.iter().map(|worker| worker.lease).collect();
    let kept = shared.tenant.renew(&leases).await?;
    for worker in held.iter().filter(|worker| !kept.contains(&worker.lease.shard)) {
        worker.stop.cancel();
    }

    let fair_share = shared.tenant.fair_share().await?;
    // More than its share: the latest are given back, each after its present batch.
    for worker in held.iter().skip(fair_share) {
        worker.stop.cancel();
    }
    if let Some(missing) = fair_share.checked_sub(held.len()).filter(|missing| *missing > 0) {
        for lease in shared.tenant.claim(missing).await? {
            measures::lease_taken(shared.tenant.name);
            held.push(start(shared, lease, stop.child_token()));
        }
    }

    let standings = shared.tenant.survey().await?;
    for standing in &standings {
        shared.progress.raise(standing.shard, standing.position);
        if standing.retry {
            held.iter()
                .filter(|worker| worker.lease.shard == standing.shard)
                .for_each(|worker| worker.retry.notify_one());
        }
    }
    let parked = standings.iter().map(|standing| standing.parked).sum();
    measures::parked(shared.tenant.name, shared.tenant.version, parked);
    measure_lag(shared, held).await
}

/// Also of a shard that makes no progress at all.
async fn measure_lag<S: Subscriber>(shared: &Shared<S>, held: &[Held]) -> Result<(), sqlx::Error> {
    let heads = *shared.feed.heads().borrow();
    for Held { lease, .. } in held {
        let position = shared.progress.position(lease.shard);
        let behind = heads.of(lease.shard) - position;
        let waiting = if behind > 0 {
            read::age(&shared.tenant.pool, lease.shard, position + 1).await?
        } else {
            Duration::ZERO
        };
        let measures = Measures::new(shared.tenant.name, shared.tenant.version, lease.shard);
        measures.lag_events(behind);
        measures.lag_seconds(waiting);
    }
    Ok(())
}

fn start<S: Subscriber>(shared: &Arc<Shared<S>>, lease: Lease, stop: CancellationToken) -> Held {
    let retry = Arc::new(Notify::new());
    let worker = Worker::new(shared.clone(), lease, stop.clone(), retry.clone());
    Held { lease, stop, retry, task: tokio::spawn(worker.run()) }
}
