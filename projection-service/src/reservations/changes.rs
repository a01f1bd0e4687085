//! The fold of holds: what a batch of facts does to the rows of `reservations`.
//!
//! A hold that begins and ends within one batch is one row.

use std::collections::HashMap;

use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, Line},
    id::{EventId, PersonId, ReservationId},
};

use crate::{availability::stock::Holds, projection::Fact, status::ReservationStatus};

/// The rows to insert and to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes<'a> {
    /// Holds that begin in this batch, in order.
    pub begun: Vec<Begun<'a>>,
    /// What happens to holds of earlier batches, in order of the first change.
    pub changed: Vec<Changed>,
    begun_index: HashMap<ReservationId, usize>,
    changed_index: HashMap<ReservationId, usize>,
}

/// A hold that begins in this batch, as it stands at the end of the batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun<'a> {
    pub reservation_id: ReservationId,
    pub event_id: EventId,
    pub person_id: PersonId,
    pub lines: &'a [Line],
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub status: ReservationStatus,
    /// When the hold was over; a late payment comes after that.
    pub ended_at: Option<Timestamp>,
}

/// What changes of a hold that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    pub reservation_id: ReservationId,
    /// A later deadline.
    pub expires_at: Option<Timestamp>,
    /// An expired hold can still be consumed by a late payment.
    pub status: Option<ReservationStatus>,
    /// When the hold was over; a late payment comes after that.
    pub ended_at: Option<Timestamp>,
    /// Its end frees tickets, so its lines are needed for the figures.
    pub frees: bool,
}

impl<'a> Changes<'a> {
    /// Folds a batch.
    pub fn of(facts: &[Fact<'a>]) -> Self {
        let mut changes = Self::default();
        for fact in facts {
            changes.fold(fact);
        }
        changes
    }

    fn fold(&mut self, fact: &Fact<'a>) {
        match fact.event {
            BoxOfficeEvent::ReservationCreated { reservation_id, person_id, lines, expires_at } => {
                self.begun_index.insert(*reservation_id, self.begun.len());
                self.begun.push(Begun {
                    reservation_id: *reservation_id,
                    event_id: fact.event_id,
                    person_id: *person_id,
                    lines,
                    created_at: fact.at,
                    expires_at: *expires_at,
                    status: ReservationStatus::Active,
                    ended_at: None,
                });
            }
            BoxOfficeEvent::ReservationExtended { reservation_id, expires_at } => {
                self.extend(*reservation_id, *expires_at);
            }
            BoxOfficeEvent::ReservationExpired { reservation_id } => {
                self.end(*reservation_id, ReservationStatus::Expired, Some(fact.at));
            }
            BoxOfficeEvent::ReservationReleased { reservation_id } => {
                self.end(*reservation_id, ReservationStatus::Released, Some(fact.at));
            }
            BoxOfficeEvent::OrderPaid { order_id, late, .. } => {
                let ended_at = (!late).then_some(fact.at);
                self.end((*order_id).into(), ReservationStatus::Consumed, ended_at);
            }
            BoxOfficeEvent::EventDrafted { .. }
            | BoxOfficeEvent::EventDetailsChanged { .. }
            | BoxOfficeEvent::SalesSettingsChanged { .. }
            | BoxOfficeEvent::EventPublished {}
            | BoxOfficeEvent::EventCancelled { .. }
            | BoxOfficeEvent::EventCompleted {}
            | BoxOfficeEvent::CapacitySet { .. }
            | BoxOfficeEvent::TicketTypeAdded { .. }
            | BoxOfficeEvent::TicketTypeChanged { .. }
            | BoxOfficeEvent::TicketTypeEnabled { .. }
            | BoxOfficeEvent::TicketTypeDisabled { .. }
            | BoxOfficeEvent::PaymentStarted { .. }
            | BoxOfficeEvent::PaymentFailed { .. }
            | BoxOfficeEvent::TicketIssued { .. }
            | BoxOfficeEvent::OrderCompleted { .. }
            | BoxOfficeEvent::RefundRequested { .. }
            | BoxOfficeEvent::RefundSettled { .. } => {}
        }
    }

    fn extend(&mut self, id: ReservationId, expires_at: Timestamp) {
        if let Some(begun) = self.begun(id) {
            begun.expires_at = expires_at;
        } else {
            self.changed(id).expires_at = Some(expires_at);
        }
    }

    fn end(&mut self, id: ReservationId, status: ReservationStatus, ended_at: Option<Timestamp>) {
        if let Some(begun) = self.begun(id) {
            begun.status = status;
            begun.ended_at = ended_at.or(begun.ended_at);
        } else {
            let changed = self.changed(id);
            changed.status = Some(status);
            changed.ended_at = ended_at.or(changed.ended_at);
            changed.frees |= status != ReservationStatus::Consumed;
        }
    }

    fn begun(&mut self, id: ReservationId) -> Option<&mut Begun<'a>> {
        let index = *self.begun_index.get(&id)?;
        self.begun.get_mut(index)
    }

