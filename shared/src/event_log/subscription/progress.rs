//! How far a subscriber got, for those who wait for their own write.

use std::{sync::Arc, time::Duration};

use sqlx::PgPool;
use tokio::{sync::watch, time::sleep};

use super::{Heads, statements::Statements};
use crate::event_log::{LogPosition, Shard};

/// How often the checkpoint of a shard is read while somebody waits for it: another process may
/// have leased the shard.
const ELSEWHERE: Duration = Duration::from_millis(50);

/// The positions that are committed. Clones share everything.
#[derive(Clone, Debug)]
pub struct Progress(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    positions: watch::Sender<Heads>,
    pool: PgPool,
    statements: &'static Statements,
    name: &'static str,
    version: i32,
}

impl Progress {
    pub(super) fn new(
        pool: PgPool,
        statements: &'static Statements,
        name: &'static str,
        version: i32,
    ) -> Self {
        let (positions, _) = watch::channel(Heads::default());
        Self(Arc::new(Inner { positions, pool, statements, name, version }))
    }

    /// The position up to which everything of this shard is handled. Of shards that another process
    /// handles it is known a little late.
    pub fn position(&self, shard: Shard) -> i64 {
        self.0.positions.borrow().of(shard)
    }

    /// The positions, as they change.
    pub fn subscribe(&self) -> watch::Receiver<Heads> {
        self.0.positions.subscribe()
    }

    /// Waits until everything up to this position is handled, here or in another process. Waits for
    /// ever if that never happens.
    pub async fn reached(&self, wanted: LogPosition) {
        let mut positions = self.subscribe();
        while positions.borrow_and_update().of(wanted.shard) < wanted.position {
            tokio::select! {
                _ = positions.changed() => {}
                () = sleep(ELSEWHERE) => self.look_up(wanted.shard).await,
            }
        }
    }

    /// Waits until every shard is handled up to these heads.
    pub async fn reached_all(&self, heads: Heads) {
        for shard in Shard::all() {
            self.reached(LogPosition { shard, position: heads.of(shard) }).await;
        }
    }

    pub(super) fn raise(&self, shard: Shard, position: i64) {
        self.0.positions.send_if_modified(|positions| positions.raise(shard, position));
    }

    async fn look_up(&self, shard: Shard) {
        let position: Result<Option<i64>, sqlx::Error> =
            sqlx::query_scalar(self.0.statements.position)
                .bind(self.0.name)
                .bind(self.0.version)
                .bind(shard.number())
                .fetch_optional(&self.0.pool)
                .await;
        // Whoever waits has a limit of his own; the next look may succeed.
        if let Ok(Some(position)) = position {
            self.raise(shard, position);
        }
    }
}
