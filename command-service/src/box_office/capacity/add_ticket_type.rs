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

#[cfg(test)]
mod tests {
    use shared::{
        events::box_office::{Price, TicketTypeTerms},
        money::MAX_AMOUNT_MINOR,
    };

    use super::*;
    use crate::box_office::{
        testing::{
            REDUCED, STANDARD, added, after, cancelled, capacity, drafted, given, kind, on_sale,
            terms,
        },
        validation::Edit,
    };

    #[test]
    fn adds_a_type_with_defaults() {
        given([drafted()]).when(adding(Price::Free)).then([added(REDUCED, terms(Price::Free))]);
    }

    #[test]
    fn adds_to_a_published_event_and_disabled_if_wanted() {
        let command = AddTicketType { enabled: false, ..adding(Price::Free) };
        given(on_sale(1)).when(command).then([BoxOfficeEvent::TicketTypeAdded {
            ticket_type_id: REDUCED,
            terms: terms(Price::Free),
            enabled: false,
        }]);
    }

    #[test]
    fn takes_everything_that_may_be_said() {
        let mut command = adding(Price::PayWhatYouWant { minimum: 0, maximum: 9, suggested: 9 });
        command.terms.description = Some("Near\nthe stage".to_owned());
        command.terms.allocation = Edit::Set(3);
        command.terms.sale_starts_at = Edit::Set(after(1));
        command.terms.sale_ends_at = Edit::Set(after(2));
        command.terms.min_per_order = Some(50);
        command.terms.max_per_order = Some(50);
        let expected = TicketTypeTerms {
            name: "Standard".to_owned(),
            description: "Near\nthe stage".to_owned(),
            price: Price::PayWhatYouWant { minimum: 0, maximum: 9, suggested: 9 },
            allocation: Some(3),
            sale_starts_at: Some(after(1)),
            sale_ends_at: Some(after(2)),
            min_per_order: 50,
            max_per_order: 50,
        };
        given([drafted(), capacity(3)]).when(command).then([added(REDUCED, expected)]);
    }

    #[test]
    fn lists_all_that_is_missing_at_once() {
        let command = AddTicketType { terms: TermsInput::default(), ..adding(Price::Free) };
        given([drafted()]).when(command).then_violations(&["/name required", "/price required"]);
    }

    #[test]
    fn lists_all_that_is_wrong_at_once() {
        let mut command = adding(Price::Fixed { amount: MAX_AMOUNT_MINOR + 1 });
        command.terms.name = Some("n".repeat(101));
        command.terms.description = Some("d".repeat(2001));
        command.terms.allocation = Edit::Set(4);
        command.terms.sale_starts_at = Edit::Set(after(1));
        command.terms.sale_ends_at = Edit::Set(after(1));
        command.terms.min_per_order = Some(0);
        command.terms.max_per_order = Some(51);
        given([drafted(), capacity(3)]).when(command).then_violations(&[
            "/name too-long",
            "/description too-long",
            "/price/amount out-of-range",
            "/allocation allocations-exceed-capacity",
            "/sale_ends_at not-after-start",
            "/min_per_order out-of-range",
            "/max_per_order out-of-range",
        ]);
    }

    #[test]
    fn takes_prices_from_zero_to_the_maximum() {
        for amount in [0, MAX_AMOUNT_MINOR] {
            let price = Price::Fixed { amount };
            given([drafted()]).when(adding(price)).then([added(REDUCED, terms(price))]);
        }
        given([drafted()])
            .when(adding(Price::Fixed { amount: -1 }))
            .then_violations(&["/price/amount out-of-range"]);
    }

    #[test]
    fn wants_the_bounds_of_a_free_choice_in_order() {
        for (minimum, maximum, suggested, finding) in [
            (2, 1, 1, "/price/maximum below-minimum"),
            (1, 3, 0, "/price/suggested out-of-range"),
            (1, 3, 4, "/price/suggested out-of-range"),
            (-1, 3, 0, "/price/minimum out-of-range"),
            (0, MAX_AMOUNT_MINOR + 1, 0, "/price/maximum out-of-range"),
        ] {
            let price = Price::PayWhatYouWant { minimum, maximum, suggested };
            given([drafted()]).when(adding(price)).then_violations(&[finding]);
        }
    }

    #[test]
    fn the_most_per_order_is_not_below_the_least() {
        let mut command = adding(Price::Free);
        command.terms.min_per_order = Some(3);
        command.terms.max_per_order = Some(2);
        given([drafted()]).when(command).then_violations(&["/max_per_order below-minimum"]);
    }

    #[test]
    fn the_default_of_the_most_follows_the_least() {
        let mut command = adding(Price::Free);
        command.terms.min_per_order = Some(20);
        let expected =
            TicketTypeTerms { min_per_order: 20, max_per_order: 20, ..terms(Price::Free) };
        given([drafted()]).when(command).then([added(REDUCED, expected)]);
    }

    #[test]
    fn allocations_may_add_up_to_the_capacity_and_not_above() {
        let allocated = |quantity| {
            let mut command = adding(Price::Free);
            command.terms.allocation = Edit::Set(quantity);
            command
        };
        // T5: all for one type and none for another is a valid configuration.
        let whole = TicketTypeTerms { allocation: Some(10), ..terms(Price::Free) };
        let divided = || given([drafted(), capacity(10), added(STANDARD, whole.clone())]);
        assert_eq!(divided().when(allocated(0)).events().len(), 1);
        divided().when(allocated(1)).then_violations(&["/allocation allocations-exceed-capacity"]);
        // Without a capacity there is nothing to exceed yet.
        assert_eq!(given([drafted()]).when(allocated(u32::MAX)).events().len(), 1);
    }

    #[test]
    fn takes_a_hundred_types_and_not_one_more() {
        let full = |count: u128| {
            given([drafted()])
                .and((0..count).map(|number| added(kind(100 + number), terms(Price::Free))))
        };
        assert_eq!(full(99).when(adding(Price::Free)).events().len(), 1);
        full(100)
            .when(adding(Price::Free))
            .then_rejected(AddTicketTypeRejected::TooManyTicketTypes);
    }

    #[test]
    fn rejects_a_type_that_exists_and_events_that_cannot_change() {
        given([drafted(), added(REDUCED, terms(Price::Free))])
            .when(adding(Price::Free))
            .then_rejected(AddTicketTypeRejected::AlreadyAdded);
        given([drafted(), cancelled()])
            .when(adding(Price::Free))
            .then_rejected(AddTicketTypeRejected::EventClosed { status: EventStatus::Cancelled });
        given([]).when(adding(Price::Free)).then_rejected(AddTicketTypeRejected::EventUnknown);
    }

    fn adding(price: Price) -> AddTicketType {
        AddTicketType {
            ticket_type_id: REDUCED,
            terms: TermsInput {
                name: Some("Standard".to_owned()),
                price: Some(price),
                ..TermsInput::default()
            },
            enabled: true,
        }
    }
}
