//! The active holds, by id and by deadline.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use shared::{
    clock::Timestamp,
    events::box_office::Provider,
    id::{PaymentId, PersonId, ReservationId},
};

use super::lines::Lines;

/// Tickets held for one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    person_id: PersonId,
    lines: Lines,
    #[serde(with = "chrono::serde::ts_microseconds")]
    created_at: Timestamp,
    #[serde(with = "chrono::serde::ts_microseconds")]
    expires_at: Timestamp,
    extended: bool,
    payment: Option<(PaymentId, Provider)>,
    payment_began: bool,
}

impl Hold {
    /// A fresh hold.
    pub(super) const fn new(
        person_id: PersonId,
        lines: Lines,
        created_at: Timestamp,
        expires_at: Timestamp,
    ) -> Self {
        Self {
            person_id,
            lines,
            created_at,
            expires_at,
            extended: false,
            payment: None,
            payment_began: false,
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
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// When it ends (exclusive).
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Whether it was extended; that happens once.
    pub const fn is_extended(&self) -> bool {
        self.extended
    }

    /// The payment under way.
    pub const fn payment(&self) -> Option<(PaymentId, Provider)> {
        self.payment
    }

    /// Whether money may come for it, even after it has ended.
    pub(super) const fn has_payment_begun(&self) -> bool {
        self.payment_began
    }

    pub(super) fn into_parts(self) -> (PersonId, Lines) {
        (self.person_id, self.lines)
    }
}

/// The active holds of one event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Holds {
    by_id: BTreeMap<ReservationId, Hold>,
    by_deadline: BTreeSet<(Timestamp, ReservationId)>,
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
            hold.expires_at = expires_at;
            hold.extended = true;
            self.by_deadline.insert((expires_at, id));
        }
    }

    pub(super) fn begin_payment(&mut self, id: ReservationId, payment: (PaymentId, Provider)) {
        if let Some(hold) = self.by_id.get_mut(&id) {
            hold.payment = Some(payment);
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
        self.by_deadline.first().map(|(deadline, _)| *deadline)
    }

    /// Those whose time ran out at or before `at`, in the order of their deadlines.
    pub(super) fn due(&self, at: Timestamp) -> impl Iterator<Item = ReservationId> {
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
        let holds = Vec::<(ReservationId, Hold)>::deserialize(deserializer)?;
        Ok(Self {
            by_deadline: holds.iter().map(|(id, hold)| (hold.expires_at, *id)).collect(),
            by_id: holds.into_iter().collect(),
        })
    }
}
