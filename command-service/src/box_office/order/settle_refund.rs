//! A provider took on a refund that was asked for.

use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, Provider},
    id::ReservationId,
};
use thiserror::Error;

use crate::box_office::{BoxOffice, state::RefundStatus};

/// Settles a requested refund. Settling a settled one again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettleRefund {
    pub reservation_id: ReservationId,
    pub provider: Provider,
    pub payment_reference: String,
    /// The provider's name of the refund.
    pub refund_reference: String,
    pub amount_minor: i64,
}

/// Why a refund can't be settled.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SettleRefundRejected {
    #[error("no refund of this payment was requested")]
    RefundUnknown,
    #[error("a refund of {requested_minor} minor units was requested, not of {amount_minor}")]
    WrongAmount { requested_minor: i64, amount_minor: i64 },
}

impl SettleRefund {
    pub(in crate::box_office) fn decide(
        &self,
        office: &BoxOffice,
        _at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, SettleRefundRejected> {
        let refund = office
            .refund(self.provider, &self.payment_reference)
            .filter(|refund| refund.reservation_id == self.reservation_id)
            .ok_or(SettleRefundRejected::RefundUnknown)?;
        if refund.amount_minor != self.amount_minor {
            return Err(SettleRefundRejected::WrongAmount {
                requested_minor: refund.amount_minor,
                amount_minor: self.amount_minor,
            });
        }
        match refund.status {
            RefundStatus::Settled => Ok(Vec::new()),
            RefundStatus::Requested => Ok(vec![BoxOfficeEvent::RefundSettled {
                reservation_id: self.reservation_id,
                provider: self.provider,
                payment_reference: self.payment_reference.clone(),
                refund_reference: self.refund_reference.clone(),
                amount_minor: self.amount_minor,
            }]),
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::{events::box_office::RefundReason, money::Currency};

    use super::*;
    use crate::box_office::testing::{given, on_sale, reservation};

    #[test]
    fn settles_what_was_requested() {
        given(on_sale(1)).and([requested()]).when(settling()).then([settled()]);
    }

    #[test]
    fn changes_nothing_the_second_time() {
        given(on_sale(1)).and([requested(), settled()]).when(settling()).then_nothing();
    }

    #[test]
    fn rejects_another_amount_than_was_requested() {
        let more = SettleRefund { amount_minor: 701, ..settling() };
        given(on_sale(1)).and([requested()]).when(more).then_rejected(
            SettleRefundRejected::WrongAmount { requested_minor: 700, amount_minor: 701 },
        );
    }

    #[test]
    fn rejects_what_nobody_requested() {
        given(on_sale(1)).when(settling()).then_rejected(SettleRefundRejected::RefundUnknown);
        let of_another = SettleRefund { reservation_id: reservation(2), ..settling() };
        given(on_sale(1))
            .and([requested()])
            .when(of_another)
            .then_rejected(SettleRefundRejected::RefundUnknown);
    }

    fn settling() -> SettleRefund {
        SettleRefund {
            reservation_id: reservation(1),
            provider: Provider::Stripe,
            payment_reference: "pi_1".to_owned(),
            refund_reference: "re_1".to_owned(),
            amount_minor: 700,
        }
    }

    fn requested() -> BoxOfficeEvent {
        BoxOfficeEvent::RefundRequested {
            reservation_id: reservation(1),
            provider: Provider::Stripe,
            payment_reference: "pi_1".to_owned(),
            amount_minor: 700,
            currency: Currency::EUR,
            reason: RefundReason::UnknownReservation,
        }
    }

    fn settled() -> BoxOfficeEvent {
        BoxOfficeEvent::RefundSettled {
            reservation_id: reservation(1),
            provider: Provider::Stripe,
            payment_reference: "pi_1".to_owned(),
            refund_reference: "re_1".to_owned(),
            amount_minor: 700,
        }
    }
}
