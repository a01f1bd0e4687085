//! Ready answers for every event, made when something changes and not when somebody asks.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use arc_swap::ArcSwap;
use bytes::Bytes;
use dashmap::DashMap;
use http::HeaderValue;
use shared::{
    event_log::{LogPosition, Shard},
    id::{EventId, OrganizationId, TicketTypeId},
};
use tokio::sync::watch;
use uuid::Uuid;

use super::{
    stock::Stock,
    view::{AvailabilityView, log_position},
};

/// The answers of this process. Clones share everything.
#[derive(Clone, Debug)]
pub struct Availability(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    events: DashMap<EventId, Arc<Watched>>,
    positions: watch::Sender<[i64; Shard::COUNT]>,
    /// The tail has begun: what is here is up to date.
    live: AtomicBool,
    /// The positions as headers.
    headers: [ArcSwap<HeaderValue>; Shard::COUNT],
}

/// One event's answer, now and as it changes.
#[derive(Debug)]
pub struct Watched {
    present: ArcSwap<Answer>,
    changes: watch::Sender<Arc<Answer>>,
}

/// The ready answer of one event.
#[derive(Clone, Debug)]
pub struct Answer {
    pub organization_id: OrganizationId,
    /// Customers may see it.
    pub published: bool,
    /// Tickets that customers can have now, of all types.
    pub on_offer: i64,
    /// The types of which nothing is left.
    pub gone: Box<[Uuid]>,
    /// Of the last change.
    pub log_position: LogPosition,
    /// The same as a header.
    pub position_header: HeaderValue,
    pub etag: HeaderValue,
    /// The body of an answer.
    pub json: Bytes,
    /// The same as a server-sent event.
    pub sent: Bytes,
}

impl Answer {
    /// The answer that these figures make.
    pub fn of(stock: &Stock) -> Self {
        let log_position = log_position(stock);
        // Numbers and texts always have a JSON form.
        let json = serde_json::to_string(&AvailabilityView::from(stock)).unwrap_or_default();
        let sent = format!("id: {log_position}\nevent: availability\ndata: {json}\n\n");
        let header = |text: String| {
            HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
        };
        Self {
            organization_id: stock.organization_id,
            published: stock.published,
            on_offer: stock.on_offer(),
            gone: stock.gone().map(TicketTypeId::uuid).collect(),
            log_position,
            position_header: header(log_position.to_string()),
            etag: header(format!("\"{log_position}\"")),
            json: json.into(),
            sent: sent.into(),
        }
    }
}

impl Watched {
    /// An event with its first answer.
    pub fn new(answer: Arc<Answer>) -> Self {
        Self { present: ArcSwap::new(answer.clone()), changes: watch::Sender::new(answer) }
    }

    /// Answers with this from now on.
    pub fn publish(&self, answer: Arc<Answer>) {
        self.present.store(answer.clone());
        self.changes.send_replace(answer);
    }

    /// The answer as it is now.
    pub fn answer(&self) -> Arc<Answer> {
        self.present.load_full()
    }

    /// The answer as it changes; whoever is slow sees the newest only.
    pub fn subscribe(&self) -> watch::Receiver<Arc<Answer>> {
        self.changes.subscribe()
    }
}

impl Default for Availability {
    fn default() -> Self {
        let nowhere = || ArcSwap::from_pointee(HeaderValue::from_static("0:0"));
        Self(Arc::new(Inner {
            events: DashMap::new(),
            positions: watch::Sender::new([0; Shard::COUNT]),
            live: AtomicBool::new(false),
            headers: std::array::from_fn(|_| nowhere()),
        }))
    }
}

impl Availability {
    /// One event, if it is kept.
    pub fn of(&self, event: EventId) -> Option<Arc<Watched>> {
        self.0.events.get(&event).map(|watched| watched.clone())
    }

    /// The ticket types, of all events, of which nothing is left.
    pub fn gone(&self) -> Vec<Uuid> {
        let answers = self.0.events.iter().map(|watched| watched.answer());
        answers.flat_map(|answer| answer.gone.to_vec()).collect()
    }

    /// Whether the log is followed. Before that there is nothing here.
    pub fn is_live(&self) -> bool {
        self.0.live.load(Ordering::Acquire)
    }

    /// From now on the log is followed.
    pub fn begin(&self) {
        self.0.live.store(true, Ordering::Release);
    }

    /// Up to where the log is included, as a header.
    pub fn log_position(&self, shard: Shard) -> Option<HeaderValue> {
        self.0.headers.get(shard.index()).map(|header| HeaderValue::clone(&header.load()))
    }

    /// Waits until the log is included up to this position. Waits for ever if it never is.
    pub async fn reached(&self, wanted: LogPosition) {
        let mut positions = self.0.positions.subscribe();
        let is_there = |positions: &[i64; Shard::COUNT]| {
            positions.get(wanted.shard.index()).is_some_and(|at| *at >= wanted.position)
        };
        // The sender lives as long as this.
        let _ = positions.wait_for(is_there).await;
    }

    /// Answers with these figures from now on.
    pub fn publish(&self, stock: &Stock) {
        let answer = Arc::new(Answer::of(stock));
        match self.0.events.get(&stock.event_id) {
            Some(watched) => watched.publish(answer),
            None => {
                self.0.events.insert(stock.event_id, Arc::new(Watched::new(answer)));
            }
        }
    }

    /// The log is included up to here; to be told after the figures.
    pub fn advance(&self, to: LogPosition) {
        let header =
            HeaderValue::try_from(to.to_string()).ok().zip(self.0.headers.get(to.shard.index()));
        if let Some((value, header)) = header {
            header.store(Arc::new(value));
        }
        self.0.positions.send_modify(|positions| {
            if let Some(at) = positions.get_mut(to.shard.index()) {
                *at = to.position;
            }
        });
    }
}
