//! One batch after the other: handled and checkpointed in one transaction, split and parked where
//! an event can't be handled.

use std::{collections::HashSet, sync::Arc, time::Duration};

use sqlx::PgConnection;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Batch, HandleError, Subscriber,
    keeper::Shared,
    lease::Lease,
    parking::{self, Parked},
};
use crate::event_log::RecordedEvent;

/// How long the checkpoint may stay behind when nothing wanted comes.
const SAVE_AFTER: Duration = Duration::from_millis(250);
/// How often an event that stands alone is tried before it is parked.
const TRIES: u32 = 3;
/// Pause after a failure that isn't the events' fault: doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// The read tables can be folded again from the log, and they and their checkpoint are lost or kept
/// together, so a commit needn't wait for the disk.
const BEGIN: &str = "BEGIN; SET LOCAL synchronous_commit TO off";

/// Why a worker ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Stopped,
    /// Another process may handle the shard, or the checkpoint isn't what it was thought to be.
    LeaseLost,
}

/// Why a transaction was rolled back.
#[derive(Debug)]
enum Failure {
    LeaseLost,
    Handling(HandleError),
}

impl<E: Into<HandleError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Handling(error.into())
    }
}

/// A lost connection doesn't tell whether the commit happened: the worker ends and gives its lease
/// back, which waits for the commit, and the next one begins at what the checkpoint says.
fn at_commit(error: sqlx::Error) -> Failure {
    let class = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    let rolled_back = class.is_some_and(|code| !code.starts_with("57P") && !code.starts_with("08"));
    if rolled_back { Failure::Handling(error.into()) } else { Failure::LeaseLost }
}

/// A stretch of the shard that is handled in one transaction.
struct Part {
    events: Vec<Arc<RecordedEvent>>,
    through: i64,
}

pub(super) struct Step<S> {
    shared: Arc<Shared<S>>,
    pub(super) lease: Lease,
    /// Everything up to here is handled.
    pub(super) position: i64,
    /// The checkpoint. Between it and `position` is nothing that is wanted.
    saved: i64,
    /// Since when the checkpoint is behind.
    unsaved_since: Option<Instant>,
    /// Streams with parked events: all their later events are parked too.
    blocked: HashSet<(String, Uuid)>,
    stop: CancellationToken,
}

impl<S: Subscriber> Step<S> {
    pub(super) fn new(shared: Arc<Shared<S>>, lease: Lease, stop: CancellationToken) -> Self {
        let (position, blocked) = (lease.position, HashSet::new());
        Self { shared, lease, position, saved: position, unsaved_since: None, blocked, stop }
    }

    /// Learns which streams have parked events, before the first batch.
    pub(super) async fn load_blocked(&mut self) -> Result<(), Ended> {
        let mut pause = FIRST_PAUSE;
        loop {
            match parking::blocked(&self.shared.tenant, self.lease.shard).await {
                Ok(blocked) => {
                    self.blocked = blocked;
                    return Ok(());
                }
                Err(error) => self.rest(&mut pause, &error.into()).await?,
            }
        }
    }

    /// Handles a batch completely, however long that takes.
    pub(super) async fn handle(&mut self, batch: Batch) -> Result<(), Ended> {
        let wanted = self.shared.subscriber.wanted();
        let is_wanted = |event: &Arc<RecordedEvent>| {
            wanted.is_none_or(|types| types.contains(&event.event_type.as_str()))
        };
        let events: Vec<_> = batch.events.into_iter().filter(is_wanted).collect();
        if events.is_empty() {
            return self.pass(batch.through).await;
        }
        let mut parts = vec![Part { events, through: batch.through }];
        while let Some(mut part) = parts.pop() {
            let Err(error) = self.handle_part(&part).await? else { continue };
            if part.events.len() > 1 {
                let second = part.events.split_off(part.events.len() / 2);
                let middle = part.events.last().map_or(self.position, |e| e.log_position.position);
                parts.push(Part { events: second, through: part.through });
                parts.push(Part { events: part.events, through: middle });
            } else {
                self.park(part, error).await?;
            }
        }
        Ok(())
    }

    /// Passes by what isn't wanted. The checkpoint follows now and then: a subscriber that wants
    /// little would otherwise write as often as one that wants everything.
    async fn pass(&mut self, through: i64) -> Result<(), Ended> {
        self.moved(through);
        let since = *self.unsaved_since.get_or_insert_with(Instant::now);
        if since.elapsed() < SAVE_AFTER { Ok(()) } else { self.save().await }
    }

    /// When the checkpoint has to be saved, if it is behind.
    pub(super) fn save_at(&self) -> Option<Instant> {
        Some(self.unsaved_since? + SAVE_AFTER)
    }

    /// Saves the checkpoint if it is behind.
    pub(super) async fn save(&mut self) -> Result<(), Ended> {
        if self.unsaved_since.is_none() {
            return Ok(());
        }
        let nothing = Part { events: Vec::new(), through: self.position };
        // Without events, none of them can be at fault.
        self.handle_part(&nothing).await.map(drop)
    }

