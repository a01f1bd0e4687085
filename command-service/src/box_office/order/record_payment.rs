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

#[cfg(test)]
mod tests {
    use shared::events::box_office::SalesSettings;

    use super::*;
    use crate::box_office::{
        Standing,
        testing::{
            ALICE, BOB, PRICE, STANDARD, TTL, after, cancelled, capacity, completed, drafted,
            expired, given, held, held_by, line, on_sale, on_sale_with, order, order_with_tickets,
            paid, paying, released, reservation, settings, terms,
        },
    };
    use shared::events::box_office::Price;

    #[test]
    fn becomes_an_order_with_exactly_its_tickets() {
        given(on_sale(5)).and([held(1, 2), paying(1, 2)]).when(paid_for(2)).then(paid(1, 2));
    }

    #[test]
    fn every_line_gets_its_tickets() {
        let free = shared::events::box_office::Line {
            ticket_type_id: crate::box_office::testing::REDUCED,
            quantity: 2,
            unit_price_minor: 0,
        };
        let mixed = BoxOfficeEvent::ReservationCreated {
            reservation_id: reservation(1),
            person_id: ALICE,
            lines: vec![line(1), free],
            expires_at: after(TTL),
        };
        let added = crate::box_office::testing::added(free.ticket_type_id, terms(Price::Free));
        given(on_sale(5)).and([added, mixed]).when(paid_for(1)).then(order_with_tickets(
            BoxOfficeEvent::OrderPaid {
                order_id: order(1),
                person_id: ALICE,
                lines: vec![line(1), free],
                total_minor: PRICE,
                provider: Provider::Stripe,
                payment_reference: "pi_1".to_owned(),
                late: false,
            },
        ));
    }

    #[test]
    fn turns_held_into_sold() {
        let office = given(on_sale(5)).and([held(1, 2)]).and(paid(1, 2)).office();
        assert_eq!((office.sold(), office.held(), office.available(STANDARD)), (2, 0, 3));
        assert_eq!(office.tickets_of(ALICE), 2);
        assert_eq!(office.standing(reservation(1)), Standing::Consumed);
        assert_eq!(office.next_deadline(), None);
    }

    #[test]
    fn the_same_report_twice_changes_nothing() {
        given(on_sale(5)).and([held(1, 2)]).and(paid(1, 2)).when(paid_for(2)).then_nothing();
        // Not even when it names another reservation.
        let elsewhere = RecordPayment { reservation_id: reservation(2), ..paid_for(2) };
        given(on_sale(5))
            .and([held(1, 2)])
            .and(paid(1, 2))
            .and([held(2, 2)])
            .when(elsewhere)
            .then_nothing();
    }

    #[test]
    fn a_second_payment_goes_back() {
        let second = RecordPayment { payment_reference: "pi_2".to_owned(), ..paid_for(2) };
        let twice = || given(on_sale(5)).and([held(1, 2)]).and(paid(1, 2));
        let refund = refund_of(&second, RefundReason::AlreadyPaid);
        twice().when(second.clone()).then([refund.clone()]);
        // And once only.
        twice().and([refund]).when(second).then_nothing();
    }

    #[test]
    fn a_wrong_amount_or_currency_goes_back_and_the_hold_stands() {
        for wrong in [
            RecordPayment { amount_minor: 2 * PRICE - 1, ..paid_for(2) },
            RecordPayment { amount_minor: 2 * PRICE + 1, ..paid_for(2) },
            RecordPayment { currency: Currency::parse("USD").unwrap(), ..paid_for(2) },
        ] {
            let refund = refund_of(&wrong, RefundReason::WrongAmount);
            given(on_sale(5)).and([held(1, 2), paying(1, 2)]).when(wrong).then([refund.clone()]);
            let office = given(on_sale(5)).and([held(1, 2), paying(1, 2), refund]).office();
            assert_eq!(office.standing(reservation(1)), Standing::Active);
            assert_eq!(office.payment_of(reservation(1)), None);
        }
    }

    #[test]
    fn money_for_nothing_known_goes_back() {
        let refund = refund_of(&paid_for(2), RefundReason::UnknownReservation);
        given(on_sale(5)).when(paid_for(2)).then([refund.clone()]);
        given([drafted()]).when(paid_for(2)).then([refund]);
    }

    #[test]
    fn late_money_gets_the_same_tickets_if_they_are_still_free() {
        let history = || vec![held(1, 2), paying(1, 2), expired(1)];
        given(on_sale(2)).and(history()).when(paid_for(2)).then(paid_late());
        let office = given(on_sale(2)).and(history()).and(paid_late()).office();
        assert_eq!((office.sold(), office.held(), office.available(STANDARD)), (2, 0, 0));
        assert_eq!(office.tickets_of(ALICE), 2);
        assert_eq!(office.standing(reservation(1)), Standing::Consumed);
        assert!(office.payable_late(reservation(1)).is_none());
    }

    #[test]
    fn late_is_from_the_deadline_on() {
        let paying_hold = || given(on_sale(5)).and([held(1, 2), paying(1, 2)]);
        paying_hold().at(TTL - 1).when(paid_for(2)).then(paid(1, 2));
        let with_expiry: Vec<_> = std::iter::once(expired(1)).chain(paid_late()).collect();
        paying_hold().at(TTL).when(paid_for(2)).then(with_expiry);
    }

