//! Reading one's own writes: how far the read tables are, and waiting for them.

use std::{collections::HashMap, convert::Infallible, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use axum::response::{IntoResponseParts, ResponseParts};
use http::{HeaderValue, StatusCode};
use shared::{
    event_log::{LogPosition, Shard, subscription::Progress},
    http::{MinLogPosition, Problem},
    id::EventId,
};
use tokio::time::timeout;

use crate::http::LOG_POSITION;

/// How long an answer waits for what the client wants to see.
pub const PATIENCE: Duration = Duration::from_millis(500);

/// How far the read tables of each projection are. Clones share everything.
#[derive(Clone, Debug, Default)]
pub struct Freshness(Arc<ArcSwap<HashMap<&'static str, Progress>>>);

/// Up to where an answer includes the log, at least.
#[derive(Clone, Debug)]
pub struct AsOf {
    positions: [i64; Shard::COUNT],
    shown: Option<Shard>,
}

impl Freshness {
    /// Replaces what is known: other copies of the tables are followed now.
    pub fn follow(&self, progress: HashMap<&'static str, Progress>) {
        self.0.store(Arc::new(progress));
    }

    /// Waits until the tables of these projections include what the client wants to see, and tells
    /// how far they are. Ask before reading: what is read then includes at least that much.
    ///
    /// # Errors
    ///
    /// 503 with `Retry-After` after half a second.
    pub async fn wait(
        &self,
        projections: &[&'static str],
        min: Option<MinLogPosition>,
    ) -> Result<AsOf, Problem> {
        let known = self.0.load_full();
        let read: Option<Vec<&Progress>> =
            projections.iter().map(|projection| known.get(projection)).collect();
        let read = read.ok_or_else(|| not_yet(min))?;
        if let Some(MinLogPosition(wanted)) = min {
            let all = async {
                for progress in &read {
                    progress.reached(wanted).await;
                }
            };
            timeout(PATIENCE, all).await.map_err(|_| not_yet(min))?;
        }
        let position = |shard| read.iter().map(|progress| progress.position(shard)).min();
        Ok(AsOf::new(|shard| position(shard).unwrap_or_default(), min.map(|min| min.0.shard)))
    }
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

    /// The answer is about this event only.
    #[must_use]
    pub fn about(self, event: EventId) -> Self {
        Self { shown: Some(Shard::of(event.uuid())), ..self }
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
        let problem = Freshness::default().wait(&["orders"], None).await;
        assert_eq!(problem.unwrap_err().status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
