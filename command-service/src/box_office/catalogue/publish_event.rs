//! An organizer publishes an event: customers see it and can buy.

use shared::{clock::Timestamp, events::box_office::BoxOfficeEvent};
use thiserror::Error;

use crate::box_office::{BoxOffice, EventStatus, state::TicketType, validation::Violations};

/// Publishes a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishEvent {}

/// Why an event can't be published.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PublishEventRejected {
    #[error("there is no such event")]
    EventUnknown,
    #[error("only a draft can be published; this event is {}", .status.name())]
    NotADraft { status: EventStatus },
    #[error("the event can't be published yet: {0}")]
    Blocked(Violations),
}

impl PublishEvent {
    #[expect(clippy::unused_self, reason = "every command decides in the same way")]
    pub(in crate::box_office) fn decide(
        &self,
        office: &BoxOffice,
        at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, PublishEventRejected> {
        let catalogue = office.catalogue().ok_or(PublishEventRejected::EventUnknown)?;
        match catalogue.status {
            EventStatus::Draft => {}
            status @ (EventStatus::Published | EventStatus::Completed | EventStatus::Cancelled) => {
                return Err(PublishEventRejected::NotADraft { status });
            }
        }
        blocking_rules(office, at)
            .or(Some(vec![BoxOfficeEvent::EventPublished {}]))
            .map_err(PublishEventRejected::Blocked)
    }
}

/// Everything that keeps a draft from being published as of `at`; pointers go into the event view.
pub fn blocking_rules(office: &BoxOffice, at: Timestamp) -> Violations {
    let mut violations = Violations::default();
    if office.total_capacity().is_none() {
        violations.add("/total_capacity", "capacity-not-set", "the capacity must be set");
    }
    if !office.ticket_types().any(TicketType::is_enabled) {
        violations.add(
            "/ticket_types",
            "no-ticket-type-enabled",
            "at least one ticket type must be enabled",
        );
    }
    if office.is_over(at) {
        violations.add("/ends_at", "event-over", "the event is over already");
    }
    violations
}
