//! The catalogue as rows: `events` and `ticket_types`.

use serde::Serialize;
use shared::{
    clock::Timestamp,
    events::box_office::{EventDetails, LatePayment, Price, SalesSettings, TicketTypeTerms, Venue},
    id::{EventId, OrganizationId, TicketTypeId},
    money::Currency,
};
use sqlx::types::Json;
use uuid::Uuid;

use super::fold::{Entries, Entry, OfferedType};
use crate::unreadable::{Unreadable, count};

row!(
    /// A row of `events`, without the columns that are for searching only.
    #[derive(Debug, Serialize)]
    pub struct EventRow {
        event_id: Uuid,
        organization_id: Uuid,
        status: String,
        title: String,
        description: String,
        category: Option<String>,
        tags: Json<Vec<String>>,
        image_url: Option<String>,
        image_alt: Option<String>,
        venue: Option<Json<Venue>>,
        starts_at: Timestamp,
        ends_at: Option<Timestamp>,
        time_zone: String,
        currency: String,
        per_person_cap: i64,
        hold_ttl_seconds: i64,
        late_payment: String,
        total_capacity: Option<i64>,
        cancellation_reason: Option<String>,
        drafted_at: Timestamp,
        published_at: Option<Timestamp>,
        version: i64,
    }
);

row!(
    /// A row of `ticket_types`.
    #[derive(Debug, Serialize)]
    pub struct TypeRow {
        event_id: Uuid,
        ticket_type_id: Uuid,
        ordinal: i64,
        name: String,
        description: String,
        price: Json<Price>,
        allocation: Option<i64>,
        enabled: bool,
        sale_starts_at: Option<Timestamp>,
        sale_ends_at: Option<Timestamp>,
        min_per_order: i64,
        max_per_order: i64,
    }
);

impl EventRow {
    /// The row of an entry.
    pub fn of(entry: &Entry) -> Self {
        let details = entry.details.clone();
        Self {
            event_id: entry.event_id.uuid(),
            organization_id: entry.organization_id.uuid(),
            status: entry.status.code().to_owned(),
            title: details.title,
            description: details.description,
            category: details.category,
            tags: Json(details.tags),
            image_url: details.image_url,
            image_alt: details.image_alt,
            venue: details.venue.map(Json),
            starts_at: details.starts_at,
            ends_at: details.ends_at,
            time_zone: details.time_zone,
            currency: details.currency.code().to_owned(),
            per_person_cap: entry.settings.per_person_cap.into(),
            hold_ttl_seconds: entry.settings.hold_ttl_seconds.into(),
            late_payment: late_payment_code(entry.settings.late_payment).to_owned(),
            total_capacity: entry.total_capacity.map(i64::from),
            cancellation_reason: entry.cancellation_reason.clone(),
            drafted_at: entry.drafted_at,
            published_at: entry.published_at,
            version: entry.version,
        }
    }

    /// Whose row it is.
    pub fn event_id(&self) -> Uuid {
        self.event_id
    }

    fn into_entry(self) -> Result<Entry, Unreadable> {
        let currency = Currency::parse(&self.currency)
            .map_err(|_| Unreadable::new("currency", self.currency))?;
        let settings = SalesSettings {
            per_person_cap: count(self.per_person_cap)?,
            hold_ttl_seconds: count(self.hold_ttl_seconds)?,
            late_payment: late_payment(&self.late_payment)?,
        };
        Ok(Entry {
            event_id: EventId::new(self.event_id),
            organization_id: OrganizationId::new(self.organization_id),
            status: self.status.parse()?,
            details: EventDetails {
                title: self.title,
                description: self.description,
                category: self.category,
                tags: self.tags.0,
                image_url: self.image_url,
                image_alt: self.image_alt,
                venue: self.venue.map(|Json(venue)| venue),
                starts_at: self.starts_at,
                ends_at: self.ends_at,
                time_zone: self.time_zone,
                currency,
            },
            settings,
            total_capacity: self.total_capacity.map(count).transpose()?,
            cancellation_reason: self.cancellation_reason,
            drafted_at: self.drafted_at,
            published_at: self.published_at,
            version: self.version,
            ticket_types: Vec::new(),
        })
    }
}

impl TypeRow {
    /// The row of a type of an event.
    pub fn of(event_id: EventId, offered: &OfferedType) -> Self {
        let terms = offered.terms.clone();
        Self {
            event_id: event_id.uuid(),
            ticket_type_id: offered.ticket_type_id.uuid(),
            ordinal: offered.ordinal,
            name: terms.name,
            description: terms.description,
            price: Json(terms.price),
            allocation: terms.allocation.map(i64::from),
            enabled: offered.enabled,
            sale_starts_at: terms.sale_starts_at,
            sale_ends_at: terms.sale_ends_at,
            min_per_order: terms.min_per_order.into(),
            max_per_order: terms.max_per_order.into(),
        }
    }

    fn into_type(self) -> Result<OfferedType, Unreadable> {
        Ok(OfferedType {
            ticket_type_id: TicketTypeId::new(self.ticket_type_id),
            ordinal: self.ordinal,
            terms: TicketTypeTerms {
                name: self.name,
                description: self.description,
                price: self.price.0,
                allocation: self.allocation.map(count).transpose()?,
                sale_starts_at: self.sale_starts_at,
                sale_ends_at: self.sale_ends_at,
                min_per_order: count(self.min_per_order)?,
                max_per_order: count(self.max_per_order)?,
            },
            enabled: self.enabled,
        })
    }
}

/// Puts rows together. The types must come in the order in which they were added.
///
/// # Errors
///
/// [`Unreadable`] if a row was written by another program.
pub fn assemble(events: Vec<EventRow>, types: Vec<TypeRow>) -> Result<Entries, Unreadable> {
    let mut entries = Entries::new();
    for row in events {
        let entry = row.into_entry()?;
        entries.insert(entry.event_id, entry);
    }
    for row in types {
        if let Some(entry) = entries.get_mut(&EventId::new(row.event_id)) {
            entry.ticket_types.push(row.into_type()?);
        }
    }
    Ok(entries)
}

fn late_payment_code(late_payment: LatePayment) -> &'static str {
    match late_payment {
        LatePayment::AcquireAgain => "acquire_again",
        LatePayment::AlwaysRefund => "always_refund",
    }
}

fn late_payment(code: &str) -> Result<LatePayment, Unreadable> {
    match code {
        "acquire_again" => Ok(LatePayment::AcquireAgain),
        "always_refund" => Ok(LatePayment::AlwaysRefund),
        other => Err(Unreadable::new("late_payment", other)),
    }
}