    /// Handles a part, trying again as long as the fault isn't in the events. The inner error is
    /// one that is.
    async fn handle_part(&mut self, part: &Part) -> Result<Result<(), HandleError>, Ended> {
        let (mut pause, mut tries) = (FIRST_PAUSE, 0);
        loop {
            match self.transact(part, None).await {
                Ok(()) => {
                    self.committed(part.through);
                    return Ok(Ok(()));
                }
                Err(Failure::LeaseLost) => return Err(Ended::LeaseLost),
                Err(Failure::Handling(error)) if error.is_poison() => {
                    tries += 1;
                    if part.events.len() > 1 || tries >= TRIES {
                        return Ok(Err(error));
                    }
                    self.rest(&mut pause, &error).await?;
                }
                Err(Failure::Handling(error)) => self.rest(&mut pause, &error).await?,
            }
        }
    }

    /// Sets the one event of a part aside, and its stream with it.
    async fn park(&mut self, part: Part, error: HandleError) -> Result<(), Ended> {
        let mut pause = FIRST_PAUSE;
        let reason = error.to_string();
        for event in &part.events {
            tracing::error!(
                subscriber = self.shared.tenant.name,
                position = %event.log_position,
                stream = %event.stream_id,
                %error,
                "an event can't be handled: its stream is parked"
            );
            self.blocked.insert(parking::stream_of(event));
        }
        loop {
            match self.transact(&part, Some(&reason)).await {
                Ok(()) => {
                    self.committed(part.through);
                    return Ok(());
                }
                Err(Failure::LeaseLost) => return Err(Ended::LeaseLost),
                Err(Failure::Handling(error)) => self.rest(&mut pause, &error).await?,
            }
        }
    }

    /// One transaction: the handler's writes, what must be parked, the checkpoint.
    async fn transact(&self, part: &Part, reason: Option<&str>) -> Result<(), Failure> {
        let (blocked, free): (Vec<_>, Vec<_>) =
            part.events.iter().cloned().partition(|event| self.is_blocked(event));
        let mut tx = self.shared.tenant.pool.begin_with(BEGIN).await?;
        if !free.is_empty() {
            self.shared.subscriber.handle(&mut tx, &free).await?;
        }
        if !blocked.is_empty() {
            let reason = reason.unwrap_or("an earlier event of the stream is parked");
            parking::park(&mut tx, &self.shared.tenant, &blocked, reason).await?;
        }
        self.advance(&mut tx, part.through).await?;
        tx.commit().await.map_err(at_commit)
    }

    /// Moves the checkpoint under this lease; anything but one row means that the lease is lost.
    async fn advance(&self, tx: &mut PgConnection, through: i64) -> Result<(), Failure> {
        let tenant = &self.shared.tenant;
        let moved = sqlx::query(tenant.statements.advance)
            .bind(tenant.name)
            .bind(tenant.version)
            .bind(self.lease.shard.number())
            .bind(self.lease.epoch)
            .bind(self.saved)
            .bind(through)
            .execute(tx)
            .await?;
        if moved.rows_affected() == 1 { Ok(()) } else { Err(Failure::LeaseLost) }
    }

    fn committed(&mut self, through: i64) {
        (self.saved, self.unsaved_since) = (through, None);
        self.moved(through);
    }

    fn moved(&mut self, through: i64) {
        self.position = through;
        self.shared.progress.raise(self.lease.shard, through);
    }

    fn is_blocked(&self, event: &RecordedEvent) -> bool {
        !self.blocked.is_empty() && self.blocked.contains(&parking::stream_of(event))
    }

    /// Handles parked events again where an operator asked for it, stream by stream.
    pub(super) async fn retry_parked(&mut self) -> Result<(), Ended> {
        let streams = match parking::wanted_again(&self.shared.tenant, self.lease.shard).await {
            Ok(streams) => streams,
            // The request stands and comes up again.
            Err(error) => return self.rest(&mut FIRST_PAUSE.clone(), &error).await,
        };
        for parked in streams {
            match self.retry_stream(&parked).await {
                Ok(()) => {
                    self.blocked.remove(&parked.stream);
                }
                Err(Failure::LeaseLost) => return Err(Ended::LeaseLost),
                Err(Failure::Handling(error)) => self.park_again(&parked, &error).await?,
            }
        }
        Ok(())
    }

    async fn retry_stream(&self, parked: &Parked) -> Result<(), Failure> {
        let mut tx = self.shared.tenant.pool.begin_with(BEGIN).await?;
        self.shared.subscriber.handle(&mut tx, &parked.events).await?;
        parking::unpark(&mut tx, &self.shared.tenant, self.lease.shard, &parked.stream).await?;
        // Nowhere, but only under this lease.
        self.advance(&mut tx, self.saved).await?;
        tx.commit().await.map_err(at_commit)
    }

    async fn park_again(&self, parked: &Parked, error: &HandleError) -> Result<(), Ended> {
        let (tenant, shard) = (&self.shared.tenant, self.lease.shard);
        tracing::error!(subscriber = tenant.name, %error, "a parked stream still can't be handled");
        let reason = error.to_string();
        match parking::park_again(tenant, shard, &parked.stream, &reason).await {
            Ok(()) => Ok(()),
            Err(error) => self.rest(&mut FIRST_PAUSE.clone(), &error.into()).await,
        }
    }

    /// Pauses after a failure.
    async fn rest(&self, pause: &mut Duration, error: &HandleError) -> Result<(), Ended> {
        let (subscriber, shard) = (self.shared.tenant.name, self.lease.shard);
        tracing::warn!(subscriber, %shard, %error, "a batch was rolled back and is tried again");
        let rested = self.stop.run_until_cancelled(sleep(*pause)).await;
        *pause = LONGEST_PAUSE.min(*pause * 2);
        rested.ok_or(Ended::Stopped)
    }
}
