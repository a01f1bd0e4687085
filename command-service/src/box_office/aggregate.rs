//! The box office as cqrs-es knows aggregates: for its test framework and for stock tooling.
//!
//! The service itself doesn't run commands this way; see the runtime.

use cqrs_es::{Aggregate, event_sink::EventSink};
use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, STREAM_TYPE},
};

use super::{BoxOffice, BoxOfficeCommand, BoxOfficeRejected};

impl Aggregate for BoxOffice {
    const TYPE: &'static str = STREAM_TYPE;
    type Command = BoxOfficeCommand;
    type Event = BoxOfficeEvent;
    type Error = BoxOfficeRejected;
    /// The instant of the decision.
    type Services = Timestamp;

    async fn handle(
        &mut self,
        command: Self::Command,
        at: &Self::Services,
        sink: &EventSink<Self>,
    ) -> Result<(), Self::Error> {
        let at = self.as_of().max(*at);
        loop {
            let due = self.due(at);
            if due.is_empty() {
                break;
            }
            for event in due {
                sink.write(event, self).await;
            }
        }
        for event in self.decide(&command, at)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    /// Without the envelope the instant is only known as far as the events themselves tell it.
    fn apply(&mut self, event: Self::Event) {
        let at = self.told_by(&event);
        Self::apply(self, &event, at);
    }
}
