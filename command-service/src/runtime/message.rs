//! What goes into a mailbox and what comes out.

use shared::{
    auth::{Caller, Denied, Resource},
    clock::Timestamp,
    event_log::LogPosition,
    events::box_office::BoxOfficeEvent,
    id::{CommandId, OrganizationId, ReservationId},
    money::Currency,
};
use thiserror::Error;
use tokio::sync::oneshot;

use crate::{
    box_office::{BoxOffice, BoxOfficeCommand, BoxOfficeRejected},
    vault::Entry,
};

/// The first eight bytes of the SHA-256 of a request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestDigest(pub u64);

/// Who asks, under which name, and on what condition.
#[derive(Clone, Debug)]
pub struct CommandContext {
    /// The same id is decided once; nil marks what no one asked for (time passing).
    pub command_id: CommandId,
    /// The actor's name for the audit.
    pub actor: String,
    pub trace_id: String,
    /// Tells a repeated request from another one under the same idempotency key.
    pub digest: Option<RequestDigest>,
    /// Decide only if this is still the event's edition (`If-Match`).
    pub expected_edition: Option<u32>,
    /// Decide only for someone who may; to anyone else the event doesn't exist. Absent: ourselves.
    pub asker: Option<Asker>,
    /// What caused the command, for example `policy/fulfilment 3:871`.
    pub causation: Option<String>,
    /// Who the command is for: kept in the vault, durably, before an accepted command is answered.
    /// A refused one leaves nothing there.
    pub contact: Option<Entry>,
}

impl CommandContext {
    /// A command of a policy: its id derives from what caused it, so a second delivery of the
    /// same cause changes nothing.
    pub fn of_policy(name: &str, command_id: CommandId, trace_id: &str, causation: String) -> Self {
        Self {
            command_id,
            actor: format!("policy:{name}"),
            trace_id: trace_id.to_owned(),
            digest: None,
            expected_edition: None,
            asker: None,
            causation: Some(causation),
            contact: None,
        }
    }
}

/// A caller whose right depends on whose event it is.
#[derive(Clone, Debug)]
pub struct Asker {
    pub caller: Caller,
    /// The reservation the command is about, if it is about one.
    pub reservation: Option<ReservationId>,
}

impl Asker {
    /// Whether the caller may act on an event (or its reservation) of `organization`.
    pub(super) fn may_touch(
        &self,
        office: &BoxOffice,
        organization: OrganizationId,
    ) -> Result<(), Denied> {
        self.caller.may(match self.reservation {
            Some(reservation) => {
                let person = office.holder_of(reservation);
                Resource::Reservation { reservation, organization, person }
            }
            None => Resource::Organization(organization),
        })
    }
}

/// A decision that is durable.
#[derive(Clone, Debug)]
pub struct Committed {
    /// What this command caused, in order. Empty if there was nothing left to do.
    pub events: Vec<BoxOfficeEvent>,
    /// The time of the decision.
    pub at: Timestamp,
    /// The stream's position in the log, as of this decision or later.
    pub log_position: Option<LogPosition>,
    /// The currency of the event.
    pub currency: Option<Currency>,
    /// The command had been decided before; `events` are those of then.
    pub replayed: bool,
}

/// Why a command has no (new) effect.
#[derive(Debug, Error)]
pub enum ExecuteError {
    #[error(transparent)]
    Rejected(#[from] BoxOfficeRejected),
    #[error("there is no such event")]
    NotFound,
    #[error("the idempotency key was used for another request")]
    KeyReused,
    #[error("the event has changed: it is at edition {current}")]
    EditionMismatch { current: u32 },
    /// Whoever sells is suspended.
    #[error("the organizer is suspended: nothing is sold at present")]
    Suspended,
    /// Refused before any work was done; safe to repeat.
    #[error("too many commands are waiting for this event")]
    Overloaded,
    /// Not known to be decided; safe to repeat with the same command id.
    #[error("the log can't be written at present")]
    Unavailable,
}

/// An answer as the mailbox gives it: replays are read from the log by the asker.
pub(super) enum Reply {
    Decided(Committed),
    Repeated { first_version: i64, count: u16, at: Timestamp, currency: Option<Currency> },
}

pub(super) type ReplySender = oneshot::Sender<Result<Reply, ExecuteError>>;

/// Looks at a durable state.
pub(super) type Inspection = Box<dyn FnOnce(&BoxOffice, Option<LogPosition>) + Send>;

#[expect(clippy::large_enum_variant, reason = "nearly every message is a command")]
pub(super) enum Message {
    Command {
        command: BoxOfficeCommand,
        context: CommandContext,
        reply: ReplySender,
    },
    Inspect(Inspection),
    /// Holds may be due.
    Wake,
}

impl Message {
    /// Who a command is for, if that is to be kept.
    pub fn contact(&self) -> Option<&Entry> {
        match self {
            Self::Command { context, .. } => context.contact.as_ref(),
            Self::Inspect(_) | Self::Wake => None,
        }
    }
}
