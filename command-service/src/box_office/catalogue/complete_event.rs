//! An organizer closes an event that is over.

use shared::{clock::Timestamp, events::box_office::BoxOfficeEvent};
use thiserror::Error;

use crate::box_office::{BoxOffice, EventStatus};

/// Completes a published event. Holds that are still active run on and may be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompleteEvent {}

/// Why an event can't be completed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CompleteEventRejected {
    #[error("there is no such event")]
    EventUnknown,
    #[error("only a published event can be completed; this event is {}", .status.name())]
    NotPublished { status: EventStatus },
    #[error("the event isn't over before {over_at}")]
    NotOver { over_at: Timestamp },
}

impl CompleteEvent {
    #[expect(clippy::unused_self, reason = "every command decides in the same way")]
    pub(in crate::box_office) fn decide(
        &self,
        office: &BoxOffice,
        at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, CompleteEventRejected> {
        let catalogue = office.catalogue().ok_or(CompleteEventRejected::EventUnknown)?;
        match catalogue.status {
            EventStatus::Published => {}
            status @ (EventStatus::Draft | EventStatus::Completed | EventStatus::Cancelled) => {
                return Err(CompleteEventRejected::NotPublished { status });
            }
        }
        let over_at = catalogue.details.ends_at.unwrap_or(catalogue.details.starts_at);
        if at < over_at {
            return Err(CompleteEventRejected::NotOver { over_at });
        }
        Ok(vec![BoxOfficeEvent::EventCompleted {}])
    }
}

#[cfg(test)]
mod tests {
    use shared::events::box_office::EventDetails;

    use super::*;
    use crate::box_office::testing::{
        START, after, cancelled, completed, details, drafted, expired, given, held, on_sale,
    };

    #[test]
    fn completes_once_the_end_has_come() {
        let details = EventDetails { ends_at: Some(after(START + 10)), ..details() };
        let changed = BoxOfficeEvent::EventDetailsChanged { details };
        given(on_sale(1))
            .and([changed.clone()])
            .at(START + 10)
            .when(CompleteEvent {})
            .then([completed()]);
        given(on_sale(1))
            .and([changed])
            .at(START + 9)
            .when(CompleteEvent {})
            .then_rejected(CompleteEventRejected::NotOver { over_at: after(START + 10) });
    }

    #[test]
    fn without_an_end_the_start_is_enough() {
        given(on_sale(1)).at(START).when(CompleteEvent {}).then([completed()]);
        given(on_sale(1))
            .at(START - 1)
            .when(CompleteEvent {})
            .then_rejected(CompleteEventRejected::NotOver { over_at: after(START) });
    }

    #[test]
    fn leaves_active_holds_alone() {
        let office = given(on_sale(5)).and([held(1, 2), completed()]).office();
        assert_eq!(office.held(), 2);
        given(on_sale(5))
            .and([held(1, 2)])
            .at(START)
            .when(CompleteEvent {})
            .then([expired(1), completed()]);
    }

    #[test]
    fn rejects_anything_but_a_published_event() {
        for (last, status) in [
            (drafted(), EventStatus::Draft),
            (cancelled(), EventStatus::Cancelled),
            (completed(), EventStatus::Completed),
        ] {
            given([drafted(), last])
                .at(START)
                .when(CompleteEvent {})
                .then_rejected(CompleteEventRejected::NotPublished { status });
        }
        given([]).when(CompleteEvent {}).then_rejected(CompleteEventRejected::EventUnknown);
    }
}
