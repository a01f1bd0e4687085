//! Reading one's own writes: how far the read tables are, and waiting for them.

use std::{collections::HashMap, convert::Infallible, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use axum::response::{IntoResponseParts, ResponseParts};
use http::{HeaderValue, StatusCode};
use shared::{
    event_log::{
        LogPosition, Shard, read,
        subscription::{Heads, Progress},
    },
    http::{MinLogPosition, Problem},
    id::EventId,
};
use sqlx::PgPool;
use tokio::{
    sync::{Notify, watch},
    time::{sleep, timeout},
};

use crate::http::LOG_POSITION;

/// How long an answer waits for what the client wants to see.
pub const PATIENCE: Duration = Duration::from_millis(500);
/// After waiting so long it is looked whether other copies of the tables are filled by now.
const DOUBT: Duration = Duration::from_millis(40);

/// How far the read tables of each projection are. Clones share everything.
#[derive(Clone, Debug)]
pub struct Freshness(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    known: ArcSwap<HashMap<&'static str, Progress>>,
    changes: watch::Sender<()>,
    doubts: Notify,
    heads: watch::Receiver<Heads>,
    pool: PgPool,
}

/// Up to where an answer includes the log, at least.
#[derive(Clone, Debug)]
pub struct AsOf {
    positions: [i64; Shard::COUNT],
    shown: Option<Shard>,
}

impl Freshness {
    /// Follows nothing yet. `heads` are the ends of the log as they are known; in doubt they are
    /// read again.
    pub fn new(heads: watch::Receiver<Heads>, pool: PgPool) -> Self {
        let (changes, _) = watch::channel(());
        let (known, doubts) = (ArcSwap::default(), Notify::new());
        Self(Arc::new(Inner { known, changes, doubts, heads, pool }))
    }

    /// Replaces what is known: other copies of the tables are followed now.
    pub fn follow(&self, progress: HashMap<&'static str, Progress>) {
        self.0.known.store(Arc::new(progress));
        self.0.changes.send_replace(());
    }

    /// Returns when somebody waits so long that other copies of the tables may be the active ones.
    pub async fn doubted(&self) {
        self.0.doubts.notified().await;
    }

    /// Waits until the tables of these projections include what the client wants to see, and tells
    /// how far they are. Ask before reading: what is read then includes at least that much.
    ///
    /// # Errors
    ///
    /// 422 if the log doesn't reach that far; 503 with `Retry-After` after half a second.
    pub async fn wait(
        &self,
        projections: &[&'static str],
        min: Option<MinLogPosition>,
    ) -> Result<AsOf, Problem> {
        let as_of = self.as_of(projections, min);
        let Some(min) = min else { return as_of.ok_or_else(|| not_yet(None)) };
        if let Some(as_of) = as_of.filter(|as_of| as_of.includes(min.0)) {
            return Ok(as_of);
        }
        self.require(min).await?;
        let doubting = async {
            sleep(DOUBT).await;
            self.0.doubts.notify_one();
            std::future::pending().await
        };
        let waiting = async {
            tokio::select! {
                as_of = self.reached(projections, min) => as_of,
                never = doubting => never,
            }
        };
        timeout(PATIENCE, waiting).await.map_err(|_| not_yet(Some(min)))
    }

    /// Whether the log reaches as far as the client wants to see.
    ///
    /// # Errors
    ///
    /// 422 if it doesn't: nobody was ever told that position; 503 if the log can't be read.
    pub async fn require(&self, min: MinLogPosition) -> Result<(), Problem> {
        let MinLogPosition(wanted) = min;
        if self.0.heads.borrow().of(wanted.shard) >= wanted.position {
            return Ok(());
        }
        let head = read::head(&self.0.pool, wanted.shard).await;
        let head = head.map_err(|error| Problem::unavailable(&error))?;
        if head.position >= wanted.position { Ok(()) } else { Err(unknown(wanted, head)) }
    }

    async fn reached(&self, projections: &[&'static str], min: MinLogPosition) -> AsOf {
        let mut changes = self.0.changes.subscribe();
        loop {
            let known = self.0.known.load_full();
            let all = async {
                for projection in projections {
                    match known.get(projection) {
                        Some(progress) => progress.reached(min.0).await,
                        None => std::future::pending().await,
                    }
                }
            };
            tokio::select! {
                () = all => {
                    let as_of = self.as_of(projections, Some(min));
                    if let Some(as_of) = as_of.filter(|as_of| as_of.includes(min.0)) {
                        return as_of;
                    }
                }
                // The sender lives as long as this.
                _ = changes.changed() => {}
            }
        }
    }

    fn as_of(&self, projections: &[&'static str], min: Option<MinLogPosition>) -> Option<AsOf> {
        let known = self.0.known.load();
        let read: Option<Vec<&Progress>> =
            projections.iter().map(|projection| known.get(projection)).collect();
        let read = read?;
        let position = |shard| read.iter().map(|progress| progress.position(shard)).min();
        Some(AsOf::new(|shard| position(shard).unwrap_or_default(), min.map(|min| min.0.shard)))
    }
}

/// 422: the log doesn't reach that far.
fn unknown(wanted: LogPosition, head: LogPosition) -> Problem {
    let detail = "The log doesn't reach that position: no answer can have named it.";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "log-position-unknown", detail)
        .figure("min_log_position", wanted.to_string())
        .figure("last_log_position", head.to_string())
}

/// 503: the tables don't include that position yet.
pub fn not_yet(min: Option<MinLogPosition>) -> Problem {
    let detail = "What you wrote hasn't arrived here yet. Repeat the request soon.";
    let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not-yet-visible", detail)
        .retry_after(PATIENCE);
    match min {
        Some(min) => problem.figure("min_log_position", min.0.to_string()),
        None => problem,
    }
}

impl AsOf {
    /// As of these positions; `shown` is the shard the client asked about, if it did.
    pub fn new(position: impl Fn(Shard) -> i64, shown: Option<Shard>) -> Self {
        let mut positions = [0; Shard::COUNT];
        for (shard, place) in Shard::all().zip(&mut positions) {
            *place = position(shard);
        }
        Self { positions, shown }
    }

    /// Up to where the log is included of what happened to an event.
    pub fn log_position(&self, event: EventId) -> LogPosition {
        let shard = Shard::of(event.uuid());
        let position = self.positions.get(shard.index()).copied().unwrap_or_default();
        LogPosition { shard, position }
    }

    /// The answer is about this event only.
    #[must_use]
    pub fn about(self, event: EventId) -> Self {
        Self { shown: Some(Shard::of(event.uuid())), ..self }
    }

    fn includes(&self, wanted: LogPosition) -> bool {
        self.positions.get(wanted.shard.index()).is_some_and(|at| *at >= wanted.position)
    }

    fn header(&self) -> Option<HeaderValue> {
        let shown = |shard: &Shard| match self.shown {
            Some(shown) => *shard == shown,
            None => self.positions.get(shard.index()).is_some_and(|position| *position > 0),
        };
        let positions: Vec<String> = Shard::all()
            .zip(self.positions)
            .filter(|(shard, _)| shown(shard))
            .map(|(shard, position)| LogPosition { shard, position }.to_string())
            .collect();
        let text = if positions.is_empty() { "0:0".to_owned() } else { positions.join(", ") };
        HeaderValue::try_from(text).ok()
    }
}

impl IntoResponseParts for AsOf {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        if let Some(value) = self.header() {
            parts.headers_mut().insert(LOG_POSITION, value);
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use sqlx::postgres::PgPoolOptions;
    use uuid::Uuid;

    use super::*;

    fn as_of(shown: Option<Shard>) -> AsOf {
        AsOf::new(|shard| if shard.number() < 2 { 10 } else { 0 }, shown)
    }

    #[test]
    fn an_answer_about_an_event_shows_its_shard() {
        let event = EventId::new(Uuid::from_u128(0x11));
        assert_eq!(as_of(None).about(event).header().unwrap(), "1:10");
    }

    #[test]
    fn an_answer_about_many_shows_all_shards_in_use() {
        assert_eq!(as_of(None).header().unwrap(), "0:10, 1:10");
        assert_eq!(as_of(Shard::try_new(7)).header().unwrap(), "7:0");
    }

    #[tokio::test]
    async fn what_nobody_follows_is_not_visible_yet() {
        let pool = PgPoolOptions::new().connect_lazy("postgres://nobody@127.0.0.1:1/none").unwrap();
        let (_, heads) = watch::channel(Heads::default());
        let problem = Freshness::new(heads, pool).wait(&["orders"], None).await;
        assert_eq!(problem.unwrap_err().status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
