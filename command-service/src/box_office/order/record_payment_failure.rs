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
