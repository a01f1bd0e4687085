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
