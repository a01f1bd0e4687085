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

#[cfg(test)]
mod tests {
    use shared::events::box_office::{EventDetails, Price};

    use super::*;
    use crate::box_office::testing::{
        REDUCED, STANDARD, START, added, after, cancelled, capacity, completed, details, drafted,
        given, published, terms,
    };

    const DAY: i64 = 24 * 3600;

    #[test]
    fn publishes_a_draft_with_capacity_and_an_enabled_type() {
        given(a_ready_draft()).when(PublishEvent {}).then([published()]);
    }

    #[test]
    fn a_capacity_of_zero_is_a_capacity() {
        given([drafted(), capacity(0), added(STANDARD, terms(Price::Free))])
            .when(PublishEvent {})
            .then([published()]);
    }

    #[test]
    fn lists_every_rule_that_blocks() {
        given([drafted()]).at(START + DAY).when(PublishEvent {}).then_violations(&[
            "/total_capacity capacity-not-set",
            "/ticket_types no-ticket-type-enabled",
            "/ends_at event-over",
        ]);
    }

    #[test]
    fn one_enabled_type_among_disabled_ones_is_enough() {
        let disabled = BoxOfficeEvent::TicketTypeDisabled { ticket_type_id: STANDARD };
        given(a_ready_draft())
            .and([disabled.clone()])
            .when(PublishEvent {})
            .then_violations(&["/ticket_types no-ticket-type-enabled"]);
        given(a_ready_draft())
            .and([disabled, added(REDUCED, terms(Price::Free))])
            .when(PublishEvent {})
            .then([published()]);
    }

    #[test]
    fn without_an_end_an_event_is_over_a_day_after_its_start() {
        given(a_ready_draft()).at(START + DAY - 1).when(PublishEvent {}).then([published()]);
        given(a_ready_draft())
            .at(START + DAY)
            .when(PublishEvent {})
            .then_violations(&["/ends_at event-over"]);
    }

    #[test]
    fn with_an_end_an_event_is_over_at_its_end() {
        let details = EventDetails { ends_at: Some(after(START + 10)), ..details() };
        let changed = BoxOfficeEvent::EventDetailsChanged { details };
        given(a_ready_draft())
            .and([changed.clone()])
            .at(START + 9)
            .when(PublishEvent {})
            .then([published()]);
        given(a_ready_draft())
            .and([changed])
            .at(START + 10)
            .when(PublishEvent {})
            .then_violations(&["/ends_at event-over"]);
    }

    #[test]
    fn rejects_anything_but_a_draft() {
        for (last, status) in [
            (published(), EventStatus::Published),
            (cancelled(), EventStatus::Cancelled),
            (completed(), EventStatus::Completed),
        ] {
            given(a_ready_draft())
                .and([last])
                .when(PublishEvent {})
                .then_rejected(PublishEventRejected::NotADraft { status });
        }
        given([]).when(PublishEvent {}).then_rejected(PublishEventRejected::EventUnknown);
    }

    #[test]
    fn a_dry_run_tells_the_same_rules() {
        let office = given([drafted()]).office();
        let codes: Vec<_> =
            blocking_rules(&office, after(0)).iter().map(|violation| violation.code).collect();
        assert_eq!(codes, ["capacity-not-set", "no-ticket-type-enabled"]);
        assert!(blocking_rules(&given(a_ready_draft()).office(), after(0)).is_empty());
    }

    fn a_ready_draft() -> [BoxOfficeEvent; 3] {
        [drafted(), capacity(10), added(STANDARD, terms(Price::Free))]
    }
}
