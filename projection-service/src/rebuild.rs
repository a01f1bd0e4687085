//! Blue/green rebuild: fills a new copy of the tables beside the one that is read, then switches.

use std::time::Duration;

use shared::event_log::{
    ReadError, Shard,
    read::{self, Head},
    subscription::{Bookkeeping, Progress, Subscription},
};
use sqlx::PgPool;
use thiserror::Error;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    generations::{self, SwitchError},
    live::{Filling, Sources},
    projection::Projection,
};

/// How often progress is told.
const ROUND: Duration = Duration::from_millis(100);
/// How long the old copy stands still at most while the new one catches up with it before the
/// switch: at the first try, and after tries that were too short. Whoever waits to see his own write
/// has less patience than a switch under load may need.
const STAND_STILL: Duration = Duration::from_millis(100);
const STAND_STILL_AT_LAST: Duration = Duration::from_secs(2);
/// How long processes that still fill the old copy get to notice the switch.
const NOTICE: Duration = Duration::from_secs(1);

/// Why a rebuild ended without a switch. The tables that are read are as before.
#[derive(Debug, Error)]
pub enum RebuildError {
    /// Another process rebuilds the same projection.
    #[error("`{0}` is being rebuilt by another process")]
    UnderWay(&'static str),
    /// The new tables were removed meanwhile.
    #[error(transparent)]
    Switch(#[from] SwitchError),
    /// The log can't be read.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// The database refused or can't be reached.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// How far a rebuild is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Events folded so far.
    pub events: i64,
    /// Events in the log.
    pub of: i64,
    pub elapsed: Duration,
}

impl Done {
    fn now(heads: &[Head], progress: &Progress, started: Instant) -> Self {
        let of = heads.iter().map(|head| head.log_position.position).sum();
        let events = Shard::all().map(|shard| progress.position(shard)).sum();
        Self { events, of, elapsed: started.elapsed() }
    }
}

/// Builds the tables of a projection anew while the old ones are read, tells the progress, and
/// switches to the new ones. The old ones are removed.
///
/// # Errors
///
/// [`RebuildError`]; then the old tables are read on, and the next rebuild removes the new ones.
pub async fn rebuild(
    sources: &Sources,
    projection: &'static dyn Projection,
    mut tell: impl FnMut(Done) + Send,
) -> Result<Done, RebuildError> {
    let Sources { feed, pool } = sources;
    let alone = generations::lock_rebuild(pool, projection).await?;
    let alone = alone.ok_or(RebuildError::UnderWay(projection.name()))?;
    generations::remove_unseen(pool, projection).await?;
    let number = generations::begin(pool, projection).await?;
    let stop = CancellationToken::new();
    let _stop_on_return = stop.clone().drop_guard();
    let filling = Filling { projection, number };
    let subscription =
        Subscription::start(filling, feed, pool.clone(), Bookkeeping::Read, stop.clone());

    let started = Instant::now();
    let progress = subscription.progress();
    // What is in the log now, and once that is folded, what came meanwhile: then little is missing.
    let mut goal = read::heads(pool).await?;
    let (mut rounds, mut stand_still) = (2, STAND_STILL);
    loop {
        let heads = read::heads(pool).await?;
        tell(Done::now(&heads, progress, started));
        if includes(progress, &goal) {
            rounds -= 1;
            if rounds <= 0 {
                if switch(pool, projection, number, stand_still).await? {
                    break;
                }
                stand_still = (stand_still * 2).min(STAND_STILL_AT_LAST);
            }
            goal = heads;
        }
        sleep(ROUND).await;
    }
    let done = Done::now(&read::heads(pool).await?, progress, started);
    stop.cancel();
    subscription.stopped().await;
    tell(done);
    sleep(NOTICE).await;
    generations::remove_unseen(pool, projection).await?;
    generations::unlock_rebuild(alone).await?;
    Ok(done)
}

fn includes(progress: &Progress, goal: &[Head]) -> bool {
    let reached =
        |head: &Head| progress.position(head.log_position.shard) >= head.log_position.position;
    goal.iter().all(reached)
}

/// Rebuilds a projection if its active tables were made by an older version of the code. If another
/// process does so already, waits for it.
///
/// # Errors
///
/// [`RebuildError`].
pub async fn if_outdated(
    sources: &Sources,
    projection: &'static dyn Projection,
) -> Result<(), RebuildError> {
    loop {
        let active = generations::active(&sources.pool).await?;
        let outdated = active
            .get(projection.name())
            .is_some_and(|active| active.code_version < projection.code_version());
        if !outdated {
            return Ok(());
        }
        tracing::info!(projection = projection.name(), "the read tables are outdated: rebuilding");
        match rebuild(sources, projection, |_| {}).await {
            Ok(_) | Err(RebuildError::UnderWay(_)) => sleep(NOTICE).await,
            Err(error) => return Err(error),
        }
    }
}

/// Whether the switch is done; if the tables are in use or not ready, it can be tried again.
async fn switch(
    pool: &PgPool,
    projection: &'static dyn Projection,
    number: i32,
    stand_still: Duration,
) -> Result<bool, SwitchError> {
    match generations::switch(pool, projection, number, stand_still).await {
        Ok(()) => Ok(true),
        Err(SwitchError::Behind | SwitchError::Busy) => Ok(false),
        Err(error @ (SwitchError::Gone(_) | SwitchError::Database(_))) => Err(error),
    }
}