    fn changed(&mut self, id: ReservationId) -> &mut Changed {
        let index = *self.changed_index.entry(id).or_insert_with(|| {
            self.changed.push(Changed {
                reservation_id: id,
                expires_at: None,
                status: None,
                ended_at: None,
                frees: false,
            });
            self.changed.len() - 1
        });
        &mut self.changed[index]
    }
}

/// The lines of the holds that a batch ends: begun in it, or loaded because they are older.
#[derive(Clone, Debug)]
pub struct KnownLines<'a> {
    changes: &'a Changes<'a>,
    loaded: HashMap<ReservationId, Vec<Line>>,
}

impl<'a> KnownLines<'a> {
    /// The holds of a batch and those loaded for it.
    pub fn new(changes: &'a Changes<'a>, loaded: HashMap<ReservationId, Vec<Line>>) -> Self {
        Self { changes, loaded }
    }
}

impl Holds for KnownLines<'_> {
    fn lines_of(&self, reservation: ReservationId) -> Option<&[Line]> {
        let begun = self.changes.begun_index.get(&reservation);
        begun
            .and_then(|index| self.changes.begun.get(*index))
            .map(|begun| begun.lines)
            .or_else(|| self.loaded.get(&reservation).map(Vec::as_slice))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{self, fact, reservation_id};

    fn facts(events: Vec<BoxOfficeEvent>) -> Vec<Fact<'static>> {
        events.into_iter().zip(1..).map(|(event, version)| fact(version, event)).collect()
    }

    #[test]
    fn a_hold_that_ends_in_the_batch_it_began_in_is_one_row() {
        let facts = facts(vec![samples::reserved(1, 2), samples::expired(1)]);
        let changes = Changes::of(&facts);
        assert_eq!(changes.begun.len(), 1);
        assert_eq!(changes.begun[0].status, ReservationStatus::Expired);
        assert_eq!(changes.begun[0].ended_at, Some(facts[1].at));
        assert!(changes.changed.is_empty());
    }

    #[test]
    fn an_older_hold_that_ends_needs_its_lines() {
        let facts = facts(vec![samples::released(1)]);
        let changes = Changes::of(&facts);
        let released = &changes.changed[0];
        assert_eq!(released.status, Some(ReservationStatus::Released));
        assert_eq!((released.ended_at, released.frees), (Some(facts[0].at), true));
    }

    #[test]
    fn an_order_brings_its_lines_along() {
        let facts = facts(vec![samples::paid(1, 2, false)]);
        assert!(!Changes::of(&facts).changed[0].frees);
    }

    #[test]
    fn a_late_order_consumes_what_had_ended_before() {
        let facts = facts(vec![samples::expired(1), samples::paid(1, 2, true)]);
        let changes = Changes::of(&facts);
        assert_eq!(changes.changed.len(), 1);
        let late = &changes.changed[0];
        assert_eq!(late.status, Some(ReservationStatus::Consumed));
        assert_eq!((late.ended_at, late.frees), (Some(facts[0].at), true));
    }

    #[test]
    fn an_extension_moves_the_deadline_only() {
        let expires_at = samples::noon();
        let extended = |number| BoxOfficeEvent::ReservationExtended {
            reservation_id: reservation_id(number),
            expires_at,
        };
        let facts = facts(vec![samples::reserved(1, 2), extended(1), extended(2)]);
        let changes = Changes::of(&facts);
        assert_eq!(changes.begun[0].expires_at, expires_at);
        assert_eq!(changes.begun[0].status, ReservationStatus::Active);
        assert_eq!(changes.changed[0].expires_at, Some(expires_at));
        assert_eq!(changes.changed[0].status, None);
    }

    #[test]
    fn lines_are_known_of_begun_and_of_loaded_holds() {
        let facts = facts(vec![samples::reserved(1, 2)]);
        let changes = Changes::of(&facts);
        let loaded = HashMap::from([(reservation_id(2), samples::lines(3))]);
        let known = KnownLines::new(&changes, loaded);
        assert_eq!(known.lines_of(reservation_id(1)), Some(samples::lines(2).as_slice()));
        assert_eq!(known.lines_of(reservation_id(2)), Some(samples::lines(3).as_slice()));
        assert_eq!(known.lines_of(reservation_id(3)), None);
    }
}
