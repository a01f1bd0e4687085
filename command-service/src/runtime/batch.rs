//! Decides the commands of one batch, one after the other, each on the state the ones before it
//! left behind.

use std::sync::Arc;

use shared::{
    clock::Timestamp,
    event_log::{LogPosition, Metadata, NewEvent, StreamAppend},
    events::box_office::BoxOfficeEvent,
    id::{CommandId, EventId},
    money::Currency,
};

use super::{
    message::{CommandContext, Committed, ExecuteError, Message, Reply, RequestDigest},
    registry::{Surroundings, stream_of},
    resident::Resident,
};
use crate::{box_office::BoxOfficeCommand, vault::Entry};

/// A batch takes no further command once it holds this many events.
const ENOUGH_EVENTS: usize = 1_000;

/// What was decided and waits to become durable.
pub(super) struct Batch {
    at: Timestamp,
    expected_version: i64,
    staged: Vec<NewEvent>,
    outcomes: Vec<Outcome>,
}

enum Outcome {
    Decided(Vec<BoxOfficeEvent>),
    Repeated {
        first_version: i64,
        count: u16,
    },
    Refused(ExecuteError),
    /// A question or a wake-up: nothing was decided.
    Nothing,
}

impl Batch {
    /// Lets time pass, then decides as many of `waiting` as fit.
    pub fn decide(resident: &mut Resident, waiting: &[Message], around: &Surroundings) -> Self {
        let at = resident.not_before_last(around.clock.now());
        let mut batch = Self {
            at,
            expected_version: resident.version(),
            staged: Vec::with_capacity(waiting.len() + 8),
            outcomes: Vec::with_capacity(waiting.len()),
        };
        batch.expire_due(resident);
        for message in waiting {
            if batch.staged.len() >= ENOUGH_EVENTS {
                break;
            }
            let outcome = match message {
                Message::Command { command, context, .. } => {
                    batch.decide_one(resident, command, context, around)
                }
                Message::Inspect(_) | Message::Wake => Outcome::Nothing,
            };
            batch.outcomes.push(outcome);
        }
        batch
    }

    /// Records the end of every hold whose time has come.
    fn expire_due(&mut self, resident: &mut Resident) {
        loop {
            let due = resident.office().due(self.at);
            if due.is_empty() {
                return;
            }
            let nobody = CommandId::new(uuid::Uuid::nil());
            let metadata = Metadata {
                command_id: nobody,
                at: self.at,
                actor: "system:expiry".to_owned(),
                trace_id: String::new(),
                digest: None,
                causation: None,
            };
            self.stage(resident, &due, &metadata, None);
        }
    }

    fn decide_one(
        &mut self,
        resident: &mut Resident,
        command: &BoxOfficeCommand,
        context: &CommandContext,
        around: &Surroundings,
    ) -> Outcome {
        if let Some(known) = resident.known(context.command_id) {
            if !known.is_same_request(context.digest) {
                return Outcome::Refused(ExecuteError::KeyReused);
            }
            let (first_version, count) = (known.first_version, known.count);
            return Outcome::Repeated { first_version, count };
        }
        if let Err(refused) = permitted(resident, command, context) {
            return Outcome::Refused(refused);
        }
        let seller = resident.office().organization_id().or(command.founder());
        if command.sells() && seller.is_some_and(|seller| around.withdrawn.is_suspended(seller)) {
            return Outcome::Refused(ExecuteError::Suspended);
        }
        match resident.office().decide(command, self.at) {
            Ok(events) => {
                if !events.is_empty() {
                    let metadata = metadata_of(context, self.at);
                    self.stage(resident, &events, &metadata, context.digest);
                }
                Outcome::Decided(events)
            }
            Err(rejected) => Outcome::Refused(rejected.into()),
        }
    }

