//! A buyer, or the organizer for them, gives held tickets back.

use shared::{clock::Timestamp, events::box_office::BoxOfficeEvent, id::ReservationId};
use thiserror::Error;

use crate::box_office::{BoxOffice, Standing};

/// Ends a hold. Releasing a released one again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseReservation {
    pub reservation_id: ReservationId,
}

/// Why a hold can't be given back.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReleaseReservationRejected {
    #[error("there is no such event")]
    EventUnknown,
    #[error("there is no such reservation")]
    ReservationUnknown,
    #[error("the reservation has expired")]
    ReservationExpired,
    #[error("the reservation was paid and is an order now")]
    ReservationConsumed,
}

impl ReleaseReservation {
    pub(in crate::box_office) fn decide(
        &self,
        office: &BoxOffice,
        _at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, ReleaseReservationRejected> {
        if office.catalogue().is_none() {
            return Err(ReleaseReservationRejected::EventUnknown);
        }
        let reservation_id = self.reservation_id;
        match office.standing(reservation_id) {
            Standing::Active => Ok(vec![BoxOfficeEvent::ReservationReleased { reservation_id }]),
            Standing::Released | Standing::EventCancelled => Ok(Vec::new()),
            Standing::Expired => Err(ReleaseReservationRejected::ReservationExpired),
            Standing::Consumed => Err(ReleaseReservationRejected::ReservationConsumed),
            Standing::Unknown => Err(ReleaseReservationRejected::ReservationUnknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::box_office::testing::{
        ALICE, STANDARD, TTL, cancelled, expired, given, held, on_sale, paid, released, reservation,
    };

    #[test]
    fn gives_the_tickets_back() {
        given(on_sale(5)).and([held(1, 2)]).when(releasing()).then([released(1)]);
        let office = given(on_sale(5)).and([held(1, 2), released(1)]).office();
        assert_eq!((office.held(), office.available(STANDARD)), (0, 5));
        assert_eq!(office.tickets_of(ALICE), 0);
        assert_eq!(office.standing(reservation(1)), Standing::Released);
        assert_eq!(office.next_deadline(), None);
    }

    #[test]
    fn changes_nothing_the_second_time() {
        given(on_sale(5)).and([held(1, 2), released(1)]).when(releasing()).then_nothing();
        given(on_sale(5)).and([held(1, 2), cancelled()]).when(releasing()).then_nothing();
    }

    #[test]
    fn rejects_a_hold_that_ran_out() {
        given(on_sale(5))
            .and([held(1, 2), expired(1)])
            .when(releasing())
            .then_rejected(ReleaseReservationRejected::ReservationExpired);
    }

    #[test]
    fn the_deadline_itself_is_too_late() {
        given(on_sale(5)).and([held(1, 2)]).at(TTL - 1).when(releasing()).then([released(1)]);
        given(on_sale(5))
            .and([held(1, 2)])
            .at(TTL)
            .when(releasing())
            .then_rejected(ReleaseReservationRejected::ReservationExpired);
    }

    #[test]
    fn rejects_an_order_and_the_unknown() {
        given(on_sale(5))
            .and([held(1, 2)])
            .and(paid(1, 2))
            .when(releasing())
            .then_rejected(ReleaseReservationRejected::ReservationConsumed);
        given(on_sale(5))
            .when(releasing())
            .then_rejected(ReleaseReservationRejected::ReservationUnknown);
        given([]).when(releasing()).then_rejected(ReleaseReservationRejected::EventUnknown);
    }

    fn releasing() -> ReleaseReservation {
        ReleaseReservation { reservation_id: reservation(1) }
    }
}
