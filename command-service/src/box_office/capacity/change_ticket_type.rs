//! An organizer changes the terms of a kind of ticket, or takes it off or puts it on sale.

use shared::{clock::Timestamp, events::box_office::BoxOfficeEvent, id::TicketTypeId};
use thiserror::Error;

use super::TermsInput;
use crate::box_office::{BoxOffice, EventStatus, validation::Violations};

/// Changes any part of a ticket type; holds made before keep their terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeTicketType {
    pub ticket_type_id: TicketTypeId,
    pub terms: TermsInput,
    pub enabled: Option<bool>,
}

/// Why a ticket type can't be changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChangeTicketTypeRejected {
    #[error("there is no such event")]
    EventUnknown,
    #[error("the ticket types of an event that is {} can't be changed", .status.name())]
    EventClosed { status: EventStatus },
    #[error("there is no such ticket type")]
    TicketTypeUnknown,
    #[error("the ticket type can't be changed like this: {0}")]
    Invalid(Violations),
}

impl ChangeTicketType {
    pub(in crate::box_office) fn decide(
        &self,
        office: &BoxOffice,
        _at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, ChangeTicketTypeRejected> {
        let catalogue = office.catalogue().ok_or(ChangeTicketTypeRejected::EventUnknown)?;
        if catalogue.status.is_final() {
            return Err(ChangeTicketTypeRejected::EventClosed { status: catalogue.status });
        }
        let ticket_type_id = self.ticket_type_id;
        let kind = office
            .ticket_type(ticket_type_id)
            .ok_or(ChangeTicketTypeRejected::TicketTypeUnknown)?;
        let mut violations = Violations::default();
        let terms = self.terms.over(office, Some(kind), &mut violations);
        let terms = violations.or(terms).map_err(ChangeTicketTypeRejected::Invalid)?;

        let mut events = Vec::new();
        if terms != *kind.terms() {
            events.push(BoxOfficeEvent::TicketTypeChanged { ticket_type_id, terms });
        }
        match self.enabled {
            Some(true) if !kind.is_enabled() => {
                events.push(BoxOfficeEvent::TicketTypeEnabled { ticket_type_id });
            }
            Some(false) if kind.is_enabled() => {
                events.push(BoxOfficeEvent::TicketTypeDisabled { ticket_type_id });
            }
            Some(true | false) | None => {}
        }
        Ok(events)
    }
}
