//! Everything that may be asked of a box office, and every way it may say no.

use shared::{clock::Timestamp, events::box_office::BoxOfficeEvent, id::OrganizationId};
use thiserror::Error;

use super::{
    BoxOffice,
    capacity::{
        AddTicketType, AddTicketTypeRejected, ChangeTicketType, ChangeTicketTypeRejected,
        SetCapacity, SetCapacityRejected,
    },
    catalogue::{
        CancelEvent, CancelEventRejected, ChangeEvent, ChangeEventRejected, CompleteEvent,
        CompleteEventRejected, DraftEvent, DraftEventRejected, PublishEvent, PublishEventRejected,
    },
    order::{
        CompleteOrder, CompleteOrderRejected, RecordPayment, RecordPaymentFailure,
        RecordPaymentFailureRejected, RecordPaymentRejected, SettleRefund, SettleRefundRejected,
    },
    reservation::{
        ReleaseReservation, ReleaseReservationRejected, ReserveTickets, ReserveTicketsRejected,
        StartPayment, StartPaymentRejected,
    },
};

/// What may be asked of a box office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BoxOfficeCommand {
    DraftEvent(DraftEvent),
    ChangeEvent(ChangeEvent),
    PublishEvent(PublishEvent),
    CancelEvent(CancelEvent),
    CompleteEvent(CompleteEvent),
    SetCapacity(SetCapacity),
    AddTicketType(AddTicketType),
    ChangeTicketType(ChangeTicketType),
    ReserveTickets(ReserveTickets),
    ReleaseReservation(ReleaseReservation),
    StartPayment(StartPayment),
    RecordPayment(RecordPayment),
    RecordPaymentFailure(RecordPaymentFailure),
    CompleteOrder(CompleteOrder),
    SettleRefund(SettleRefund),
}

impl BoxOfficeCommand {
    /// Whether it sells, or prepares to: what nobody does for an organisation that is suspended.
    /// What was sold stays, and what is under way is settled.
    pub const fn sells(&self) -> bool {
        match self {
            Self::DraftEvent(_)
            | Self::PublishEvent(_)
            | Self::ReserveTickets(_)
            | Self::StartPayment(_) => true,
            Self::ChangeEvent(_)
            | Self::CancelEvent(_)
            | Self::CompleteEvent(_)
            | Self::SetCapacity(_)
            | Self::AddTicketType(_)
            | Self::ChangeTicketType(_)
            | Self::ReleaseReservation(_)
            | Self::RecordPayment(_)
            | Self::RecordPaymentFailure(_)
            | Self::CompleteOrder(_)
            | Self::SettleRefund(_) => false,
        }
    }

    /// Whose event it begins, if it begins one.
    pub const fn founder(&self) -> Option<OrganizationId> {
        match self {
            Self::DraftEvent(draft) => Some(draft.organization_id),
            Self::ChangeEvent(_)
            | Self::PublishEvent(_)
            | Self::CancelEvent(_)
            | Self::CompleteEvent(_)
            | Self::SetCapacity(_)
            | Self::AddTicketType(_)
            | Self::ChangeTicketType(_)
            | Self::ReserveTickets(_)
            | Self::ReleaseReservation(_)
            | Self::StartPayment(_)
            | Self::RecordPayment(_)
            | Self::RecordPaymentFailure(_)
            | Self::CompleteOrder(_)
            | Self::SettleRefund(_) => None,
        }
    }
}

macro_rules! from_each {
    ($($command:ident),* $(,)?) => {
        $(impl From<$command> for BoxOfficeCommand {
            fn from(command: $command) -> Self {
                Self::$command(command)
            }
        })*
    };
}

from_each!(
    DraftEvent,
    ChangeEvent,
    PublishEvent,
    CancelEvent,
    CompleteEvent,
    SetCapacity,
    AddTicketType,
    ChangeTicketType,
    ReserveTickets,
    ReleaseReservation,
    StartPayment,
    RecordPayment,
    RecordPaymentFailure,
    CompleteOrder,
    SettleRefund,
);

/// A rule said no. Nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BoxOfficeRejected {
    #[error(transparent)]
    DraftEvent(#[from] DraftEventRejected),
    #[error(transparent)]
    ChangeEvent(#[from] ChangeEventRejected),
    #[error(transparent)]
    PublishEvent(#[from] PublishEventRejected),
    #[error(transparent)]
    CancelEvent(#[from] CancelEventRejected),
    #[error(transparent)]
    CompleteEvent(#[from] CompleteEventRejected),
    #[error(transparent)]
    SetCapacity(#[from] SetCapacityRejected),
    #[error(transparent)]
    AddTicketType(#[from] AddTicketTypeRejected),
    #[error(transparent)]
    ChangeTicketType(#[from] ChangeTicketTypeRejected),
    #[error(transparent)]
    ReserveTickets(#[from] ReserveTicketsRejected),
    #[error(transparent)]
    ReleaseReservation(#[from] ReleaseReservationRejected),
    #[error(transparent)]
    StartPayment(#[from] StartPaymentRejected),
    #[error(transparent)]
    RecordPayment(#[from] RecordPaymentRejected),
    #[error(transparent)]
    RecordPaymentFailure(#[from] RecordPaymentFailureRejected),
    #[error(transparent)]
    CompleteOrder(#[from] CompleteOrderRejected),
    #[error(transparent)]
    SettleRefund(#[from] SettleRefundRejected),
}

impl BoxOffice {
    /// Decides one command as of `at`, which is never before an earlier decision.
    ///
    /// Holds that are due at `at` must have been expired before: apply [`BoxOffice::due`] until it
    /// is empty.
    ///
    /// # Errors
    ///
    /// The command's own rejection; nothing is to be recorded then.
    pub fn decide(
        &self,
        command: &BoxOfficeCommand,
        at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, BoxOfficeRejected> {
        Ok(match command {
            BoxOfficeCommand::DraftEvent(command) => command.decide(self, at)?,
            BoxOfficeCommand::ChangeEvent(command) => command.decide(self, at)?,
            BoxOfficeCommand::PublishEvent(command) => command.decide(self, at)?,
            BoxOfficeCommand::CancelEvent(command) => command.decide(self, at)?,
            BoxOfficeCommand::CompleteEvent(command) => command.decide(self, at)?,
            BoxOfficeCommand::SetCapacity(command) => command.decide(self, at)?,
            BoxOfficeCommand::AddTicketType(command) => command.decide(self, at)?,
            BoxOfficeCommand::ChangeTicketType(command) => command.decide(self, at)?,
            BoxOfficeCommand::ReserveTickets(command) => command.decide(self, at)?,
            BoxOfficeCommand::ReleaseReservation(command) => command.decide(self, at)?,
            BoxOfficeCommand::StartPayment(command) => command.decide(self, at)?,
            BoxOfficeCommand::RecordPayment(command) => command.decide(self, at)?,
            BoxOfficeCommand::RecordPaymentFailure(command) => command.decide(self, at)?,
            BoxOfficeCommand::CompleteOrder(command) => command.decide(self, at)?,
            BoxOfficeCommand::SettleRefund(command) => command.decide(self, at)?,
        })
    }
}
