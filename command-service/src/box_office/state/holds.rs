//! The active holds, by id and by deadline.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use shared::{
    clock::Timestamp,
    events::box_office::Provider,
    id::{PaymentId, PersonId, ReservationId},
};

use super::{instant::Instant, lines::Lines, snapshot};

/// Tickets held for one person. There may be a million of these, so every byte counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    person_id: PersonId,
    lines: Lines,
    expires_at: Instant,
    /// From the beginning to `expires_at`: an hour at most.
    lifetime_micros: u32,
    extended: bool,
    payment_began: bool,
    payment: Option<Box<(PaymentId, Provider)>>,
}

impl Hold {
    /// A fresh hold.
    pub(super) fn new(
        person_id: PersonId,
        lines: Lines,
        created_at: Timestamp,
        expires_at: Timestamp,
    ) -> Self {
        let expires_at = Instant::from(expires_at);
        Self {
            person_id,
            lines,
            expires_at,
            lifetime_micros: expires_at.micros_after(created_at.into()),
            extended: false,
            payment_began: false,
            payment: None,
        }
    }

    /// Who the tickets are held for.
    pub const fn person_id(&self) -> PersonId {
        self.person_id
    }

    /// What is held.
    pub const fn lines(&self) -> &Lines {
        &self.lines
    }

    /// What all tickets cost together.
    pub fn total_minor(&self) -> i64 {
        self.lines.total_minor()
    }

    /// When it began.
    pub fn created_at(&self) -> Timestamp {
        self.expires_at.minus_micros(self.lifetime_micros).into()
    }

    /// When it ends (exclusive).
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at.into()
    }

    /// Whether it was extended; that happens once.
    pub const fn is_extended(&self) -> bool {
        self.extended
    }

    /// The payment under way.
    pub fn payment(&self) -> Option<(PaymentId, Provider)> {
        self.payment.as_deref().copied()
    }

    /// Whether money may come for it, even after it has ended.
    pub(super) const fn has_payment_begun(&self) -> bool {
        self.payment_began
    }

    pub(super) fn into_parts(self) -> (PersonId, Lines) {
        (self.person_id, self.lines)
    }

    fn extend(&mut self, expires_at: Instant) {
        let created_at = self.expires_at.minus_micros(self.lifetime_micros);
        self.lifetime_micros = expires_at.micros_after(created_at);
        self.expires_at = expires_at;
        self.extended = true;
    }
}

/// The active holds of one event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Holds {
    by_id: BTreeMap<ReservationId, Hold>,
    by_deadline: BTreeSet<(Instant, ReservationId)>,
}

impl Holds {
    pub(super) fn get(&self, id: ReservationId) -> Option<&Hold> {
        self.by_id.get(&id)
    }

    pub(super) fn add(&mut self, id: ReservationId, hold: Hold) {
        self.by_deadline.insert((hold.expires_at, id));
        self.by_id.insert(id, hold);
    }

    pub(super) fn remove(&mut self, id: ReservationId) -> Option<Hold> {
        let hold = self.by_id.remove(&id)?;
        self.by_deadline.remove(&(hold.expires_at, id));
        Some(hold)
    }

    pub(super) fn extend(&mut self, id: ReservationId, expires_at: Timestamp) {
        if let Some(hold) = self.by_id.get_mut(&id) {
            self.by_deadline.remove(&(hold.expires_at, id));
            hold.extend(expires_at.into());
            self.by_deadline.insert((hold.expires_at, id));
        }
    }

    pub(super) fn begin_payment(&mut self, id: ReservationId, payment: (PaymentId, Provider)) {
        if let Some(hold) = self.by_id.get_mut(&id) {
            hold.payment = Some(Box::new(payment));
            hold.payment_began = true;
        }
    }

    /// The payment came to nothing: the next attempt is a new one.
    pub(super) fn forget_payment(&mut self, id: ReservationId) {
        if let Some(hold) = self.by_id.get_mut(&id) {
            hold.payment = None;
        }
    }

    pub(super) fn next_deadline(&self) -> Option<Timestamp> {
        self.by_deadline.first().map(|(deadline, _)| (*deadline).into())
    }

    /// Those whose time ran out at or before `at`, in the order of their deadlines.
    pub(super) fn due(&self, at: Timestamp) -> impl Iterator<Item = ReservationId> {
        let at = Instant::from(at);
        self.by_deadline.iter().take_while(move |(deadline, _)| *deadline <= at).map(|(_, id)| *id)
    }

    pub(super) fn take_all(&mut self) -> BTreeMap<ReservationId, Hold> {
        self.by_deadline.clear();
        std::mem::take(&mut self.by_id)
    }
}

impl Serialize for Holds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.by_id)
    }
}

impl<'de> Deserialize<'de> for Holds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let holds: Vec<(ReservationId, Hold)> = snapshot::sorted::items(deserializer)?;
        Ok(Self {
            by_deadline: holds.iter().map(|(id, hold)| (hold.expires_at, *id)).collect(),
            by_id: holds.into_iter().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_is_small() {
        assert_eq!(size_of::<Hold>(), 56);
        assert_eq!(size_of::<(Instant, ReservationId)>(), 24);
    }
}
