//! An organizer adds a kind of ticket.

use shared::{clock::Timestamp, events::box_office::BoxOfficeEvent, id::TicketTypeId};
use thiserror::Error;

use super::{MAX_TICKET_TYPES, TermsInput};
use crate::box_office::{BoxOffice, EventStatus, validation::Violations};

/// Adds a ticket type to a draft or a published event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddTicketType {
    pub ticket_type_id: TicketTypeId,
    /// Name and price are required.
    pub terms: TermsInput,
    pub enabled: bool,
}

/// Why a ticket type can't be added.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddTicketTypeRejected {
    #[error("there is no such event")]
    EventUnknown,
    #[error("the ticket types of an event that is {} can't be changed", .status.name())]
    EventClosed { status: EventStatus },
    #[error("this ticket type exists already")]
    AlreadyAdded,
    #[error("an event can't have more than {MAX_TICKET_TYPES} ticket types")]
    TooManyTicketTypes,
    #[error("the ticket type can't be added like this: {0}")]
    Invalid(Violations),
}

impl AddTicketType {
    pub(in crate::box_office) fn decide(
        &self,
        office: &BoxOffice,
        _at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, AddTicketTypeRejected> {
        let catalogue = office.catalogue().ok_or(AddTicketTypeRejected::EventUnknown)?;
        if catalogue.status.is_final() {
            return Err(AddTicketTypeRejected::EventClosed { status: catalogue.status });
        }
        if office.ticket_type(self.ticket_type_id).is_some() {
            return Err(AddTicketTypeRejected::AlreadyAdded);
        }
        if office.ticket_types().len() >= MAX_TICKET_TYPES {
            return Err(AddTicketTypeRejected::TooManyTicketTypes);
        }
        let mut violations = Violations::default();
        let terms = self.terms.over(office, None, &mut violations);
        let terms = violations.or(terms).map_err(AddTicketTypeRejected::Invalid)?;
        Ok(vec![BoxOfficeEvent::TicketTypeAdded {
            ticket_type_id: self.ticket_type_id,
            terms,
            enabled: self.enabled,
        }])
    }
}
