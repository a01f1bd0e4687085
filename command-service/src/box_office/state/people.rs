//! How many tickets each person has.

use std::collections::{BTreeMap, btree_map::Entry};

use serde::{Deserialize, Serialize};
use shared::id::PersonId;

use super::snapshot;

/// Tickets by person, over all orders and active holds. Who has none isn't listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct People(#[serde(with = "snapshot::sorted")] BTreeMap<PersonId, u32>);

impl People {
    pub(super) fn tickets_of(&self, person_id: PersonId) -> u32 {
        self.0.get(&person_id).copied().unwrap_or(0)
    }

    pub(super) fn give(&mut self, person_id: PersonId, quantity: u32) {
        let tickets = self.0.entry(person_id).or_default();
        *tickets = tickets.saturating_add(quantity);
    }

    pub(super) fn take(&mut self, person_id: PersonId, quantity: u32) {
        let Entry::Occupied(mut tickets) = self.0.entry(person_id) else { return };
        let left = tickets.get().saturating_sub(quantity);
        if left == 0 {
            tickets.remove();
        } else {
            tickets.insert(left);
        }
    }
}
