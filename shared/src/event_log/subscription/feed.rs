//! What the subscribers of one process share: one wake-up, and the newest events of each shard, so
//! that each is fetched and decoded once however many follow.

use std::{collections::VecDeque, ops::Range, sync::Arc, time::Duration};

use sqlx::{
    PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgListener, PgPoolOptions},
};
use tokio::{
    sync::{Mutex, Semaphore, watch},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::super::{
    ReadError, RecordedEvent, Shard,
    notify::CHANNEL,
    read::{self, Selection},
};

/// Positions kept per shard for whoever is close behind the head.
pub(super) const TAIL: i64 = 4096;
/// Positions fetched at once.
const FETCH: i64 = 2000;
/// How often heads are read without any notification. This is what makes delivery certain;
/// notifications only make it quick.
const POLL: Duration = Duration::from_millis(250);
/// Polls without news after which the kept events are let go.
const QUIET_POLLS: u8 = 8;
/// Subscribers of this process that may hold a large batch at the same time.
const BULK: usize = 4;

/// The last position of each shard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heads([i64; Shard::COUNT]);

impl Heads {
    /// The last position of this shard.
    pub fn of(&self, shard: Shard) -> i64 {
        self.0.get(shard.index()).copied().unwrap_or_default()
    }

    pub(super) fn raise(&mut self, shard: Shard, position: i64) -> bool {
        match self.0.get_mut(shard.index()) {
            Some(present) if *present < position => {
                *present = position;
                true
            }
            _ => false,
        }
    }
}

/// Events of one shard, in order.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Those that are selected.
    pub events: Vec<Arc<RecordedEvent>>,
    /// The position up to which there are no others.
    pub through: i64,
}

/// Tells when the log has grown and reads it. Clones share everything.
#[derive(Clone, Debug)]
pub struct Feed(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    pool: PgPool,
    selection: Selection,
    heads: watch::Receiver<Heads>,
    tails: [Mutex<Tail>; Shard::COUNT],
    /// For what is close to the head: taken from the pool once and not for every read, because each
    /// release costs two more round trips.
    close: Mutex<Option<PoolConnection<Postgres>>>,
    bulk: Semaphore,
}

/// The newest events of one shard: all that are selected with positions in `start+1..=end`.
#[derive(Debug, Default)]
struct Tail {
    events: VecDeque<Arc<RecordedEvent>>,
    start: i64,
    end: i64,
}

impl Feed {
    /// Starts to watch the log until `stop`. `wanted` are the event types that are fetched, for all
    /// that use this feed together; `None` means all.
    pub fn start(pool: PgPool, wanted: Option<Vec<&'static str>>, stop: CancellationToken) -> Self {
        let (heads, watched) = watch::channel(Heads::default());
        let inner = Arc::new(Inner {
            pool,
            selection: wanted.map_or(Selection::All, Selection::Types),
            heads: watched,
            tails: Default::default(),
            close: Mutex::default(),
            bulk: Semaphore::new(BULK),
        });
        tokio::spawn(stop.run_until_cancelled_owned(watch_heads(inner.clone(), heads)));
        Self(inner)
    }

    /// The last positions, as they change.
    pub fn heads(&self) -> watch::Receiver<Heads> {
        self.0.heads.clone()
    }

    /// Reads the events after position `after` as far as the known head, over at most `limit`
    /// positions.
    ///
    /// # Errors
    ///
    /// [`ReadError::Hole`] if one is missing; [`ReadError::Unavailable`].
    pub async fn read(&self, shard: Shard, after: i64, limit: i64) -> Result<Batch, ReadError> {
        self.read_wanted(shard, after, limit, None).await
    }

    /// As [`Feed::read`], for a reader that wants only events of these types. Whoever is close to the
    /// head gets what all share, others included; whoever is far behind gets what it wants.
    ///
    /// # Errors
    ///
    /// As [`Feed::read`].
    pub async fn read_wanted(
        &self,
        shard: Shard,
        after: i64,
        limit: i64,
        wanted: Option<&'static [&'static str]>,
    ) -> Result<Batch, ReadError> {
        let head = self.0.heads.borrow().of(shard);
        let through = head.min(after.saturating_add(limit));
        if through <= after {
            return Ok(Batch { events: Vec::new(), through: after });
        }
        if let Some(tail) = self.0.tails.get(shard.index()) {
            let mut tail = tail.lock().await;
            if tail.can_serve(after, head) {
                return tail.serve(&self.0, shard, after..through).await;
            }
        }
        let selection = wanted.map(|types| Selection::Types(types.to_vec()));
        let selection = selection.as_ref().unwrap_or(&self.0.selection);
        let events = read::shard(&self.0.pool, shard, after..through, selection).await?;
        Ok(Batch { events: events.into_iter().map(Arc::new).collect(), through })
    }

    /// Room for one large batch: keeps the memory of catching up within bounds.
    pub(super) fn bulk(&self) -> &Semaphore {
        &self.0.bulk
    }
}

