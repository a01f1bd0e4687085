//! What the door of an event needs to know.

use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::{
    events::box_office::Venue,
    id::{EventId, OrganizationId, TicketTypeId},
};
use utoipa::ToSchema;

use crate::{catalogue::fold::Entry, status::EventStatus};

/// An event as its door knows it: no prices, no figures, no people.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoorView {
    pub event_id: EventId,
    pub organization_id: OrganizationId,
    pub status: EventStatus,
    pub title: String,
    pub venue: Option<Venue>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: Option<DateTime<Utc>>,
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    /// Disabled ones too: their tickets may have been sold.
    pub ticket_types: Vec<DoorTicketType>,
}

/// A kind of ticket that may come to the door.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoorTicketType {
    pub ticket_type_id: TicketTypeId,
    pub name: String,
}

impl From<Entry> for DoorView {
    fn from(entry: Entry) -> Self {
        let kind = |offered: crate::catalogue::fold::OfferedType| DoorTicketType {
            ticket_type_id: offered.ticket_type_id,
            name: offered.terms.name,
        };
        let details = entry.details;
        Self {
            event_id: entry.event_id,
            organization_id: entry.organization_id,
            status: entry.status,
            title: details.title,
            venue: details.venue,
            starts_at: details.starts_at,
            ends_at: details.ends_at,
            time_zone: details.time_zone,
            ticket_types: entry.ticket_types.into_iter().map(kind).collect(),
        }
    }
}
