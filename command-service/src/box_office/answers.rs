//! What the command side answers: an event as its organizer sees it.

use serde::Serialize;
use shared::{
    clock::Timestamp,
    events::box_office::{LatePayment, Price, Venue},
    id::{EventId, OrganizationId, TicketTypeId},
};
use utoipa::ToSchema;

use super::{EventView, TicketTypeView};

/// An event with its rules of selling and its ticket types.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventAnswer {
    pub event_id: EventId,
    pub organization_id: OrganizationId,
    /// `DRAFT`, `PUBLISHED`, `COMPLETED` or `CANCELLED`.
    #[schema(example = "DRAFT")]
    pub status: &'static str,
    /// The edition of what organizers edit; `If-Match` takes it.
    pub version: u32,
    pub title: String,
    pub description: String,
    pub category: Option<String>,
    pub tags: Vec<String>,
    pub image_url: Option<String>,
    pub image_alt: Option<String>,
    pub venue: Option<Venue>,
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ends_at: Option<Timestamp>,
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    #[schema(example = "EUR")]
    pub currency: String,
    pub per_person_cap: u32,
    pub hold_ttl_seconds: u32,
    pub late_payment: LatePayment,
    pub total_capacity: Option<u32>,
    pub sold: u32,
    pub held: u32,
    pub ticket_types: Vec<TicketTypeAnswer>,
}

/// A ticket type with its terms and figures.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketTypeAnswer {
    pub ticket_type_id: TicketTypeId,
    pub name: String,
    pub description: String,
    pub price: Price,
    pub allocation: Option<u32>,
    pub enabled: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sale_starts_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sale_ends_at: Option<Timestamp>,
    pub min_per_order: u32,
    pub max_per_order: u32,
    pub sold: u32,
    pub held: u32,
    pub available: u32,
}

impl From<EventView> for EventAnswer {
    fn from(view: EventView) -> Self {
        let (details, settings) = (view.details, view.settings);
        Self {
            event_id: view.event_id,
            organization_id: view.organization_id,
            status: view.status.name(),
            version: view.edition,
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
            currency: details.currency.code().to_owned(),
            per_person_cap: settings.per_person_cap,
            hold_ttl_seconds: settings.hold_ttl_seconds,
            late_payment: settings.late_payment,
            total_capacity: view.total_capacity,
            sold: view.sold,
            held: view.held,
            ticket_types: view.ticket_types.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<TicketTypeView> for TicketTypeAnswer {
    fn from(view: TicketTypeView) -> Self {
        let terms = view.terms;
        Self {
            ticket_type_id: view.ticket_type_id,
            name: terms.name,
            description: terms.description,
            price: terms.price,
            allocation: terms.allocation,
            enabled: view.enabled,
            sale_starts_at: terms.sale_starts_at,
            sale_ends_at: terms.sale_ends_at,
            min_per_order: terms.min_per_order,
            max_per_order: terms.max_per_order,
            sold: view.sold,
            held: view.held,
            available: view.available,
        }
    }
}
