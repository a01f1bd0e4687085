//! The live tail: follows the log in memory, starting from the figures in the read tables.
//!
//! It begins when the read tables are nearly up to date, so that a long log isn't folded twice.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use shared::{
    event_log::{LogPosition, RecordedEvent, Shard, subscription::Feed},
    events::box_office::{BoxOfficeEvent, Line},
    id::{EventId, ReservationId},
};
use sqlx::PgPool;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{
    memory::Availability,
    query::{self, Loaded},
    stock::{Holds, Stock},
};
use crate::{
    projection::{Fact, facts},
    query_error::QueryError,
    reservations::projection::WANTED,
};

/// Positions read at once.
const BATCH: i64 = 2000;
/// So few events behind, the read tables are a good start.
const NEAR: i64 = 4000;
/// How often that is looked at, and the pause after a failure.
const PAUSE: Duration = Duration::from_millis(250);

/// Keeps the answers up to date until stopped.
pub async fn keep(feed: Feed, pool: PgPool, answers: Availability, stop: CancellationToken) {
    let starting = async {
        loop {
            match Tail::start_if_near(&feed, &pool, &answers).await {
                Ok(Some(tail)) => return tail,
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "availability can't be loaded"),
            }
            sleep(PAUSE).await;
        }
    };
    if let Some(tail) = stop.run_until_cancelled(starting).await {
        answers.begin();
        tail.run(stop).await;
    }
}

/// Follows the log and keeps the answers up to date.
struct Tail {
    feed: Feed,
    pool: PgPool,
    answers: Availability,
    events: HashMap<EventId, Live>,
    positions: [i64; Shard::COUNT],
}

/// One event: its figures, and the holds that began since the tail did and haven't ended.
struct Live {
    stock: Stock,
    holds: HashMap<ReservationId, Box<[Line]>>,
}

/// The holds that can end in a batch: remembered ones, and older ones looked up for it.
struct Known<'a> {
    remembered: &'a HashMap<ReservationId, Box<[Line]>>,
    older: &'a HashMap<ReservationId, Vec<Line>>,
}

impl Holds for Known<'_> {
    fn lines_of(&self, reservation: ReservationId) -> Option<&[Line]> {
        let remembered = self.remembered.get(&reservation).map(AsRef::as_ref);
        remembered.or_else(|| self.older.get(&reservation).map(Vec::as_slice))
    }
}

impl Tail {
    /// Loads the figures to start from and answers with them, if they are nearly up to date.
    async fn start_if_near(
        feed: &Feed,
        pool: &PgPool,
        answers: &Availability,
    ) -> Result<Option<Self>, QueryError> {
        if query::missing_events(pool).await? > NEAR {
            return Ok(None);
        }
        let Loaded { stocks, positions } = query::load(pool).await?;
        let mut tail = Self {
            feed: feed.clone(),
            pool: pool.clone(),
            answers: answers.clone(),
            events: HashMap::new(),
            positions: [0; Shard::COUNT],
        };
        for (event, stock) in stocks {
            tail.answers.publish(&stock);
            tail.events.insert(event, Live { stock, holds: HashMap::new() });
        }
        for (shard, position) in positions {
            tail.advance(LogPosition { shard, position });
        }
        Ok(Some(tail))
    }

    /// Follows the log until stopped.
    async fn run(mut self, stop: CancellationToken) {
        let mut heads = self.feed.heads();
        loop {
            heads.mark_unchanged();
            let all_read = self.catch_up().await;
            let next = async {
                if all_read {
                    return heads.changed().await.is_ok();
                }
                sleep(PAUSE).await;
                true
            };
            if stop.run_until_cancelled(next).await != Some(true) {
                return;
            }
        }
    }

    /// Goes on in every shard; answers whether nothing stood in the way.
    async fn catch_up(&mut self) -> bool {
        let mut all_read = true;
        for shard in Shard::all() {
            if let Err(error) = self.catch_up_in(shard).await {
                tracing::warn!(%shard, %error, "availability falls behind");
                all_read = false;
            }
        }
        all_read
    }

