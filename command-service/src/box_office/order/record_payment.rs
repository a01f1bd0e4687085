//! A provider reports that money came: it becomes an order, or it goes back. Nothing is dropped.

use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, LatePayment, Provider, RefundReason},
    id::{OrderId, PersonId, ReservationId},
    money::Currency,
};
use thiserror::Error;

use super::{Payment, paid_order};
use crate::box_office::{
    BoxOffice, EventStatus,
    state::{Catalogue, Lines},
};

/// Settles money that came for a reservation.
///
/// A reference that was settled before changes nothing, whatever the outcome was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPayment {
    pub reservation_id: ReservationId,
    pub provider: Provider,
    /// The provider's name of the payment.
    pub payment_reference: String,
    pub amount_minor: i64,
    pub currency: Currency,
}

/// Why a report can't be taken. The money isn't settled: someone must look at it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecordPaymentRejected {
    #[error("there is no such event")]
    EventUnknown,
    #[error("a payment must name its provider and its reference")]
    ReferenceMissing,
    #[error("a payment of {amount_minor} minor units is none")]
    NothingPaid { amount_minor: i64 },
}

/// What was bought: the lines of a hold or of one that ended.
#[derive(Clone, Copy)]
struct Purchase<'office> {
    person_id: PersonId,
    lines: &'office Lines,
    late: bool,
}

impl RecordPayment {
    pub(in crate::box_office) fn decide(
        &self,
        office: &BoxOffice,
        _at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, RecordPaymentRejected> {
        let catalogue = office.catalogue().ok_or(RecordPaymentRejected::EventUnknown)?;
        if self.payment_reference.is_empty() || self.provider == Provider::None {
            return Err(RecordPaymentRejected::ReferenceMissing);
        }
        if self.amount_minor <= 0 {
            return Err(RecordPaymentRejected::NothingPaid { amount_minor: self.amount_minor });
        }
        if office.is_settled(self.provider, &self.payment_reference) {
            return Ok(Vec::new());
        }
        Ok(match self.purchase(office, catalogue) {
            Ok(purchase) => paid_order(
                OrderId::from(self.reservation_id),
                purchase.person_id,
                office.lines_of(purchase.lines),
                Payment {
                    provider: self.provider,
                    reference: &self.payment_reference,
                    late: purchase.late,
                },
            ),
            Err(reason) => vec![self.refund(reason)],
        })
    }

    /// What the money buys, or why it goes back.
    fn purchase<'office>(
        &self,
        office: &'office BoxOffice,
        catalogue: &Catalogue,
    ) -> Result<Purchase<'office>, RefundReason> {
        if office.order_status(OrderId::from(self.reservation_id)).is_some() {
            return Err(RefundReason::AlreadyPaid);
        }
        if let Some(hold) = office.hold(self.reservation_id) {
            self.check_amount(hold.lines(), catalogue)?;
            let (person_id, lines) = (hold.person_id(), hold.lines());
            return Ok(Purchase { person_id, lines, late: false });
        }
        match catalogue.status {
            EventStatus::Draft | EventStatus::Published => {}
            EventStatus::Completed | EventStatus::Cancelled => {
                return Err(RefundReason::EventClosed);
            }
        }
        let ended =
            office.payable_late(self.reservation_id).ok_or(RefundReason::UnknownReservation)?;
        self.check_amount(ended.lines(), catalogue)?;
        match catalogue.settings.late_payment {
            LatePayment::AlwaysRefund => return Err(RefundReason::LatePaymentsRefused),
            LatePayment::AcquireAgain => {}
        }
        let (person_id, lines) = (ended.person_id(), ended.lines());
        let allowed =
            catalogue.settings.per_person_cap.saturating_sub(office.tickets_of(person_id));
        if lines.quantity() > allowed || !office.are_available(lines) {
            return Err(RefundReason::TooLate);
        }
        Ok(Purchase { person_id, lines, late: true })
    }

    fn check_amount(&self, lines: &Lines, catalogue: &Catalogue) -> Result<(), RefundReason> {
        let is_right =
            self.amount_minor == lines.total_minor() && self.currency == catalogue.details.currency;
        if is_right { Ok(()) } else { Err(RefundReason::WrongAmount) }
    }

    fn refund(&self, reason: RefundReason) -> BoxOfficeEvent {
        BoxOfficeEvent::RefundRequested {
            reservation_id: self.reservation_id,
            provider: self.provider,
            payment_reference: self.payment_reference.clone(),
            amount_minor: self.amount_minor,
            currency: self.currency,
            reason,
        }
    }
}
