//! An organizer drafts an event: it exists, invisible to customers.

use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, Price, TicketTypeTerms},
    id::{EventId, OrganizationId, TicketTypeId},
};
use thiserror::Error;

use super::{DetailsInput, SettingsInput};
use crate::box_office::{
    BoxOffice,
    capacity::{DEFAULT_MAX_PER_ORDER, MAX_CAPACITY},
    validation::Violations,
};

/// Drafts an event together with its default ticket type, which is free and disabled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftEvent {
    pub event_id: EventId,
    pub organization_id: OrganizationId,
    pub details: DetailsInput,
    pub settings: SettingsInput,
    /// May be set later, but before publishing.
    pub total_capacity: Option<u32>,
    /// The id that the default ticket type "Standard" gets.
    pub default_ticket_type_id: TicketTypeId,
}

/// Why an event can't be drafted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DraftEventRejected {
    #[error("this event exists already")]
    AlreadyDrafted,
    #[error("the event can't be drafted like this: {0}")]
    Invalid(Violations),
}

impl DraftEvent {
    pub(in crate::box_office) fn decide(
        &self,
        office: &BoxOffice,
        _at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, DraftEventRejected> {
        if office.catalogue().is_some() {
            return Err(DraftEventRejected::AlreadyDrafted);
        }
        let mut violations = Violations::default();
        let details = self.details.over(None, &mut violations);
        let settings = self.settings.over(None, &mut violations);
        check_capacity(self.total_capacity, &mut violations);
        let details = violations.or(details).map_err(DraftEventRejected::Invalid)?;

        let mut events = vec![BoxOfficeEvent::EventDrafted {
            event_id: self.event_id,
            organization_id: self.organization_id,
            details,
            settings,
        }];
        events.extend(
            self.total_capacity
                .map(|total_capacity| BoxOfficeEvent::CapacitySet { total_capacity }),
        );
        events.push(BoxOfficeEvent::TicketTypeAdded {
            ticket_type_id: self.default_ticket_type_id,
            terms: TicketTypeTerms {
                name: "Standard".to_owned(),
                description: String::new(),
                price: Price::Free,
                allocation: None,
                sale_starts_at: None,
                sale_ends_at: None,
                min_per_order: 1,
                max_per_order: DEFAULT_MAX_PER_ORDER,
            },
            enabled: false,
        });
        Ok(events)
    }
}

fn check_capacity(total_capacity: Option<u32>, violations: &mut Violations) {
    if total_capacity.is_some_and(|total_capacity| total_capacity > MAX_CAPACITY) {
        violations.add(
            "/total_capacity",
            "out-of-range",
            format!("must not be more than {MAX_CAPACITY}"),
        );
    }
}
