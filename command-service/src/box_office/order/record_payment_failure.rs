//! A provider reports that a payment failed: the buyer may try again while the hold lasts.

use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, Provider},
    id::ReservationId,
};
use thiserror::Error;

use crate::box_office::BoxOffice;

/// Notes a failed attempt on an active hold. For anything else there is nothing to note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPaymentFailure {
    pub reservation_id: ReservationId,
    pub provider: Provider,
    pub payment_reference: String,
    /// The provider's code, for example `card_declined`.
    pub code: String,
}

/// Why a failure can't be noted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecordPaymentFailureRejected {
    #[error("there is no such event")]
    EventUnknown,
}

impl RecordPaymentFailure {
    pub(in crate::box_office) fn decide(
        &self,
        office: &BoxOffice,
        _at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, RecordPaymentFailureRejected> {
        if office.catalogue().is_none() {
            return Err(RecordPaymentFailureRejected::EventUnknown);
        }
        let is_news = office.hold(self.reservation_id).is_some()
            && !office.is_settled(self.provider, &self.payment_reference);
        if !is_news {
            return Ok(Vec::new());
        }
        Ok(vec![BoxOfficeEvent::PaymentFailed {
            reservation_id: self.reservation_id,
            provider: self.provider,
            payment_reference: self.payment_reference.clone(),
            code: self.code.clone(),
        }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::box_office::testing::{
        TTL, expired, given, held, on_sale, paid, paying, reservation,
    };

    #[test]
    fn is_noted_and_the_hold_stands() {
        given(on_sale(5)).and([held(1, 2), paying(1, 2)]).when(declined()).then([failed()]);
        let office = given(on_sale(5)).and([held(1, 2), paying(1, 2), failed()]).office();
        assert!(office.hold(reservation(1)).is_some());
        assert!(office.payment_of(reservation(1)).is_some());
    }

    #[test]
    fn is_no_news_once_the_payment_succeeded() {
        given(on_sale(5)).and([held(1, 2)]).and(paid(1, 2)).when(declined()).then_nothing();
    }

    #[test]
    fn is_no_news_when_the_hold_is_over() {
        given(on_sale(5))
            .and([held(1, 2), paying(1, 2)])
            .at(TTL)
            .when(declined())
            .then([expired(1)]);
        given(on_sale(5)).when(declined()).then_nothing();
    }

    #[test]
    fn rejects_an_unknown_event() {
        given([]).when(declined()).then_rejected(RecordPaymentFailureRejected::EventUnknown);
    }

    fn declined() -> RecordPaymentFailure {
        RecordPaymentFailure {
            reservation_id: reservation(1),
            provider: Provider::Stripe,
            payment_reference: "pi_1".to_owned(),
            code: "card_declined".to_owned(),
        }
    }

    fn failed() -> BoxOfficeEvent {
        BoxOfficeEvent::PaymentFailed {
            reservation_id: reservation(1),
            provider: Provider::Stripe,
            payment_reference: "pi_1".to_owned(),
            code: "card_declined".to_owned(),
        }
    }
}
