//! An organizer changes what is told about an event, its rules of selling or its capacity.

use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, EventDetails, Price},
};
use thiserror::Error;

use super::{DetailsInput, SettingsInput};
use crate::box_office::{
    BoxOffice, EventStatus, capacity::capacity_violations, validation::Violations,
};

/// Changes any part of an event; what is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeEvent {
    pub details: DetailsInput,
    pub settings: SettingsInput,
    pub total_capacity: Option<u32>,
}

/// Why an event can't be changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChangeEventRejected {
    #[error("there is no such event")]
    EventUnknown,
    #[error("an event that is {} can't be changed any more", .status.name())]
    EventClosed { status: EventStatus },
    #[error("the event can't be changed like this: {0}")]
    Invalid(Violations),
}

impl ChangeEvent {
    pub(in crate::box_office) fn decide(
        &self,
        office: &BoxOffice,
        _at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, ChangeEventRejected> {
        let catalogue = office.catalogue().ok_or(ChangeEventRejected::EventUnknown)?;
        if catalogue.status.is_final() {
            return Err(ChangeEventRejected::EventClosed { status: catalogue.status });
        }
        let mut violations = Violations::default();
        let details = self.details.over(Some(&catalogue.details), &mut violations);
        if let Some(details) = &details {
            check_currency(office, &catalogue.details, details, &mut violations);
        }
        let settings = self.settings.over(Some(&catalogue.settings), &mut violations);
        if let Some(total_capacity) = self.total_capacity {
            capacity_violations(office, total_capacity, &mut violations);
        }
        let details = violations.or(details).map_err(ChangeEventRejected::Invalid)?;

        let mut events = Vec::new();
        if details != catalogue.details {
            events.push(BoxOfficeEvent::EventDetailsChanged { details });
        }
        if settings != catalogue.settings {
            events.push(BoxOfficeEvent::SalesSettingsChanged { settings });
        }
        if let Some(total_capacity) = self.total_capacity
            && office.total_capacity() != Some(total_capacity)
        {
            events.push(BoxOfficeEvent::CapacitySet { total_capacity });
        }
        Ok(events)
    }
}

/// Prices and holds are figures of one currency: they can't become another currency's.
fn check_currency(
    office: &BoxOffice,
    current: &EventDetails,
    wanted: &EventDetails,
    violations: &mut Violations,
) {
    let has_prices = office.ticket_types().any(|kind| match kind.terms().price {
        Price::Free => false,
        Price::Fixed { amount } => amount > 0,
        Price::PayWhatYouWant { maximum, .. } => maximum > 0,
    });
    let is_in_use = has_prices || office.held() > 0 || office.sold() > 0;
    if wanted.currency != current.currency && is_in_use {
        violations.add(
            "/currency",
            "currency-in-use",
            "can't change once a ticket type has a price or tickets are held or sold",
        );
    }
}

#[cfg(test)]
mod tests {
    use shared::{
        events::box_office::{LatePayment, SalesSettings},
        money::Currency,
    };

    use super::*;
    use crate::box_office::{
        testing::{
            REDUCED, START, added, after, cancelled, capacity, completed, details, drafted, given,
            held, on_sale, paid, published, settings, terms,
        },
        validation::Edit,
    };

    #[test]
    fn changes_only_what_is_named() {
        let title = || Some("Recital".to_owned());
        let command = ChangeEvent {
            details: DetailsInput { title: title(), ..DetailsInput::default() },
            ..ChangeEvent::default()
        };
        let expected = EventDetails { title: "Recital".to_owned(), ..details() };
        given([drafted()])
            .when(command)
            .then([BoxOfficeEvent::EventDetailsChanged { details: expected }]);
    }

    #[test]
    fn changes_settings_of_a_published_event() {
        let command = ChangeEvent {
            settings: SettingsInput {
                late_payment: Some(LatePayment::AlwaysRefund),
                ..SettingsInput::default()
            },
            ..ChangeEvent::default()
        };
        given(on_sale(1)).when(command).then([BoxOfficeEvent::SalesSettingsChanged {
            settings: SalesSettings { late_payment: LatePayment::AlwaysRefund, ..settings() },
        }]);
    }

