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
