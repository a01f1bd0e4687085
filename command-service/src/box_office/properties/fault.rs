//! Mistakes made on purpose, so that it is seen that they would be found.

use chrono::TimeDelta;
use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, Line, RefundReason},
};

use crate::box_office::{
    BoxOfficeCommand, BoxOfficeRejected,
    order::RecordPayment,
    reservation::{ReserveTickets, ReserveTicketsRejected},
};

/// What is made wrong on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    SellsWhatIsNotThere,
    IgnoresTheCap,
    LosesATicket,
    IssuesATicketTooMany,
    RefundsTwice,
    DropsMoney,
    ExpiresTooLate,
    FoldsNoRelease,
    SnapshotsLoseAnEvent,
    RefusesWhatIsThere,
}

impl Fault {
    /// Makes the decision wrong, if that is what this fault is about.
    pub fn spoil(
        self,
        command: &BoxOfficeCommand,
        decided: Result<Vec<BoxOfficeEvent>, BoxOfficeRejected>,
        at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, BoxOfficeRejected> {
        use BoxOfficeRejected::ReserveTickets as Refused;
        match (self, command, decided) {
            (
                Self::SellsWhatIsNotThere,
                BoxOfficeCommand::ReserveTickets(reserve),
                Err(Refused(ReserveTicketsRejected::InsufficientInventory { .. })),
            )
            | (
                Self::IgnoresTheCap,
                BoxOfficeCommand::ReserveTickets(reserve),
                Err(Refused(ReserveTicketsRejected::PerPersonCap { .. })),
            ) => Ok(vec![granted_anyway(reserve, at)]),
            (Self::RefusesWhatIsThere, BoxOfficeCommand::ReserveTickets(reserve), Ok(_))
                if reserve.items.len() > 1 =>
            {
                Err(ReserveTicketsRejected::NoItems.into())
            }
            (Self::LosesATicket, BoxOfficeCommand::RecordPayment(_), Ok(mut events))
                if events.len() > 1 =>
            {
                events.pop();
                Ok(events)
            }
            (Self::IssuesATicketTooMany, BoxOfficeCommand::RecordPayment(_), Ok(mut events))
                if events.len() > 1 =>
            {
                events.extend(events.last().cloned());
                Ok(events)
            }
            (Self::RefundsTwice, BoxOfficeCommand::RecordPayment(paid), Ok(events))
                if events.is_empty() =>
            {
                Ok(vec![refund_of(paid)])
            }
            (Self::DropsMoney, BoxOfficeCommand::RecordPayment(_), Ok(events))
                if events.len() == 1 =>
            {
                Ok(Vec::new())
            }
            (_, _, decided) => decided,
        }
    }
}

fn granted_anyway(reserve: &ReserveTickets, at: Timestamp) -> BoxOfficeEvent {
    BoxOfficeEvent::ReservationCreated {
        reservation_id: reserve.reservation_id,
        person_id: reserve.person_id,
        lines: reserve
            .items
            .iter()
            .map(|item| Line {
                ticket_type_id: item.ticket_type_id,
                quantity: item.quantity,
                unit_price_minor: 1,
            })
            .collect(),
        expires_at: at + TimeDelta::minutes(1),
    }
}

fn refund_of(paid: &RecordPayment) -> BoxOfficeEvent {
    BoxOfficeEvent::RefundRequested {
        reservation_id: paid.reservation_id,
        provider: paid.provider,
        payment_reference: paid.payment_reference.clone(),
        amount_minor: paid.amount_minor,
        currency: paid.currency,
        reason: RefundReason::AlreadyPaid,
    }
}
