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
