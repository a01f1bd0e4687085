//! Keeps the read tables up to date: follows the log into the copies that queries see, and changes
//! over when another copy becomes the active one.

use std::{collections::HashMap, sync::Arc, time::Duration};

use shared::event_log::{
    RecordedEvent,
    subscription::{Bookkeeping, Feed, HandleError, Subscriber, Subscription},
};
use sqlx::{PgConnection, PgPool, postgres::PgConnectOptions};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    database::folding_pool,
    freshness::Freshness,
    generation::Generation,
    generations::{self, Active},
    projection::{self, FoldError, Projection, facts},
    rebuild::{self, RebuildError},
};

/// How often it is looked whether another copy became active, and how often at most if somebody
/// waits for what the known copy doesn't get any more.
const LOOK: Duration = Duration::from_millis(200);
const LOOK_AT_MOST: Duration = Duration::from_millis(20);
/// How long a copy that became active may take to be known as far as the one before.
const CHANGE: Duration = Duration::from_secs(2);

/// A projection that fills one copy of its tables.
pub struct Filling {
    pub projection: &'static dyn Projection,
    pub number: i32,
}

impl Subscriber for Filling {
    fn name(&self) -> &'static str {
        self.projection.name()
    }

    fn version(&self) -> i32 {
        self.number
    }

    fn wanted(&self) -> Option<&'static [&'static str]> {
        Some(self.projection.wanted())
    }

    async fn handle(
        &self,
        tx: &mut PgConnection,
        batch: &[Arc<RecordedEvent>],
    ) -> Result<(), HandleError> {
        let facts = facts(batch, self.projection.wanted())?;
        if !facts.is_empty() {
            self.projection.fold(tx, Generation::Numbered(self.number), &facts).await?;
        }
        Ok(())
    }
}

impl From<FoldError> for HandleError {
    fn from(error: FoldError) -> Self {
        match error {
            FoldError::Database(error) => Self::Database(error),
            FoldError::Decode(error) => Self::Decode(error),
            FoldError::Unreadable(error) => Self::Impossible(error.to_string()),
            FoldError::Contradiction(reason) => Self::Impossible(reason),
        }
    }
}

/// What the read tables are filled with.
#[derive(Clone, Debug)]
pub struct Sources {
    pub feed: Feed,
    /// For folding; see [`crate::database::folding_pool`].
    pub pool: PgPool,
}

impl Sources {
    /// What one projection is filled with beside a running service or without one, until the process
    /// ends.
    pub fn of_one(options: PgConnectOptions, projection: &dyn Projection) -> Self {
        let pool = folding_pool(options, 6);
        let wanted = Some(projection.wanted().to_vec());
        Self { feed: Feed::start(pool.clone(), wanted, CancellationToken::new()), pool }
    }
}

/// The subscriptions of this process, one for each projection.
pub struct Live {
    sources: Sources,
    freshness: Freshness,
    stop: CancellationToken,
    running: HashMap<&'static str, Running>,
}

struct Running {
    number: i32,
    stop: CancellationToken,
    subscription: Subscription,
}

impl Live {
    /// Makes the tables where they are missing, builds those anew that an older program made, and
    /// starts to follow the log.
    ///
    /// # Errors
    ///
    /// If the database refuses, or a rebuild fails.
    pub async fn start(
        sources: Sources,
        freshness: Freshness,
        stop: CancellationToken,
    ) -> Result<Self, RebuildError> {
        for projection in projection::all() {
            generations::prepare(&sources.pool, projection).await?;
            rebuild::if_outdated(&sources, projection).await?;
        }
        let mut live = Self { sources, freshness, stop, running: HashMap::new() };
        live.look().await?;
        Ok(live)
    }

    /// Follows the log until stopped.
    pub async fn run(mut self) {
        let freshness = self.freshness.clone();
        let pause = async || {
            sleep(LOOK_AT_MOST).await;
            let _ = timeout(LOOK, freshness.doubted()).await;
        };
        while self.stop.run_until_cancelled(pause()).await.is_some() {
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "the active copies of read tables can't be looked up");
            }
        }
        for (_, running) in self.running.drain() {
            running.stop.cancel();
            running.subscription.stopped().await;
        }
    }

    /// Changes over to the copies that are active now.
    async fn look(&mut self) -> Result<(), sqlx::Error> {
        let active = generations::active(&self.sources.pool).await?;
        let mut changed = false;
        for projection in projection::all() {
            if let Some(active) = active.get(projection.name()) {
                changed |= self.change_over(projection, *active).await;
            }
        }
        if changed {
            let progress = |(name, running): (&&'static str, &Running)| {
                (*name, running.subscription.progress().clone())
            };
            self.freshness.follow(self.running.iter().map(progress).collect());
        }
        Ok(())
    }

    async fn change_over(&mut self, projection: &'static dyn Projection, active: Active) -> bool {
        let name = projection.name();
        if self.running.get(name).is_some_and(|running| running.number == active.number) {
            return false;
        }
        let old = self.running.remove(name);
        let shown = old.as_ref().map(|old| *old.subscription.progress().subscribe().borrow());
        if let Some(old) = old {
            old.stop.cancel();
            old.subscription.stopped().await;
        }
        if active.code_version != projection.code_version() {
            let (theirs, ours) = (active.code_version, projection.code_version());
            tracing::error!(name, theirs, ours, "these read tables belong to another program");
            return true;
        }
        tracing::info!(name, generation = active.number, "following the log");
        let running = start(&self.sources, projection, active.number, &self.stop);
        // The new copy includes what the old one did, or it wouldn't be active. Until that is known
        // here, nobody is told of it: what was shown to be there stays there.
        if let Some(shown) = shown {
            let known = timeout(CHANGE, running.subscription.progress().reached_all(shown)).await;
            if known.is_err() {
                tracing::warn!(name, "how far the new copy of the tables is isn't known yet");
            }
        }
        self.running.insert(name, running);
        true
    }
}

fn start(
    sources: &Sources,
    projection: &'static dyn Projection,
    number: i32,
    stop: &CancellationToken,
) -> Running {
    let stop = stop.child_token();
    let filling = Filling { projection, number };
    let pool = sources.pool.clone();
    let subscription =
        Subscription::start(filling, &sources.feed, pool, Bookkeeping::Read, stop.clone());
    Running { number, stop, subscription }
}