impl Inner {
    /// Reads what all readers share.
    async fn fetch(
        &self,
        shard: Shard,
        range: Range<i64>,
    ) -> Result<Vec<Arc<RecordedEvent>>, ReadError> {
        let mut close = self.close.lock().await;
        // Left out if this is dropped on the way, or fails: it may be in the middle of an answer.
        let mut connection = match close.take() {
            Some(connection) => connection,
            None => self.pool.acquire().await?,
        };
        let events = read::shard_on(&mut connection, shard, range, &self.selection).await?;
        *close = Some(connection);
        Ok(events.into_iter().map(Arc::new).collect())
    }
}

impl Tail {
    /// Whether a reader at `after` is close enough to share what is kept.
    fn can_serve(&mut self, after: i64, head: i64) -> bool {
        if head - after > TAIL {
            return false;
        }
        let idle = self.start == self.end;
        if after > self.end || idle {
            self.reset(after);
        }
        (self.start..=self.end).contains(&after)
    }

    async fn serve(
        &mut self,
        inner: &Inner,
        shard: Shard,
        range: Range<i64>,
    ) -> Result<Batch, ReadError> {
        while self.end < range.end {
            // As far as the head and not only as far as this reader wants to go.
            let head = inner.heads.borrow().of(shard);
            let through = head.min(self.end.saturating_add(FETCH));
            let events = inner.fetch(shard, self.end..through).await?;
            self.events.extend(events);
            self.end = through;
        }
        let position = |event: &Arc<RecordedEvent>| event.log_position.position;
        let from = self.events.partition_point(|event| position(event) <= range.start);
        let to = self.events.partition_point(|event| position(event) <= range.end);
        let events = self.events.range(from..to).cloned().collect();
        self.trim();
        Ok(Batch { events, through: range.end })
    }

    fn trim(&mut self) {
        self.start = self.start.max(self.end - TAIL);
        while self.events.front().is_some_and(|e| e.log_position.position <= self.start) {
            self.events.pop_front();
        }
    }

    fn reset(&mut self, position: i64) {
        *self = Self { events: VecDeque::new(), start: position, end: position };
    }
}

async fn watch_heads(inner: Arc<Inner>, heads: watch::Sender<Heads>) {
    let mut listener = None;
    let mut quiet_polls = 0;
    loop {
        match read::heads(&inner.pool).await {
            Ok(read) => {
                let changed = heads.send_if_modified(|known| {
                    read.iter().fold(false, |changed, head| {
                        let at = head.log_position;
                        known.raise(at.shard, at.position) || changed
                    })
                });
                quiet_polls = if changed { 0 } else { QUIET_POLLS.min(quiet_polls + 1) };
                if quiet_polls == QUIET_POLLS {
                    let_go(&inner);
                }
            }
            Err(error) => tracing::warn!(%error, "the heads of the log can't be read"),
        }
        wait(&inner.pool, &mut listener).await;
    }
}

/// Nobody asks for kept events while nothing happens.
fn let_go(inner: &Inner) {
    for tail in &inner.tails {
        if let Ok(mut tail) = tail.try_lock() {
            let end = tail.end;
            tail.reset(end);
        }
    }
}

/// Returns at a notification or when it is time to poll.
async fn wait(pool: &PgPool, listener: &mut Option<PgListener>) {
    if listener.is_none() {
        *listener = timeout(POLL, listen(pool)).await.ok().and_then(Result::ok);
    }
    match listener {
        Some(open) => match timeout(POLL, open.recv()).await {
            Ok(Ok(_)) | Err(_) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "notifications of the log are interrupted");
                *listener = None;
                sleep(POLL).await;
            }
        },
        None => sleep(POLL).await,
    }
}

/// Listens on a connection of its own, so that it takes none away from the pool.
async fn listen(pool: &PgPool) -> Result<PgListener, sqlx::Error> {
    let options = pool.connect_options().as_ref().clone();
    let own = PgPoolOptions::new().max_connections(1).connect_lazy_with(options);
    let mut listener = PgListener::connect_with(&own).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}
