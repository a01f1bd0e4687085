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
