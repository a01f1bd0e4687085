//! Following the log: every event of every shard handled once, in order within its shard.
//!
//! A [`Subscriber`] handles batches inside a transaction that also moves its checkpoint. Shards are
//! leased, so several processes share the work. What can't be handled is parked together with all
//! later events of its stream; the others go on. A hole in the log stops its shard and raises an
//! alarm. All subscribers of a process share one [`Feed`].

mod feed;
mod keeper;
mod lease;
mod measures;
mod parking;
mod progress;
mod statements;
mod step;
mod worker;

use std::{future::Future, sync::Arc};

pub use feed::{Batch, Feed, Heads};
pub use progress::Progress;
use sqlx::{PgConnection, PgPool};
pub use statements::Bookkeeping;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{DecodeError, RecordedEvent};

/// What follows the log.
pub trait Subscriber: Send + Sync + 'static {
    /// Names the checkpoints; never reused for something else.
    fn name(&self) -> &'static str;

    /// Each version has checkpoints of its own and starts at the beginning of the log.
    fn version(&self) -> i32;

    /// The event types that [`Subscriber::handle`] gets; `None` means all.
    fn wanted(&self) -> Option<&'static [&'static str]> {
        None
    }

    /// Handles events of one shard, in order, each once. Writes through `tx` only: it is committed
    /// together with the checkpoint, or rolled back and handled again.
    ///
    /// After an error that lies in the events ([`HandleError::is_poison`]) they are handed in again in
    /// smaller batches until the one at fault stands alone.
    fn handle(
        &self,
        tx: &mut PgConnection,
        batch: &[Arc<RecordedEvent>],
    ) -> impl Future<Output = Result<(), HandleError>> + Send;
}

/// A batch wasn't handled.
#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    /// A stored event can't be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The database refused or is gone.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The events can't be handled, now or later.
    #[error("{0}")]
    Impossible(String),
    /// The events can't be handled now; later they can.
    #[error("{0}")]
    NotNow(String),
}

impl HandleError {
    /// The fault lies in the events and not in the world around: trying again won't help.
    pub fn is_poison(&self) -> bool {
        match self {
            Self::Decode(_) | Self::Impossible(_) => true,
            Self::NotNow(_) => false,
            Self::Database(error) => error.as_database_error().map_or_else(
                || matches!(error, sqlx::Error::Decode(_) | sqlx::Error::Encode(_)),
                |error| {
                    // Bad values, broken constraints, refusals of our own functions, too large.
                    let code = error.code().unwrap_or_default();
                    ["22", "23", "P0", "54"].iter().any(|class| code.starts_with(class))
                },
            ),
        }
    }
}

/// A subscriber at work.
#[derive(Debug)]
pub struct Subscription {
    progress: Progress,
    keeper: JoinHandle<()>,
}

impl Subscription {
    /// Starts to follow the log from the checkpoints in `bookkeeping`, until `stop`. The pool must
    /// reach the database of the read tables, as a role that may write them.
    pub fn start<S: Subscriber>(
        subscriber: S,
        feed: &Feed,
        pool: PgPool,
        bookkeeping: Bookkeeping,
        stop: CancellationToken,
    ) -> Self {
        let shared = Arc::new(keeper::Shared::new(subscriber, feed.clone(), pool, bookkeeping));
        let progress = shared.progress.clone();
        Self { progress, keeper: tokio::spawn(keeper::run(shared, stop)) }
    }

    /// How far it got; clones follow along.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Waits until the last batch is committed and the leases are given back, after `stop`.
    pub async fn stopped(self) {
        if let Err(error) = self.keeper.await {
            tracing::error!(%error, "a subscription ended in a panic");
        }
    }
}
