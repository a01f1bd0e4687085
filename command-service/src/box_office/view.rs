//! A copy of what an organizer sees of an event, taken from the state after a decision.

use serde::{Deserialize, Serialize};
use shared::{
    events::box_office::{EventDetails, SalesSettings, TicketTypeTerms},
    id::{EventId, OrganizationId, TicketTypeId},
};

use super::BoxOffice;

/// Where an event is in its life: `Draft → Published → Completed`, or `Cancelled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventStatus {
    /// Invisible to customers.
    Draft,
    /// Customers see it and can buy.
    Published,
    /// Over.
    Completed,
    /// Won't take place.
    Cancelled,
}

impl EventStatus {
    /// The name used in answers, for example `DRAFT`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Published => "PUBLISHED",
            Self::Completed => "COMPLETED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// Whether no other status can follow.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Draft | Self::Published => false,
            Self::Completed | Self::Cancelled => true,
        }
    }
}

/// An event with its ticket types and figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventView {
    pub event_id: EventId,
    pub organization_id: OrganizationId,
    pub status: EventStatus,
    /// See [`BoxOffice::edition`].
    pub edition: u32,
    pub details: EventDetails,
    pub settings: SalesSettings,
    /// Absent until it is set.
    pub total_capacity: Option<u32>,
    pub sold: u32,
    pub held: u32,
    /// In the order in which they were added.
    pub ticket_types: Vec<TicketTypeView>,
}

/// A ticket type with its figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketTypeView {
    pub ticket_type_id: TicketTypeId,
    pub terms: TicketTypeTerms,
    pub enabled: bool,
    pub sold: u32,
    pub held: u32,
    pub available: u32,
}

impl BoxOffice {
    /// Copies what an organizer sees; absent before the event was drafted.
    pub fn view(&self) -> Option<EventView> {
        let catalogue = self.catalogue()?;
        Some(EventView {
            event_id: catalogue.event_id,
            organization_id: catalogue.organization_id,
            status: catalogue.status,
            edition: self.edition(),
            details: catalogue.details.clone(),
            settings: catalogue.settings,
            total_capacity: self.total_capacity(),
            sold: self.sold(),
            held: self.held(),
            ticket_types: self
                .ticket_types()
                .map(|kind| TicketTypeView {
                    ticket_type_id: kind.id(),
                    terms: kind.terms().clone(),
                    enabled: kind.is_enabled(),
                    sold: kind.sold(),
                    held: kind.held(),
                    available: self.available_of(kind),
                })
                .collect(),
        })
    }
}