    fn stage(
        &mut self,
        resident: &mut Resident,
        events: &[BoxOfficeEvent],
        metadata: &Metadata,
        digest: Option<RequestDigest>,
    ) {
        let metadata_json = metadata.to_json();
        for event in events {
            resident.apply(event, self.at, metadata.command_id, digest);
            self.staged.push(NewEvent::box_office(event, Arc::clone(&metadata_json)));
        }
    }

    /// How many of the waiting messages were taken.
    pub fn taken(&self) -> usize {
        self.outcomes.len()
    }

    /// What has to become durable before anyone is answered; nothing if nothing was decided.
    pub fn take_append(&mut self, event: EventId, resident: &Resident) -> Option<StreamAppend> {
        if self.staged.is_empty() {
            return None;
        }
        Some(StreamAppend {
            stream: stream_of(event),
            expected_version: self.expected_version,
            next_deadline: resident.office().next_deadline(),
            events: std::mem::take(&mut self.staged),
        })
    }

    /// The people behind the commands that were accepted, now or before.
    pub fn contacts(&self, waiting: &[Message]) -> Vec<Entry> {
        let taken = waiting.iter().zip(&self.outcomes);
        let accepted = taken.filter(|(_, outcome)| {
            matches!(outcome, Outcome::Decided(_) | Outcome::Repeated { .. })
        });
        accepted.filter_map(|(message, _)| message.contact().cloned()).collect()
    }

    /// Answers the messages that were taken, in order. Without its person `kept`, a command is not
    /// known to be done: whoever asked asks again with the same key.
    pub fn answer(self, messages: impl Iterator<Item = Message>, resident: &Resident, kept: bool) {
        let (at, log_position) = (self.at, resident.log_position());
        let currency = resident.office().currency();
        for (message, outcome) in messages.zip(self.outcomes) {
            let kept = kept || message.contact().is_none();
            match message {
                Message::Command { reply, .. } => {
                    let answer = outcome.into_reply(at, log_position, currency);
                    let answer = answer.and_then(|reply| {
                        if kept { Ok(reply) } else { Err(ExecuteError::Unavailable) }
                    });
                    // Whoever asked may have gone; the decision stands.
                    let _ = reply.send(answer);
                }
                Message::Inspect(inspection) => inspection(resident.office(), log_position),
                Message::Wake => {}
            }
        }
    }
}

impl Outcome {
    fn into_reply(
        self,
        at: Timestamp,
        log_position: Option<LogPosition>,
        currency: Option<Currency>,
    ) -> Result<Reply, ExecuteError> {
        match self {
            Self::Decided(events) => Ok(Reply::Decided(Committed {
                events,
                at,
                log_position,
                currency,
                replayed: false,
            })),
            Self::Repeated { first_version, count } => {
                Ok(Reply::Repeated { first_version, count, at, currency })
            }
            Self::Refused(error) => Err(error),
            Self::Nothing => Err(ExecuteError::Unavailable),
        }
    }
}

/// Checks the conditions that came with the command, before any rule is asked.
fn permitted(
    resident: &Resident,
    command: &BoxOfficeCommand,
    context: &CommandContext,
) -> Result<(), ExecuteError> {
    let office = resident.office();
    let drafts = matches!(command, BoxOfficeCommand::DraftEvent(_));
    if resident.version() == 0 && !drafts {
        return Err(ExecuteError::NotFound);
    }
    if let (Some(asker), Some(organization)) = (&context.asker, office.organization_id())
        && asker.may_touch(office, organization).is_err()
    {
        return Err(ExecuteError::NotFound);
    }
    let current = office.edition();
    if context.expected_edition.is_some_and(|expected| expected != current) {
        return Err(ExecuteError::EditionMismatch { current });
    }
    Ok(())
}

fn metadata_of(context: &CommandContext, at: Timestamp) -> Metadata {
    Metadata {
        command_id: context.command_id,
        at,
        actor: context.actor.clone(),
        trace_id: context.trace_id.clone(),
        digest: context.digest.map(|RequestDigest(digest)| format!("{digest:016x}")),
        causation: context.causation.clone(),
    }
}
