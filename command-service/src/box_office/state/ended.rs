//! The holds that ended without becoming an order.

use std::collections::{BTreeMap, VecDeque};

use chrono::TimeDelta;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use shared::{
    clock::Timestamp,
    id::{PersonId, ReservationId},
};

use super::{Standing, holds::Hold, instant::Instant, lines::Lines, snapshot};

/// How long it is told apart why a hold ended for which no payment was begun.
const REMEMBERED_FOR: TimeDelta = TimeDelta::hours(24);
/// How many of those are remembered at most.
const REMEMBERED_AT_MOST: usize = 200_000;
/// How many are forgotten at once at most, so that no decision pays for a day's worth.
const FORGOTTEN_AT_ONCE: usize = 16;

/// A hold that ended after its payment began. Kept for ever: its money may still come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedHold {
    standing: Standing,
    person_id: PersonId,
    lines: Lines,
}

impl EndedHold {
    /// Who the tickets were held for.
    pub const fn person_id(&self) -> PersonId {
        self.person_id
    }

    /// What was held.
    pub const fn lines(&self) -> &Lines {
        &self.lines
    }
}

/// The ended holds of one event.
///
/// Those for which no payment was begun are remembered for a day, so that their holders are told
/// what happened; no money can come for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct EndedHolds {
    payable: BTreeMap<ReservationId, EndedHold>,
    recent: BTreeMap<ReservationId, Standing>,
    recent_in_order: VecDeque<(Instant, ReservationId)>,
}

impl EndedHolds {
    pub(super) fn standing(&self, id: ReservationId) -> Standing {
        self.payable
            .get(&id)
            .map(|ended| ended.standing)
            .or_else(|| self.recent.get(&id).copied())
            .unwrap_or(Standing::Unknown)
    }

    pub(super) fn payable(&self, id: ReservationId) -> Option<&EndedHold> {
        self.payable.get(&id)
    }

    pub(super) fn add(&mut self, id: ReservationId, hold: Hold, standing: Standing, at: Timestamp) {
        if hold.has_payment_begun() {
            let (person_id, lines) = hold.into_parts();
            self.payable.insert(id, EndedHold { standing, person_id, lines });
        } else {
            self.recent.insert(id, standing);
            self.recent_in_order.push_back((at.into(), id));
        }
    }

    /// The late money came: it is an order now.
    pub(super) fn remove(&mut self, id: ReservationId) {
        self.payable.remove(&id);
    }

    /// Forgets what ended a day before `at`, or what is too much.
    pub(super) fn forget(&mut self, at: Timestamp) {
        let forgotten = Instant::from(at - REMEMBERED_FOR);
        for _ in 0..FORGOTTEN_AT_ONCE {
            let is_too_much = self.recent_in_order.len() > REMEMBERED_AT_MOST;
            let oldest = self
                .recent_in_order
                .pop_front_if(|(ended_at, _)| is_too_much || *ended_at <= forgotten);
            let Some((_, id)) = oldest else { return };
            self.recent.remove(&id);
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Recent {
    ended_at: Instant,
    id: ReservationId,
    standing: Standing,
}

#[derive(Serialize, Deserialize)]
struct Snapshot {
    #[serde(with = "snapshot::sorted")]
    payable: BTreeMap<ReservationId, EndedHold>,
    recent: Vec<Recent>,
}

impl Serialize for EndedHolds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let recent = self
            .recent_in_order
            .iter()
            .map(|(ended_at, id)| Recent {
                ended_at: *ended_at,
                id: *id,
                standing: self.standing(*id),
            })
            .collect();
        Snapshot { payable: self.payable.clone(), recent }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for EndedHolds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Snapshot { payable, recent } = Snapshot::deserialize(deserializer)?;
        if recent.len() > REMEMBERED_AT_MOST.saturating_mul(2) {
            return Err(D::Error::custom("more ended holds than are ever remembered"));
        }
        Ok(Self {
            payable,
            recent_in_order: recent.iter().map(|one| (one.ended_at, one.id)).collect(),
            recent: recent.into_iter().map(|one| (one.id, one.standing)).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use shared::events::box_office::BoxOfficeEvent;

    use crate::box_office::{
        BoxOffice, Standing,
        testing::{after, expired, given, held, on_sale, paying, released, reservation},
    };

    const DAY: i64 = 24 * 3600;

    #[test]
    fn an_unpaid_hold_is_told_apart_for_a_day() {
        let mut office = given(on_sale(5)).and([held(1, 1)]).office();
        office.apply(&released(1), after(10));
        touch(&mut office, 10 + DAY - 1);
        assert_eq!(office.standing(reservation(1)), Standing::Released);
        touch(&mut office, 10 + DAY);
        assert_eq!(office.standing(reservation(1)), Standing::Unknown);
    }

    #[test]
    fn a_hold_whose_payment_began_is_never_forgotten() {
        let mut office = given(on_sale(5)).and([held(1, 1), paying(1, 1)]).office();
        office.apply(&expired(1), after(10));
        touch(&mut office, 1000 * DAY);
        assert_eq!(office.standing(reservation(1)), Standing::Expired);
        assert!(office.payable_late(reservation(1)).is_some());
    }

    #[test]
    fn what_ended_long_ago_is_forgotten_a_few_at_a_time() {
        let mut office = given(on_sale(100)).office();
        for number in 0..20 {
            office.apply(&held(number, 1), after(0));
            office.apply(&released(number), after(0));
        }
        let remembered = |office: &BoxOffice| {
            (0..20).filter(|number| office.knows_reservation(reservation(*number))).count()
        };
        touch(&mut office, DAY);
        assert_eq!(remembered(&office), 4);
        touch(&mut office, DAY);
        assert_eq!(remembered(&office), 0);
    }

    /// Something else happens.
    fn touch(office: &mut BoxOffice, seconds: i64) {
        office.apply(&BoxOfficeEvent::CapacitySet { total_capacity: 100 }, after(seconds));
    }
}
