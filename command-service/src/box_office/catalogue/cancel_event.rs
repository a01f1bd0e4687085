//! An organizer calls an event off: nothing can be bought any more and every hold is over.

use shared::{clock::Timestamp, events::box_office::BoxOfficeEvent};
use thiserror::Error;

use crate::box_office::{
    BoxOffice, EventStatus,
    validation::{TextRule, Violations},
};

const REASON: TextRule = TextRule::lines(1_000);

/// Cancels a draft or a published event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelEvent {
    /// Told to those who hold tickets.
    pub reason: String,
}

/// Why an event can't be cancelled.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CancelEventRejected {
    #[error("there is no such event")]
    EventUnknown,
    #[error("the event is {} already", .status.name())]
    EventClosed { status: EventStatus },
    #[error("the event can't be cancelled like this: {0}")]
    Invalid(Violations),
}

impl CancelEvent {
    pub(in crate::box_office) fn decide(
        &self,
        office: &BoxOffice,
        _at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, CancelEventRejected> {
        let catalogue = office.catalogue().ok_or(CancelEventRejected::EventUnknown)?;
        if catalogue.status.is_final() {
            return Err(CancelEventRejected::EventClosed { status: catalogue.status });
        }
        let mut violations = Violations::default();
        violations.check_required_text("/reason", &self.reason, REASON);
        violations
            .or(Some(vec![BoxOfficeEvent::EventCancelled { reason: self.reason.clone() }]))
            .map_err(CancelEventRejected::Invalid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::box_office::{
        Standing,
        testing::{
            ALICE, STANDARD, cancelled, completed, drafted, given, held, on_sale, paid, paying,
            reservation,
        },
    };

    #[test]
    fn cancels_drafts_and_published_events() {
        given([drafted()]).when(because("Rain")).then([cancelled()]);
        given(on_sale(1)).when(because("Rain")).then([cancelled()]);
    }

    #[test]
    fn ends_every_hold_and_keeps_what_is_sold() {
        let office = given(on_sale(10))
            .and([held(1, 2), held(2, 3)])
            .and(paid(2, 3))
            .and([held(3, 1), paying(3, 1), cancelled()])
            .office();
        assert_eq!((office.held(), office.sold()), (0, 3));
        assert_eq!(office.tickets_of(ALICE), 3);
        assert_eq!(office.standing(reservation(1)), Standing::EventCancelled);
        assert_eq!(office.standing(reservation(2)), Standing::Consumed);
        assert_eq!(office.standing(reservation(3)), Standing::EventCancelled);
        assert_eq!(office.next_deadline(), None);
        assert_eq!(office.available(STANDARD), 7);
    }

    #[test]
    fn rejects_an_event_that_is_closed_already() {
        given([drafted(), cancelled()])
            .when(because("Rain"))
            .then_rejected(CancelEventRejected::EventClosed { status: EventStatus::Cancelled });
        given(on_sale(1))
            .and([completed()])
            .when(because("Rain"))
            .then_rejected(CancelEventRejected::EventClosed { status: EventStatus::Completed });
        given([]).when(because("Rain")).then_rejected(CancelEventRejected::EventUnknown);
    }

    #[test]
    fn wants_a_reason_of_at_most_a_thousand_characters() {
        assert_eq!(given([drafted()]).when(because(&"r".repeat(1000))).events().len(), 1);
        given([drafted()]).when(because(&"r".repeat(1001))).then_violations(&["/reason too-long"]);
        given([drafted()]).when(because("\n ")).then_violations(&["/reason required"]);
    }

    fn because(reason: &str) -> CancelEvent {
        CancelEvent { reason: reason.to_owned() }
    }
}
