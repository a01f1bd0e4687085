//! A buyer begins to pay: the hold waits a little longer for the money, once.

use chrono::TimeDelta;
use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, Provider},
    id::{OrderId, PaymentId, ReservationId},
};
use thiserror::Error;

use crate::box_office::{
    BoxOffice, Standing,
    order::{Payment, paid_order},
    state::Hold,
};

/// Whoever begins to pay has at least this long, once.
const TIME_TO_PAY: TimeDelta = TimeDelta::minutes(5);
/// No hold lasts longer than this, whatever happens.
const LONGEST_HOLD: TimeDelta = TimeDelta::minutes(60);

/// Begins the payment of a hold, or completes the purchase if nothing is due.
///
/// A hold has one payment per provider: starting again continues it, so that it is never
/// captured twice. [`BoxOffice::payment_of`] tells which one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartPayment {
    pub reservation_id: ReservationId,
    /// Used if the hold has no payment at this provider yet.
    pub payment_id: PaymentId,
    pub provider: Provider,
}

/// Why a payment can't begin.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StartPaymentRejected {
    #[error("there is no such event")]
    EventUnknown,
    #[error("there is no such reservation")]
    ReservationUnknown,
    #[error("the reservation has expired")]
    ReservationExpired,
    #[error("the reservation was given back")]
    ReservationReleased,
    #[error("the reservation is paid already")]
    ReservationConsumed,
    #[error("the event was cancelled")]
    EventCancelled,
    #[error("choose how to pay")]
    ProviderRequired,
}

impl StartPayment {
    pub(in crate::box_office) fn decide(
        &self,
        office: &BoxOffice,
        at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, StartPaymentRejected> {
        if office.catalogue().is_none() {
            return Err(StartPaymentRejected::EventUnknown);
        }
        let Some(hold) = office.hold(self.reservation_id) else {
            return Err(match office.standing(self.reservation_id) {
                Standing::Active | Standing::Unknown => StartPaymentRejected::ReservationUnknown,
                Standing::Expired => StartPaymentRejected::ReservationExpired,
                Standing::Released => StartPaymentRejected::ReservationReleased,
                Standing::Consumed => StartPaymentRejected::ReservationConsumed,
                Standing::EventCancelled => StartPaymentRejected::EventCancelled,
            });
        };
        let amount_minor = hold.total_minor();
        if amount_minor == 0 {
            return Ok(paid_order(
                OrderId::from(self.reservation_id),
                hold.person_id(),
                office.lines_of(hold.lines()),
                Payment { provider: Provider::None, reference: "", late: false },
            ));
        }
        match self.provider {
            Provider::Stripe => {}
            Provider::None => return Err(StartPaymentRejected::ProviderRequired),
        }
        let mut events = Vec::new();
        if hold.payment().is_none_or(|(_, provider)| provider != self.provider) {
            events.push(BoxOfficeEvent::PaymentStarted {
                reservation_id: self.reservation_id,
                payment_id: self.payment_id,
                provider: self.provider,
                amount_minor,
            });
        }
        events.extend(extension(hold, at).map(|expires_at| BoxOfficeEvent::ReservationExtended {
            reservation_id: self.reservation_id,
            expires_at,
        }));
        Ok(events)
    }
}

/// The later end that a hold gets, if it may have one.
fn extension(hold: &Hold, at: Timestamp) -> Option<Timestamp> {
    if hold.is_extended() {
        return None;
    }
    let expires_at = (at + TIME_TO_PAY).min(hold.created_at() + LONGEST_HOLD);
    (expires_at > hold.expires_at()).then_some(expires_at)
}

#[cfg(test)]
mod tests {
    use shared::events::box_office::{Line, Price, RefundReason, SalesSettings};
    use shared::money::Currency;

    use super::*;
    use crate::box_office::testing::{
        ALICE, TTL, after, cancelled, expired, given, held, line, on_sale, on_sale_with, order,
        order_with_tickets, paid, paying, payment, released, reservation, settings, terms,
    };

    const MINUTE: i64 = 60;

    #[test]
    fn begins_a_payment_of_what_is_due() {
        given(on_sale(5)).and([held(1, 2)]).when(starting()).then([paying(1, 2)]);
    }

    #[test]
    fn leaves_a_hold_alone_that_lasts_long_enough() {
        let at = TTL - 5 * MINUTE;
        given(on_sale(5)).and([held(1, 2)]).at(at).when(starting()).then([paying(1, 2)]);
    }

    #[test]
    fn extends_a_hold_that_would_end_too_soon() {
        let at = TTL - 5 * MINUTE + 1;
        given(on_sale(5))
            .and([held(1, 2)])
            .at(at)
            .when(starting())
            .then([paying(1, 2), extended_until(TTL + 1)]);
    }

