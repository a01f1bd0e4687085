//! What is answered about events.

use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::{
    auth::Withdrawn,
    events::box_office::{LatePayment, Price, Venue},
    id::{EventId, OrganizationId, TicketTypeId},
    money::{Currency, Money},
};
use utoipa::ToSchema;

use super::fold::{Entry, OfferedType};
use crate::status::EventStatus;

/// An event with its rules of selling and its ticket types.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventView {
    pub event_id: EventId,
    pub organization_id: OrganizationId,
    pub status: EventStatus,
    /// The edition of what organizers edit; `If-Match` takes it.
    pub version: i64,
    pub title: String,
    pub description: String,
    pub category: Option<String>,
    pub tags: Vec<String>,
    /// An `https` address, or a path on this site.
    pub image_url: Option<String>,
    /// What the picture shows; absent if it only decorates.
    pub image_alt: Option<String>,
    pub venue: Option<Venue>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: Option<DateTime<Utc>>,
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    pub currency: Currency,
    pub per_person_cap: u32,
    pub hold_ttl_seconds: u32,
    pub late_payment: LatePayment,
    pub total_capacity: Option<u32>,
    /// Whether the organizer is suspended, and so nothing is sold.
    pub sales_suspended: bool,
    /// Why it was cancelled, if it was.
    pub cancellation_reason: Option<String>,
    pub published_at: Option<DateTime<Utc>>,
    pub ticket_types: Vec<TicketTypeView>,
}

/// A ticket type with its terms.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketTypeView {
    pub ticket_type_id: TicketTypeId,
    pub name: String,
    pub description: String,
    pub price: Price,
    pub allocation: Option<u32>,
    pub enabled: bool,
    /// Inclusive.
    pub sale_starts_at: Option<DateTime<Utc>>,
    /// Exclusive.
    pub sale_ends_at: Option<DateTime<Utc>>,
    pub min_per_order: u32,
    pub max_per_order: u32,
}

/// An event in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventSummary {
    pub event_id: EventId,
    pub organization_id: OrganizationId,
    pub status: EventStatus,
    pub title: String,
    pub category: Option<String>,
    pub tags: Vec<String>,
    /// An `https` address, or a path on this site.
    pub image_url: Option<String>,
    /// What the picture shows; absent if it only decorates.
    pub image_alt: Option<String>,
    pub venue: Option<Venue>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: Option<DateTime<Utc>>,
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    /// The lowest price of an enabled ticket type.
    pub price_from: Option<Money>,
    /// The highest price of an enabled ticket type.
    pub price_to: Option<Money>,
    /// Tickets that customers can have now, of all types; absent while that isn't known.
    pub available: Option<i64>,
}

impl EventView {
    /// An event, and whether its organizer is suspended now.
    pub fn of(entry: Entry, withdrawn: &Withdrawn) -> Self {
        let (details, settings) = (entry.details, entry.settings);
        Self {
            event_id: entry.event_id,
            organization_id: entry.organization_id,
            status: entry.status,
            version: entry.version,
            title: details.title,
            description: details.description,
            category: details.category,
            tags: details.tags,
            image_url: details.image_url,
            image_alt: details.image_alt,
            venue: details.venue,
            starts_at: details.starts_at,
            ends_at: details.ends_at,
            time_zone: details.time_zone,
            currency: details.currency,
            per_person_cap: settings.per_person_cap,
            hold_ttl_seconds: settings.hold_ttl_seconds,
            late_payment: settings.late_payment,
            total_capacity: entry.total_capacity,
            sales_suspended: withdrawn.is_suspended(entry.organization_id),
            cancellation_reason: entry.cancellation_reason,
            published_at: entry.published_at,
            ticket_types: entry.ticket_types.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<OfferedType> for TicketTypeView {
    fn from(offered: OfferedType) -> Self {
        let terms = offered.terms;
        Self {
            ticket_type_id: offered.ticket_type_id,
            name: terms.name,
            description: terms.description,
            price: terms.price,
            allocation: terms.allocation,
            enabled: offered.enabled,
            sale_starts_at: terms.sale_starts_at,
            sale_ends_at: terms.sale_ends_at,
            min_per_order: terms.min_per_order,
            max_per_order: terms.max_per_order,
        }
    }
}

impl EventSummary {
    /// An event of which so many tickets are left.
    pub fn new(entry: Entry, available: Option<i64>) -> Self {
        let enabled = || entry.ticket_types.iter().filter(|offered| offered.enabled);
        let prices = || enabled().map(|offered| price_range(offered.terms.price));
        let money = |amount| Money::new(amount, entry.details.currency);
        let price_from = prices().map(|(from, _)| from).min().map(money);
        let price_to = prices().map(|(_, to)| to).max().map(money);
        let details = entry.details;
        Self {
            event_id: entry.event_id,
            organization_id: entry.organization_id,
            status: entry.status,
            title: details.title,
            category: details.category,
            tags: details.tags,
            image_url: details.image_url,
            image_alt: details.image_alt,
            venue: details.venue,
            starts_at: details.starts_at,
            ends_at: details.ends_at,
            time_zone: details.time_zone,
            price_from,
            price_to,
            available,
        }
    }
}

/// What one ticket costs at least and at most.
pub const fn price_range(price: Price) -> (i64, i64) {
    match price {
        Price::Free => (0, 0),
        Price::Fixed { amount } => (amount, amount),
        Price::PayWhatYouWant { minimum, maximum, .. } => (minimum, maximum),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        catalogue::fold::{Entries, fold},
        samples::{self, fact},
    };

    #[test]
    fn the_price_range_is_that_of_the_enabled_types() {
        let mut entries = Entries::new();
        let mut terms = samples::terms(None);
        terms.price = Price::PayWhatYouWant { minimum: 100, maximum: 900, suggested: 500 };
        let added = shared::events::box_office::BoxOfficeEvent::TicketTypeAdded {
            ticket_type_id: samples::type_id(2),
            terms,
            enabled: true,
        };
        let disabled = shared::events::box_office::BoxOfficeEvent::TicketTypeDisabled {
            ticket_type_id: samples::type_id(1),
        };
        let events = [samples::drafted(), samples::type_added(1, None), added, disabled];
        for (event, version) in events.into_iter().zip(1..) {
            fold(&mut entries, &fact(version, event));
        }
        let summary = EventSummary::new(entries.remove(&samples::event_id()).unwrap(), None);
        assert_eq!(summary.price_from.unwrap().amount, 100);
        assert_eq!(summary.price_to.unwrap().amount, 900);
    }
}