    async fn catch_up_in(&mut self, shard: Shard) -> Result<(), QueryError> {
        while let Some(after) = self.positions.get(shard.index()).copied() {
            let batch = self.feed.read_wanted(shard, after, BATCH, Some(WANTED)).await?;
            if batch.through <= after {
                break;
            }
            self.fold(&batch.events).await?;
            self.advance(LogPosition { shard, position: batch.through });
        }
        Ok(())
    }

    fn advance(&mut self, to: LogPosition) {
        if let Some(position) = self.positions.get_mut(to.shard.index()) {
            *position = to.position;
        }
        self.answers.advance(to);
    }

    async fn fold(&mut self, batch: &[Arc<RecordedEvent>]) -> Result<(), QueryError> {
        let facts = readable(batch);
        let older = query::lines(&self.pool, &self.older_ends(&facts)).await?;
        let mut changed = BTreeSet::new();
        for fact in &facts {
            if self.apply(fact, &older) {
                changed.insert(fact.event_id);
            }
        }
        for live in changed.iter().filter_map(|event| self.events.get(event)) {
            self.answers.publish(&live.stock);
        }
        Ok(())
    }

    /// The holds that end in this batch and began before the tail did.
    fn older_ends(&self, facts: &[Fact<'_>]) -> Vec<ReservationId> {
        let mut begun = HashSet::new();
        let mut older = Vec::new();
        for fact in facts {
            if let BoxOfficeEvent::ReservationCreated { reservation_id, .. } = fact.event {
                begun.insert(*reservation_id);
            } else if let BoxOfficeEvent::ReservationExpired { reservation_id }
            | BoxOfficeEvent::ReservationReleased { reservation_id } = fact.event
            {
                let live = self.events.get(&fact.event_id);
                let remembered = live.is_none_or(|live| live.holds.contains_key(reservation_id));
                if !remembered && !begun.contains(reservation_id) {
                    older.push(*reservation_id);
                }
            }
        }
        older
    }

    /// Folds one fact; answers whether figures may have changed. Events that were over before the
    /// tail began aren't kept.
    fn apply(&mut self, fact: &Fact<'_>, older: &HashMap<ReservationId, Vec<Line>>) -> bool {
        if let Some(stock) = Stock::drafted(fact) {
            self.events.insert(fact.event_id, Live { stock, holds: HashMap::new() });
            return true;
        }
        let Some(live) = self.events.get_mut(&fact.event_id) else {
            return false;
        };
        let known = Known { remembered: &live.holds, older };
        if let Err(unknown) = live.stock.apply(fact, &known) {
            tracing::error!(event.id = %fact.event_id, %unknown, "availability is not exact");
            metrics::counter!("availability_unknown_holds_total").increment(1);
        }
        live.remember(fact);
        true
    }
}

impl Live {
    fn remember(&mut self, fact: &Fact<'_>) {
        if let BoxOfficeEvent::ReservationCreated { reservation_id, lines, .. } = fact.event {
            self.holds.insert(*reservation_id, lines.as_slice().into());
        } else if let BoxOfficeEvent::ReservationExpired { reservation_id }
        | BoxOfficeEvent::ReservationReleased { reservation_id } = fact.event
        {
            self.holds.remove(reservation_id);
        } else if let BoxOfficeEvent::OrderPaid { order_id, .. } = fact.event {
            self.holds.remove(&(*order_id).into());
        } else if let BoxOfficeEvent::EventCancelled { .. } = fact.event {
            self.holds = HashMap::new();
        }
    }
}

/// The facts that change figures. One that can't be read is told and passed over: the projection
/// parks its event, and an operator decides.
fn readable(batch: &[Arc<RecordedEvent>]) -> Vec<Fact<'_>> {
    facts(batch, WANTED).unwrap_or_else(|_| {
        batch
            .iter()
            .filter_map(|recorded| {
                let read = facts(std::slice::from_ref(recorded), WANTED);
                read.inspect_err(|error| tracing::error!(%error, "availability is not exact"))
                    .ok()?
                    .pop()
            })
            .collect()
    })
}
