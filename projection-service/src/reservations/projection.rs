//! Projection `reservations`: every hold, and the figures of availability that follow from them.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    changes::{Changes, KnownLines},
    stock_rows, write,
};
use crate::{
    availability::{rows::Stocks, stock::Stock},
    generation::Generation,
    projection::{Fact, FoldError, Projection},
};

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Reservations;

/// The name of the projection.
pub const NAME: &str = "reservations";

/// The facts that change holds or figures, the frequent ones first; the live figures follow the
/// same.
pub const WANTED: &[&str] = &[
    "ReservationCreated",
    "ReservationExpired",
    "ReservationReleased",
    "OrderPaid",
    "ReservationExtended",
    "EventDrafted",
    "EventDetailsChanged",
    "EventPublished",
    "EventCancelled",
    "EventCompleted",
    "CapacitySet",
    "TicketTypeAdded",
    "TicketTypeChanged",
    "TicketTypeEnabled",
    "TicketTypeDisabled",
];

impl Projection for Reservations {
    fn name(&self) -> &'static str {
        NAME
    }

    fn code_version(&self) -> i32 {
        2
    }

    fn tables(&self) -> &'static [&'static str] {
        &["reservations", "availability_events", "availability_types"]
    }

    fn schema(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn wanted(&self) -> &'static [&'static str] {
        WANTED
    }

    fn fold<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        generation: Generation,
        facts: &'a [Fact<'a>],
    ) -> BoxFuture<'a, Result<(), FoldError>> {
        Box::pin(async move {
            let changes = Changes::of(facts);
            write::insert(tx, generation, &changes.begun).await?;
            let freed = write::update(tx, generation, &changes.changed).await?;
            let events: BTreeSet<Uuid> = facts.iter().map(|fact| fact.event_id.uuid()).collect();
            let events: Vec<Uuid> = events.into_iter().collect();
            let mut stocks = stock_rows::load(tx, generation, &events).await?;
            count(&mut stocks, facts, &KnownLines::new(&changes, freed))?;
            stock_rows::store(tx, generation, &stocks).await
        })
    }
}

fn count(stocks: &mut Stocks, facts: &[Fact<'_>], lines: &KnownLines<'_>) -> Result<(), FoldError> {
    for fact in facts {
        if let Some(stock) = Stock::drafted(fact) {
            stocks.insert(fact.event_id, stock);
        } else if let Some(stock) = stocks.get_mut(&fact.event_id) {
            stock
                .apply(fact, lines)
                .map_err(|unknown| FoldError::Contradiction(unknown.to_string()))?;
        } else {
            return Err(FoldError::Contradiction(format!(
                "event {} was never drafted",
                fact.event_id
            )));
        }
    }
    Ok(())
}
