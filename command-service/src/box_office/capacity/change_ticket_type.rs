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

#[cfg(test)]
mod tests {
    use shared::events::box_office::{Price, TicketTypeTerms};

    use super::*;
    use crate::box_office::{
        testing::{
            PRICE, REDUCED, STANDARD, added, cancelled, capacity, given, held, on_sale, paid, terms,
        },
        validation::Edit,
    };

    #[test]
    fn changes_only_what_is_named() {
        let mut command = changing();
        command.terms.name = Some("Early bird".to_owned());
        given(on_sale(10)).when(command).then([BoxOfficeEvent::TicketTypeChanged {
            ticket_type_id: STANDARD,
            terms: TicketTypeTerms { name: "Early bird".to_owned(), ..standard() },
        }]);
    }

    #[test]
    fn disables_and_enables() {
        let disabled = BoxOfficeEvent::TicketTypeDisabled { ticket_type_id: STANDARD };
        let enabled = BoxOfficeEvent::TicketTypeEnabled { ticket_type_id: STANDARD };
        let off = ChangeTicketType { enabled: Some(false), ..changing() };
        let on = ChangeTicketType { enabled: Some(true), ..changing() };
        given(on_sale(1)).when(off.clone()).then([disabled.clone()]);
        given(on_sale(1)).when(on.clone()).then_nothing();
        given(on_sale(1)).and([disabled.clone()]).when(on).then([enabled]);
        given(on_sale(1)).and([disabled]).when(off).then_nothing();
    }

    #[test]
    fn changes_terms_and_availability_together() {
        let mut command = ChangeTicketType { enabled: Some(false), ..changing() };
        command.terms.price = Some(Price::Free);
        given(on_sale(1)).when(command).then([
            BoxOfficeEvent::TicketTypeChanged {
                ticket_type_id: STANDARD,
                terms: TicketTypeTerms { price: Price::Free, ..standard() },
            },
            BoxOfficeEvent::TicketTypeDisabled { ticket_type_id: STANDARD },
        ]);
    }

    #[test]
    fn leaves_existing_holds_their_price() {
        let office = given(on_sale(10))
            .and([held(1, 2)])
            .and([BoxOfficeEvent::TicketTypeChanged {
                ticket_type_id: STANDARD,
                terms: terms(Price::Free),
            }])
            .office();
        let hold = office.hold(crate::box_office::testing::reservation(1)).unwrap();
        assert_eq!(hold.total_minor(), 2 * PRICE);
    }

    #[test]
    fn an_allocation_goes_down_to_what_is_sold_and_held_and_not_below() {
        let busy = || given(on_sale(10)).and([held(1, 2)]).and(paid(1, 2)).and([held(2, 1)]);
        assert_eq!(busy().when(allocating(3)).events().len(), 1);
        busy().when(allocating(2)).then_violations(&["/allocation below-sold-and-held"]);
    }

    #[test]
    fn an_allocation_replaces_its_former_self_in_the_sum() {
        let allocated = |quantity| TicketTypeTerms { allocation: Some(quantity), ..standard() };
        let divided = || {
            given(on_sale(10)).and([added(REDUCED, allocated(4))]).and([
                BoxOfficeEvent::TicketTypeChanged { ticket_type_id: STANDARD, terms: allocated(6) },
            ])
        };
        divided().when(allocating(6)).then_nothing();
        assert_eq!(divided().when(allocating(5)).events().len(), 1);
        divided().when(allocating(7)).then_violations(&["/allocation allocations-exceed-capacity"]);
        let mut unlimited = changing();
        unlimited.terms.allocation = Edit::Clear;
        divided().when(unlimited).then([BoxOfficeEvent::TicketTypeChanged {
            ticket_type_id: STANDARD,
            terms: standard(),
        }]);
    }

    #[test]
    fn checks_a_new_least_against_the_most_that_stays() {
        let mut command = changing();
        command.terms.min_per_order = Some(11);
        given(on_sale(1)).when(command).then_violations(&["/max_per_order below-minimum"]);
    }

    #[test]
    fn rejects_unknown_types_and_events_that_cannot_change() {
        let other = ChangeTicketType { ticket_type_id: REDUCED, ..changing() };
        given(on_sale(1)).when(other).then_rejected(ChangeTicketTypeRejected::TicketTypeUnknown);
        given(on_sale(1)).and([cancelled()]).when(changing()).then_rejected(
            ChangeTicketTypeRejected::EventClosed { status: EventStatus::Cancelled },
        );
        given([]).when(changing()).then_rejected(ChangeTicketTypeRejected::EventUnknown);
    }

    #[test]
    fn a_lowered_capacity_limits_a_type_without_allocation() {
        let office = given(on_sale(10)).and([capacity(4), held(1, 1)]).office();
        assert_eq!(office.available(STANDARD), 3);
    }

    fn changing() -> ChangeTicketType {
        ChangeTicketType { ticket_type_id: STANDARD, terms: TermsInput::default(), enabled: None }
    }

    fn allocating(quantity: u32) -> ChangeTicketType {
        let mut command = changing();
        command.terms.allocation = Edit::Set(quantity);
        command
    }

    fn standard() -> TicketTypeTerms {
        terms(Price::Fixed { amount: PRICE })
    }
}