    #[test]
    fn late_money_after_a_release_is_late_money_too() {
        given(on_sale(2))
            .and([held(1, 2), paying(1, 2), released(1)])
            .when(paid_for(2))
            .then(paid_late());
    }

    #[test]
    fn late_money_is_recognised_for_ever() {
        let years = 10 * 365 * 24 * 3600;
        given(on_sale(2))
            .and([held(1, 2), paying(1, 2), expired(1)])
            .at(years)
            .when(paid_for(2))
            .then(paid_late());
    }

    #[test]
    fn late_money_goes_back_when_the_tickets_are_gone() {
        let refund = refund_of(&paid_for(2), RefundReason::TooLate);
        given(on_sale(3))
            .and([held(1, 2), paying(1, 2), expired(1), held_by(BOB, 2, 2)])
            .when(paid_for(2))
            .then([refund.clone()]);
        given(on_sale(3))
            .and([held(1, 2), paying(1, 2), expired(1), capacity(1)])
            .when(paid_for(2))
            .then([refund]);
    }

    #[test]
    fn late_money_goes_back_when_the_person_has_enough_meanwhile() {
        let refund = refund_of(&paid_for(2), RefundReason::TooLate);
        let capped = SalesSettings { per_person_cap: 3, ..settings() };
        let price = Price::Fixed { amount: PRICE };
        given(on_sale_with(10, terms(price), capped))
            .and([held(1, 2), paying(1, 2), expired(1), held(2, 2)])
            .when(paid_for(2))
            .then([refund]);
    }

    #[test]
    fn late_money_goes_back_where_the_organizer_wants_it_so() {
        let strict = SalesSettings { late_payment: LatePayment::AlwaysRefund, ..settings() };
        let price = Price::Fixed { amount: PRICE };
        given(on_sale_with(10, terms(price), strict))
            .and([held(1, 2), paying(1, 2), expired(1)])
            .when(paid_for(2))
            .then([refund_of(&paid_for(2), RefundReason::LatePaymentsRefused)]);
    }

    #[test]
    fn late_money_of_the_wrong_amount_goes_back() {
        given(on_sale(10))
            .and([held(1, 2), paying(1, 2), expired(1)])
            .when(paid_for(1))
            .then([refund_of(&paid_for(1), RefundReason::WrongAmount)]);
    }

    #[test]
    fn money_for_a_cancelled_event_goes_back() {
        let refund = refund_of(&paid_for(2), RefundReason::EventClosed);
        given(on_sale(10))
            .and([held(1, 2), paying(1, 2), cancelled()])
            .when(paid_for(2))
            .then([refund.clone()]);
        given(on_sale(10)).and([cancelled()]).when(paid_for(2)).then([refund]);
    }

    #[test]
    fn a_completed_event_honours_active_holds_and_refunds_late_money() {
        given(on_sale(10))
            .and([held(1, 2), paying(1, 2), completed()])
            .when(paid_for(2))
            .then(paid(1, 2));
        given(on_sale(10))
            .and([held(1, 2), paying(1, 2), completed(), expired(1)])
            .when(paid_for(2))
            .then([refund_of(&paid_for(2), RefundReason::EventClosed)]);
    }

    #[test]
    fn rejects_what_is_no_payment() {
        let hold = || given(on_sale(5)).and([held(1, 2)]);
        let nameless = RecordPayment { payment_reference: String::new(), ..paid_for(2) };
        hold().when(nameless).then_rejected(RecordPaymentRejected::ReferenceMissing);
        let by_nobody = RecordPayment { provider: Provider::None, ..paid_for(2) };
        hold().when(by_nobody).then_rejected(RecordPaymentRejected::ReferenceMissing);
        for amount_minor in [0, -1] {
            let nothing = RecordPayment { amount_minor, ..paid_for(2) };
            hold().when(nothing).then_rejected(RecordPaymentRejected::NothingPaid { amount_minor });
        }
        given([]).when(paid_for(2)).then_rejected(RecordPaymentRejected::EventUnknown);
    }

    fn paid_for(quantity: u32) -> RecordPayment {
        RecordPayment {
            reservation_id: reservation(1),
            provider: Provider::Stripe,
            payment_reference: "pi_1".to_owned(),
            amount_minor: PRICE * i64::from(quantity),
            currency: Currency::EUR,
        }
    }

    fn paid_late() -> Vec<BoxOfficeEvent> {
        order_with_tickets(BoxOfficeEvent::OrderPaid {
            order_id: order(1),
            person_id: ALICE,
            lines: vec![line(2)],
            total_minor: 2 * PRICE,
            provider: Provider::Stripe,
            payment_reference: "pi_1".to_owned(),
            late: true,
        })
    }

    fn refund_of(payment: &RecordPayment, reason: RefundReason) -> BoxOfficeEvent {
        BoxOfficeEvent::RefundRequested {
            reservation_id: payment.reservation_id,
            provider: payment.provider,
            payment_reference: payment.payment_reference.clone(),
            amount_minor: payment.amount_minor,
            currency: payment.currency,
            reason,
        }
    }
}
