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