    #[test]
    fn an_extended_hold_ends_at_its_new_deadline() {
        let paying_late =
            || given(on_sale(5)).and([held(1, 2), paying(1, 2), extended_until(TTL + 100)]);
        assert_eq!(paying_late().office().next_deadline(), Some(after(TTL + 100)));
        paying_late().at(TTL + 99).when(starting()).then_nothing();
        paying_late()
            .at(TTL + 100)
            .when(starting())
            .then_rejected(StartPaymentRejected::ReservationExpired);
    }

    #[test]
    fn extends_once_only() {
        given(on_sale(5))
            .and([held(1, 2), paying(1, 2), extended_until(TTL + 1)])
            .at(TTL)
            .when(starting())
            .then_nothing();
    }

    #[test]
    fn no_hold_lasts_longer_than_an_hour() {
        let long = |seconds| SalesSettings { hold_ttl_seconds: seconds, ..settings() };
        let held_for = |seconds| BoxOfficeEvent::ReservationCreated {
            reservation_id: reservation(1),
            person_id: ALICE,
            lines: vec![line(1)],
            expires_at: after(seconds),
        };
        let price = Price::Fixed { amount: crate::box_office::testing::PRICE };
        given(on_sale_with(5, terms(price), long(3500)))
            .and([held_for(3500)])
            .at(3499)
            .when(starting())
            .then([paying(1, 1), extended_until(3600)]);
        given(on_sale_with(5, terms(price), long(3600)))
            .and([held_for(3600)])
            .at(3599)
            .when(starting())
            .then([paying(1, 1)]);
    }

    #[test]
    fn starting_again_continues_the_same_payment() {
        let again = StartPayment { payment_id: payment(9), ..starting() };
        let under_way = || given(on_sale(5)).and([held(1, 2), paying(1, 2)]);
        under_way().when(again).then_nothing();
        assert_eq!(
            under_way().office().payment_of(reservation(1)),
            Some((payment(1), Provider::Stripe))
        );
    }

    #[test]
    fn a_refunded_payment_is_followed_by_a_new_one() {
        let refunded = BoxOfficeEvent::RefundRequested {
            reservation_id: reservation(1),
            provider: Provider::Stripe,
            payment_reference: "pi_1".to_owned(),
            amount_minor: 1,
            currency: Currency::EUR,
            reason: RefundReason::WrongAmount,
        };
        given(on_sale(5))
            .and([held(1, 2), paying(1, 2), refunded])
            .when(starting())
            .then([paying(1, 2)]);
    }

    #[test]
    fn the_purchase_stands_at_once_when_nothing_is_due() {
        let free = Line { unit_price_minor: 0, ..line(2) };
        let held_free = BoxOfficeEvent::ReservationCreated {
            reservation_id: reservation(1),
            person_id: ALICE,
            lines: vec![free],
            expires_at: after(TTL),
        };
        given(on_sale_with(5, terms(Price::Free), settings()))
            .and([held_free])
            .when(starting())
            .then(order_with_tickets(BoxOfficeEvent::OrderPaid {
                order_id: order(1),
                person_id: ALICE,
                lines: vec![free],
                total_minor: 0,
                provider: Provider::None,
                payment_reference: String::new(),
                late: false,
            }));
    }

    #[test]
    fn wants_a_provider_when_something_is_due() {
        let nobody = StartPayment { provider: Provider::None, ..starting() };
        given(on_sale(5))
            .and([held(1, 2)])
            .when(nobody)
            .then_rejected(StartPaymentRejected::ProviderRequired);
    }

    #[test]
    fn rejects_what_is_no_active_hold() {
        for (history, rejected) in [
            (vec![], StartPaymentRejected::ReservationUnknown),
            (vec![held(1, 2), expired(1)], StartPaymentRejected::ReservationExpired),
            (vec![held(1, 2), released(1)], StartPaymentRejected::ReservationReleased),
            (vec![held(1, 2), cancelled()], StartPaymentRejected::EventCancelled),
            ([vec![held(1, 2)], paid(1, 2)].concat(), StartPaymentRejected::ReservationConsumed),
        ] {
            given(on_sale(5)).and(history).when(starting()).then_rejected(rejected);
        }
        given([]).when(starting()).then_rejected(StartPaymentRejected::EventUnknown);
    }

    fn starting() -> StartPayment {
        StartPayment {
            reservation_id: reservation(1),
            payment_id: payment(1),
            provider: Provider::Stripe,
        }
    }

    fn extended_until(seconds: i64) -> BoxOfficeEvent {
        BoxOfficeEvent::ReservationExtended {
            reservation_id: reservation(1),
            expires_at: after(seconds),
        }
    }
}
