//! The worker of one shard: reads ahead, handles batch after batch, never skips.

use std::{sync::Arc, time::Duration};

use futures::FutureExt;
use tokio::{
    sync::{Notify, SemaphorePermit, watch},
    time::{sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    Batch, Heads, Subscriber,
    feed::TAIL,
    keeper::Shared,
    lease::Lease,
    measures::Measures,
    step::{Ended, Step},
};
use crate::event_log::ReadError;

/// Positions of a batch while catching up.
const BULK: i64 = 5000;
/// A worker that catches up lets another one have its turn after so many batches.
const TURN: u32 = 20;
/// Pause after a log that can't be read, and after one with a hole.
const UNREADABLE: Duration = Duration::from_millis(250);
const HOLE: Duration = Duration::from_secs(10);

pub(super) struct Worker<S> {
    shared: Arc<Shared<S>>,
    step: Step<S>,
    heads: watch::Receiver<Heads>,
    stopped: CancellationToken,
    retry: Arc<Notify>,
    measures: Measures,
}

impl<S: Subscriber> Worker<S> {
    pub(super) fn new(
        shared: Arc<Shared<S>>,
        lease: Lease,
        stopped: CancellationToken,
        retry: Arc<Notify>,
    ) -> Self {
        let (name, version) = (shared.tenant.name, shared.tenant.version);
        let heads = shared.feed.heads();
        let measures = Measures::new(name, version, lease.shard);
        let step = Step::new(shared.clone(), lease, stopped.clone());
        Self { shared, step, heads, stopped, retry, measures }
    }

    /// Handles the shard until it is stopped or the lease is lost, then gives the lease back.
    pub(super) async fn run(mut self) {
        let (name, shard) = (self.shared.tenant.name, self.step.lease.shard);
        let ended = match self.follow().await {
            Err(Ended::LeaseLost) => Err(Ended::LeaseLost),
            Ok(()) | Err(Ended::Stopped) => self.step.save().await,
        };
        if ended == Err(Ended::LeaseLost) {
            tracing::warn!(subscriber = name, %shard, "the lease of this shard is lost");
        }
        if let Err(error) = self.shared.tenant.release(self.step.lease).await {
            tracing::warn!(%error, subscriber = name, %shard, "the lease runs out by itself");
        }
        self.measures.gone();
    }

    async fn follow(&mut self) -> Result<(), Ended> {
        self.step.load_blocked().await?;
        while !self.stopped.is_cancelled() {
            if self.retry.notified().now_or_never().is_some() {
                self.step.retry_parked().await?;
            }
            // What is kept for all is in memory already, so nobody needs a turn to take it. Whoever
            // waited for one in a rush would lose touch with the others and read alone.
            match self.behind() {
                behind if behind > TAIL => self.catch_up().await?,
                behind if behind > 0 => self.handle_batches(behind, 1).await?,
                _ => self.wait().await?,
            }
        }
        Ok(())
    }

    fn behind(&self) -> i64 {
        self.heads.borrow().of(self.step.lease.shard) - self.step.position
    }

    /// Waits for news, and saves the checkpoint meanwhile.
    async fn wait(&mut self) -> Result<(), Ended> {
        let save_at = self.step.save_at();
        let time_to_save = async {
            match save_at {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.stopped.cancelled() => return Err(Ended::Stopped),
            changed = self.heads.changed() => changed.map_err(|_| Ended::Stopped)?,
            () = self.retry.notified() => self.step.retry_parked().await?,
            () = time_to_save => self.step.save().await?,
        }
        Ok(())
    }

    /// Handles large batches, a limited number of workers at the same time.
    async fn catch_up(&mut self) -> Result<(), Ended> {
        let shared = self.shared.clone();
        let permit = self.stopped.run_until_cancelled(shared.feed.bulk().acquire()).await;
        let _turn: SemaphorePermit<'_> = permit.and_then(Result::ok).ok_or(Ended::Stopped)?;
        self.handle_batches(BULK, TURN).await
    }

    /// Handles up to `batches` batches, each while the next one is read.
    async fn handle_batches(&mut self, limit: i64, batches: u32) -> Result<(), Ended> {
        let Some(mut batch) = self.read(limit).await? else { return Ok(()) };
        let (context, shard) = (self.shared.clone(), self.step.lease.shard);
        for left in (0..batches).rev() {
            let (events, through) = (batch.events.len(), batch.through);
            let oldest = batch.events.first().map(|event| event.recorded_at);
            let started = tokio::time::Instant::now();
            let ahead = async {
                // What can't be read ahead is read, and reported, when its turn comes.
                let wanted = context.subscriber.wanted();
                let next = context.feed.read_wanted(shard, through, limit, wanted);
                if left == 0 { None } else { next.await.ok() }
            };
            let (handled, next) = tokio::join!(self.step.handle(batch), ahead);
            handled?;
            self.measures.batch_seconds.record(started.elapsed());
            self.measures.events.increment(u64::try_from(events).unwrap_or_default());
            self.measures.handled(oldest);
            self.measures.lag_events(self.behind());
            match next {
                Some(next) if next.through > through && !self.stopped.is_cancelled() => {
                    batch = next;
                }
                _ => return Ok(()),
            }
        }
        Ok(())
    }

    /// Reads the next batch; nothing after a pause if the log can't be read.
    async fn read(&mut self, limit: i64) -> Result<Option<Batch>, Ended> {
        let (name, shard) = (self.shared.tenant.name, self.step.lease.shard);
        let (after, wanted) = (self.step.position, self.shared.subscriber.wanted());
        let pause = match self.shared.feed.read_wanted(shard, after, limit, wanted).await {
            Ok(batch) => {
                self.measures.hole.set(0_u32);
                return Ok(Some(batch));
            }
            Err(ReadError::Hole { expected }) => {
                self.measures.hole.set(1_u32);
                tracing::error!(subscriber = name, %expected, "the log has a hole: shard stopped");
                HOLE
            }
            Err(ReadError::Unavailable(error)) => {
                self.measures.failures.increment(1);
                tracing::warn!(%error, subscriber = name, %shard, "the log can't be read");
                UNREADABLE
            }
        };
        self.stopped.run_until_cancelled(sleep(pause)).await.ok_or(Ended::Stopped)?;
        Ok(None)
    }
}
