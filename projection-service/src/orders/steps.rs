//! The steps of a purchase: what happened about the money of a reservation.

use serde::{Deserialize, Serialize};
use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, Provider},
    id::{EventId, OrderId, ReservationId},
    money::Currency,
};
use utoipa::ToSchema;

use crate::{codes, projection::Fact, unreadable::Unreadable};

/// One thing that happened about the money of a reservation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    pub order_id: OrderId,
    pub position: i64,
    pub event_id: EventId,
    pub at: Timestamp,
    pub kind: StepKind,
    pub provider: Option<Provider>,
    pub amount_minor: Option<i64>,
    pub currency: Option<Currency>,
    pub reference: Option<&'a str>,
    pub code: Option<&'a str>,
}

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The tickets were held.
    Held,
    /// The hold's time ran out.
    Expired,
    /// The hold was given back.
    Released,
    /// An attempt to pay was begun.
    PaymentStarted,
    /// The provider declined.
    PaymentFailed,
    /// The purchase stands.
    Paid,
    /// The tickets exist.
    Issued,
    /// The confirmation was handed over.
    Completed,
    /// Money is to go back.
    RefundRequested,
    /// The provider took the refund on.
    RefundSettled,
}

impl StepKind {
    /// The word of the API and of the read table.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Expired => "expired",
            Self::Released => "released",
            Self::PaymentStarted => "payment_started",
            Self::PaymentFailed => "payment_failed",
            Self::Paid => "paid",
            Self::Issued => "issued",
            Self::Completed => "completed",
            Self::RefundRequested => "refund_requested",
            Self::RefundSettled => "refund_settled",
        }
    }

    /// The step of this word, as far as it is kept in the read table.
    ///
    /// # Errors
    ///
    /// [`Unreadable`] if there is none.
    pub fn parse(code: &str) -> Result<Self, Unreadable> {
        match code {
            "payment_started" => Ok(Self::PaymentStarted),
            "payment_failed" => Ok(Self::PaymentFailed),
            "paid" => Ok(Self::Paid),
            "completed" => Ok(Self::Completed),
            "refund_requested" => Ok(Self::RefundRequested),
            "refund_settled" => Ok(Self::RefundSettled),
            other => Err(Unreadable::new("step", other)),
        }
    }
}

impl<'a> Step<'a> {
    /// The step that a fact is, if it is one.
    pub fn of(fact: &Fact<'a>) -> Option<Self> {
        match fact.event {
            BoxOfficeEvent::PaymentStarted { reservation_id, provider, amount_minor, .. } => {
                let step = Self::new(fact, *reservation_id, StepKind::PaymentStarted);
                Some(Self { provider: Some(*provider), amount_minor: Some(*amount_minor), ..step })
            }
            BoxOfficeEvent::PaymentFailed {
                reservation_id,
                provider,
                payment_reference,
                code,
                ..
            } => {
                let step = Self::new(fact, *reservation_id, StepKind::PaymentFailed);
                Some(Self {
                    provider: Some(*provider),
                    reference: Some(payment_reference),
                    code: Some(code),
                    ..step
                })
            }
            BoxOfficeEvent::OrderPaid {
                order_id,
                total_minor,
                provider,
                payment_reference,
                ..
            } => {
                let step = Self::new(fact, (*order_id).into(), StepKind::Paid);
                Some(Self {
                    provider: Some(*provider),
                    amount_minor: Some(*total_minor),
                    reference: Some(payment_reference),
                    ..step
                })
            }
            BoxOfficeEvent::OrderCompleted { order_id } => {
                Some(Self::new(fact, (*order_id).into(), StepKind::Completed))
            }
            BoxOfficeEvent::RefundRequested { .. } | BoxOfficeEvent::RefundSettled { .. } => {
                Self::of_refund(fact)
            }
            BoxOfficeEvent::EventDrafted { .. }
            | BoxOfficeEvent::EventDetailsChanged { .. }
            | BoxOfficeEvent::SalesSettingsChanged { .. }
            | BoxOfficeEvent::EventPublished {}
            | BoxOfficeEvent::EventCancelled { .. }
            | BoxOfficeEvent::EventCompleted {}
            | BoxOfficeEvent::CapacitySet { .. }
            | BoxOfficeEvent::TicketTypeAdded { .. }
            | BoxOfficeEvent::TicketTypeChanged { .. }
            | BoxOfficeEvent::TicketTypeEnabled { .. }
            | BoxOfficeEvent::TicketTypeDisabled { .. }
            | BoxOfficeEvent::ReservationCreated { .. }
            | BoxOfficeEvent::ReservationExtended { .. }
            | BoxOfficeEvent::ReservationExpired { .. }
            | BoxOfficeEvent::ReservationReleased { .. }
            | BoxOfficeEvent::TicketIssued { .. } => None,
        }
    }

    fn of_refund(fact: &Fact<'a>) -> Option<Self> {
        if let BoxOfficeEvent::RefundRequested {
            reservation_id,
            provider,
            payment_reference,
            amount_minor,
            currency,
            reason,
        } = fact.event
        {
            let step = Self::new(fact, *reservation_id, StepKind::RefundRequested);
            Some(Self {
                provider: Some(*provider),
                amount_minor: Some(*amount_minor),
                currency: Some(*currency),
                reference: Some(payment_reference),
                code: Some(codes::refund_reason(*reason)),
                ..step
            })
        } else if let BoxOfficeEvent::RefundSettled {
            reservation_id,
            provider,
            refund_reference,
            amount_minor,
            ..
        } = fact.event
        {
            let step = Self::new(fact, *reservation_id, StepKind::RefundSettled);
            Some(Self {
                provider: Some(*provider),
                amount_minor: Some(*amount_minor),
                reference: Some(refund_reference),
                ..step
            })
        } else {
            None
        }
    }

    fn new(fact: &Fact<'a>, reservation: ReservationId, kind: StepKind) -> Self {
        Self {
            order_id: reservation.into(),
            position: fact.position,
            event_id: fact.event_id,
            at: fact.at,
            kind,
            provider: None,
            amount_minor: None,
            currency: None,
            reference: None,
            code: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::events::box_office::RefundReason;

    use super::*;
    use crate::samples::{self, fact};

    #[test]
    fn a_refund_names_its_reason_and_money() {
        let requested = fact(
            7,
            BoxOfficeEvent::RefundRequested {
                reservation_id: samples::reservation_id(1),
                provider: Provider::Stripe,
                payment_reference: "pi_1".to_owned(),
                amount_minor: 5000,
                currency: Currency::EUR,
                reason: RefundReason::TooLate,
            },
        );
        let step = Step::of(&requested).unwrap();
        assert_eq!((step.kind, step.position), (StepKind::RefundRequested, 7));
        assert_eq!((step.code, step.amount_minor), (Some("too_late"), Some(5000)));
    }

    #[test]
    fn a_hold_alone_moves_no_money() {
        assert_eq!(Step::of(&fact(1, samples::reserved(1, 2))), None);
    }

    #[test]
    fn the_kept_kinds_are_read_as_they_are_written() {
        for kind in [
            StepKind::PaymentStarted,
            StepKind::PaymentFailed,
            StepKind::Paid,
            StepKind::Completed,
            StepKind::RefundRequested,
            StepKind::RefundSettled,
        ] {
            assert_eq!(StepKind::parse(kind.code()), Ok(kind));
        }
    }
}
