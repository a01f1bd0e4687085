//! Questions to the reservations.

use shared::{
    clock::Timestamp,
    events::box_office::Line,
    id::{EventId, OrganizationId, PersonId, ReservationId},
    money::Currency,
};
use sqlx::PgPool;
use uuid::Uuid;

use super::lines;
use crate::{
    query_error::QueryError,
    status::{EventStatus, ReservationStatus},
    unreadable::Unreadable,
};

/// A hold, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    pub reservation_id: ReservationId,
    pub event_id: EventId,
    pub organization_id: OrganizationId,
    pub person_id: PersonId,
    pub status: ReservationStatus,
    pub lines: Vec<Line>,
    pub currency: Currency,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// When the hold was over, whatever became of it later.
    pub ended_at: Option<Timestamp>,
}

impl Reservation {
    /// The status as of now: the deadline counts from the instant it passes, even before the end
    /// is recorded.
    pub fn status_at(&self, now: Timestamp) -> ReservationStatus {
        if self.status == ReservationStatus::Active && self.expires_at <= now {
            ReservationStatus::Expired
        } else {
            self.status
        }
    }
}

row!(
    struct Row {
        reservation_id: Uuid,
        event_id: Uuid,
        organization_id: Uuid,
        person_id: Uuid,
        status: String,
        lines: String,
        currency: String,
        created_at: Timestamp,
        expires_at: Timestamp,
        ended_at: Option<Timestamp>,
        event_status: String,
    }
);

/// One hold.
///
/// # Errors
///
/// [`QueryError`].
pub async fn find(
    pool: &PgPool,
    reservation: ReservationId,
) -> Result<Option<Reservation>, QueryError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT r.reservation_id, r.event_id, e.organization_id, r.person_id, r.status,
                r.lines, e.currency, r.created_at, r.expires_at, r.ended_at,
                e.status AS event_status
           FROM read.reservations AS r JOIN read.availability_events AS e USING (event_id)
          WHERE r.reservation_id = $1",
    )
    .bind(reservation.uuid())
    .fetch_optional(pool)
    .await?;
    row.map(|row| row.read().map_err(Into::into)).transpose()
}

impl Row {
    fn read(self) -> Result<Reservation, Unreadable> {
        let currency = Currency::parse(&self.currency)
            .map_err(|_| Unreadable::new("currency", self.currency))?;
        let recorded: ReservationStatus = self.status.parse()?;
        let event: EventStatus = self.event_status.parse()?;
        // A cancelled event ends its holds without a word about each.
        let ended_with_event =
            recorded == ReservationStatus::Active && event == EventStatus::Cancelled;
        Ok(Reservation {
            reservation_id: ReservationId::new(self.reservation_id),
            event_id: EventId::new(self.event_id),
            organization_id: OrganizationId::new(self.organization_id),
            person_id: PersonId::new(self.person_id),
            status: if ended_with_event { ReservationStatus::Released } else { recorded },
            lines: lines::from_json(&self.lines)?,
            currency,
            created_at: self.created_at,
            expires_at: self.expires_at,
            ended_at: self.ended_at,
        })
    }
}
