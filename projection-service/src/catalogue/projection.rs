//! Projection `catalogue`: what is told about events, and the terms of their ticket types.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use serde::Serialize;
use shared::events::box_office::EventDetails;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{
    fold::{self, Entries, Entry, OfferedType},
    rows::{self, EventRow, TypeRow},
    view::price_range,
};
use crate::{
    generation::Generation,
    projection::{Fact, FoldError, Projection},
};

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue;

/// The name of the projection.
pub const NAME: &str = "catalogue";

const EVENTS: &str = "
    SELECT event_id, organization_id, status, title, description, category, tags, image_url, image_alt,
           venue, starts_at, ends_at, time_zone, currency, per_person_cap, hold_ttl_seconds, late_payment,
           total_capacity, cancellation_reason, drafted_at, published_at, version
      FROM read.events_vN
     WHERE event_id = ANY($1::uuid[])";

const TYPES: &str = "
    SELECT event_id, ticket_type_id, ordinal, name, description, price, allocation, enabled,
           sale_starts_at, sale_ends_at, min_per_order, max_per_order
      FROM read.ticket_types_vN
     WHERE event_id = ANY($1::uuid[])
     ORDER BY event_id, ordinal";

impl Projection for Catalogue {
    fn name(&self) -> &'static str {
        NAME
    }

    fn code_version(&self) -> i32 {
        3
    }

    fn tables(&self) -> &'static [&'static str] {
        &["events", "ticket_types"]
    }

    fn schema(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn wanted(&self) -> &'static [&'static str] {
        &[
            "EventDrafted",
            "EventDetailsChanged",
            "SalesSettingsChanged",
            "EventPublished",
            "EventCancelled",
            "EventCompleted",
            "CapacitySet",
            "TicketTypeAdded",
            "TicketTypeChanged",
            "TicketTypeEnabled",
            "TicketTypeDisabled",
        ]
    }

    fn fold<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        generation: Generation,
        facts: &'a [Fact<'a>],
    ) -> BoxFuture<'a, Result<(), FoldError>> {
        Box::pin(async move {
            let mut entries = load(tx, generation, facts).await?;
            for fact in facts {
                fold::fold(&mut entries, fact);
            }
            store(tx, generation, &entries).await
        })
    }
}

async fn load(
    tx: &mut PgConnection,
    generation: Generation,
    facts: &[Fact<'_>],
) -> Result<Entries, FoldError> {
    let ids: BTreeSet<Uuid> = facts.iter().map(|fact| fact.event_id.uuid()).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let events: Vec<EventRow> =
        sqlx::query_as(&generation.sql(EVENTS)).bind(&ids).fetch_all(&mut *tx).await?;
    let types: Vec<TypeRow> =
        sqlx::query_as(&generation.sql(TYPES)).bind(&ids).fetch_all(tx).await?;
    Ok(rows::assemble(events, types)?)
}

/// A row of `events` with the columns that are for searching.
#[derive(Serialize)]
struct StoredEvent {
    #[serde(flatten)]
    row: EventRow,
    city: Option<String>,
    keywords: String,
}

/// A row of `ticket_types` with the columns that are for searching.
#[derive(Serialize)]
struct StoredType {
    #[serde(flatten)]
    row: TypeRow,
    price_from: i64,
    price_to: i64,
}

async fn store(
    tx: &mut PgConnection,
    generation: Generation,
    entries: &Entries,
) -> Result<(), FoldError> {
    let events: Vec<StoredEvent> = entries.values().map(stored_event).collect();
    sqlx::query(&generation.sql(include_str!("store_events.sql")))
        .bind(Json(events))
        .execute(&mut *tx)
        .await?;
    let types: Vec<StoredType> = entries
        .values()
        .flat_map(|entry| entry.ticket_types.iter().map(|offered| stored_type(entry, offered)))
        .collect();
    sqlx::query(&generation.sql(include_str!("store_types.sql")))
        .bind(Json(types))
        .execute(tx)
        .await?;
    Ok(())
}

fn stored_event(entry: &Entry) -> StoredEvent {
    let city = entry.details.venue.as_ref().and_then(|venue| venue.city.as_ref());
    StoredEvent {
        row: EventRow::of(entry),
        city: city.map(|city| city.to_lowercase()),
        keywords: keywords(&entry.details),
    }
}

fn keywords(details: &EventDetails) -> String {
    let venue = details.venue.as_ref();
    let places = venue
        .into_iter()
        .flat_map(|venue| [Some(&venue.name), venue.city.as_ref(), venue.address.as_ref()]);
    let words = details.category.iter().chain(&details.tags).chain(places.flatten());
    words.map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn stored_type(entry: &Entry, offered: &OfferedType) -> StoredType {
    let (price_from, price_to) = price_range(offered.terms.price);
    StoredType { row: TypeRow::of(entry.event_id, offered), price_from, price_to }
}