    #[test]
    fn sets_the_capacity_too() {
        let command = ChangeEvent { total_capacity: Some(7), ..ChangeEvent::default() };
        given([drafted()]).when(command).then([capacity(7)]);
    }

    #[test]
    fn records_nothing_when_nothing_differs() {
        let command = ChangeEvent {
            details: DetailsInput {
                title: Some(details().title),
                category: Edit::Clear,
                ..DetailsInput::default()
            },
            settings: SettingsInput { per_person_cap: Some(50), ..SettingsInput::default() },
            total_capacity: Some(1),
        };
        given(on_sale(1)).when(command).then_nothing();
    }

    #[test]
    fn clears_what_may_be_absent() {
        let with_end = EventDetails { ends_at: Some(after(START + 1)), ..details() };
        let command = ChangeEvent {
            details: DetailsInput { ends_at: Edit::Clear, ..DetailsInput::default() },
            ..ChangeEvent::default()
        };
        given([drafted(), BoxOfficeEvent::EventDetailsChanged { details: with_end }])
            .when(command)
            .then([BoxOfficeEvent::EventDetailsChanged { details: details() }]);
    }

    #[test]
    fn checks_a_new_start_against_the_end_that_stays() {
        let with_end = EventDetails { ends_at: Some(after(START)), ..details() };
        let command = ChangeEvent {
            details: DetailsInput { starts_at: Some(after(START + 1)), ..DetailsInput::default() },
            ..ChangeEvent::default()
        };
        given([drafted(), BoxOfficeEvent::EventDetailsChanged { details: with_end }])
            .when(command)
            .then_violations(&["/ends_at before-start"]);
    }

    #[test]
    fn lists_findings_about_all_parts_at_once() {
        let command = ChangeEvent {
            details: DetailsInput { title: Some(String::new()), ..DetailsInput::default() },
            settings: SettingsInput { hold_ttl_seconds: Some(1), ..SettingsInput::default() },
            total_capacity: Some(1),
        };
        given(on_sale(2)).and([held(1, 2)]).when(command).then_violations(&[
            "/title required",
            "/hold_ttl_seconds out-of-range",
            "/total_capacity below-sold-and-held",
        ]);
    }

    #[test]
    fn changes_the_currency_while_everything_is_free() {
        given([drafted(), added(REDUCED, terms(Price::Free))]).when(to_yen()).then([
            BoxOfficeEvent::EventDetailsChanged {
                details: EventDetails { currency: Currency::parse("JPY").unwrap(), ..details() },
            },
        ]);
    }

    #[test]
    fn rejects_another_currency_once_a_type_has_a_price() {
        for price in [
            Price::Fixed { amount: 1 },
            Price::PayWhatYouWant { minimum: 0, maximum: 1, suggested: 0 },
        ] {
            given([drafted(), added(REDUCED, terms(price))])
                .when(to_yen())
                .then_violations(&["/currency currency-in-use"]);
        }
    }

    #[test]
    fn rejects_another_currency_once_tickets_are_held_or_sold() {
        let all_free = || {
            [BoxOfficeEvent::TicketTypeChanged {
                ticket_type_id: crate::box_office::testing::STANDARD,
                terms: terms(Price::Free),
            }]
        };
        given(on_sale(2))
            .and([held(1, 1)])
            .and(all_free())
            .when(to_yen())
            .then_violations(&["/currency currency-in-use"]);
        given(on_sale(2))
            .and([held(1, 1)])
            .and(paid(1, 1))
            .and(all_free())
            .when(to_yen())
            .then_violations(&["/currency currency-in-use"]);
    }

    #[test]
    fn rejects_changes_of_a_closed_event() {
        given([drafted(), cancelled()])
            .when(to_yen())
            .then_rejected(ChangeEventRejected::EventClosed { status: EventStatus::Cancelled });
        given([drafted(), published(), completed()])
            .when(to_yen())
            .then_rejected(ChangeEventRejected::EventClosed { status: EventStatus::Completed });
    }

    #[test]
    fn rejects_changes_of_nothing() {
        given([]).when(to_yen()).then_rejected(ChangeEventRejected::EventUnknown);
    }

    fn to_yen() -> ChangeEvent {
        ChangeEvent {
            details: DetailsInput { currency: Some("JPY".to_owned()), ..DetailsInput::default() },
            ..ChangeEvent::default()
        }
    }
}
