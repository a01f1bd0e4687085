//! What the database shows to a request: the second net under the policy.

use std::{cell::RefCell, fmt::Write};

use super::{Actor, Resource};
use crate::id::{AccountId, OrganizationId, PersonId, ReservationId};

tokio::task_local! {
    static SEEN: RefCell<Seen>;
}

/// Whose rows may be seen: those of these organisations, and what these buyers bought. By itself
/// nothing.
///
/// It goes with the task that answers a request; connections of a
/// [scoped pool](crate::postgres::scoped_pool_options) tell it to the database, whose row-level
/// security does the rest. At first it is all that the caller could be shown; what the policy then
/// allows [narrows](Self::narrow) it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    organizations: Vec<OrganizationId>,
    everything: bool,
    persons: Vec<PersonId>,
    account: Option<AccountId>,
    reservation: Option<ReservationId>,
}

impl Seen {
    /// What an actor may see at most: the policy decides what of it.
    pub fn by(actor: &Actor) -> Self {
        let nothing = Self::default();
        match actor {
            Actor::Admin => Self { everything: true, ..nothing },
            Actor::Account(account) if account.is_admin() => Self { everything: true, ..nothing },
            Actor::Account(account) => {
                let places = account.memberships.iter();
                Self {
                    organizations: places.map(|place| place.organization).collect(),
                    persons: account.persons.clone(),
                    account: Some(account.account),
                    ..nothing
                }
            }
            Actor::Organizer(organization) | Actor::ScopedKey(organization, _) => {
                Self::of(*organization)
            }
            Actor::Device(device) => Self::of(device.organization),
            Actor::Holder(reservation) => Self { reservation: Some(*reservation), ..nothing },
            Actor::Public => nothing,
        }
    }

    /// The rows of one organisation.
    pub fn of(organization: OrganizationId) -> Self {
        Self { organizations: vec![organization], ..Self::default() }
    }

    /// What these people have bought.
    pub fn bought_by(persons: &[PersonId]) -> Self {
        Self { persons: persons.to_vec(), ..Self::default() }
    }

    /// Works with these rows.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        SEEN.scope(RefCell::new(self), work).await
    }

    /// What the present task may see.
    pub fn current() -> Self {
        SEEN.try_with(|seen| seen.borrow().clone()).unwrap_or_default()
    }

    /// From here on the present task sees what belongs to this resource only. To be said once it is
    /// decided that the caller may.
    pub(super) fn narrow(resource: Resource) {
        // Outside of a request nothing is seen anyway.
        let _ = SEEN.try_with(|seen| seen.borrow_mut().keep(resource));
    }

    fn keep(&mut self, resource: Resource) {
        match resource {
            Resource::Organization(organization)
            | Resource::Member { organization, .. }
            | Resource::Door { organization, .. }
            | Resource::Device { organization, .. } => self.keep_of(&[organization]),
            Resource::Reservation { reservation, organization, .. } => {
                self.keep_of(&[organization]);
                self.reservation = Some(reservation);
            }
            Resource::Platform | Resource::Account(_) => {}
        }
    }

    fn keep_of(&mut self, organizations: &[OrganizationId]) {
        let is_seen = |id: &&OrganizationId| self.everything || self.organizations.contains(id);
        let organizations = organizations.iter().filter(is_seen).copied().collect();
        *self = Self { organizations, ..Self::default() };
    }

    /// From here on the present task sees rows of these organisations only, as far as it saw them.
    pub fn narrow_to(organizations: &[OrganizationId]) {
        let _ = SEEN.try_with(|seen| seen.borrow_mut().keep_of(organizations));
    }

    /// The statements that tell it to a session of the database. Ids need no escaping.
    pub fn statements(&self) -> String {
        let mut text = String::from("SET fullhouse.organizations = '{");
        list(&mut text, self.organizations.iter().map(|id| id.uuid()));
        text.push_str("}'; SET fullhouse.persons = '{");
        list(&mut text, self.persons.iter().map(|id| id.uuid()));
        text.push_str("}'; SET fullhouse.account = '");
        list(&mut text, self.account.iter().map(|id| id.uuid()));
        text.push_str("'; SET fullhouse.reservation = '");
        list(&mut text, self.reservation.iter().map(|id| id.uuid()));
        text.push_str("'; SET fullhouse.everything = ");
        text.push_str(if self.everything { "on" } else { "off" });
        text
    }
}

fn list(text: &mut String, ids: impl Iterator<Item = uuid::Uuid>) {
    for (place, id) in ids.enumerate() {
        let comma = if place == 0 { "" } else { "," };
        // Writing to a text doesn't fail.
        let _ = write!(text, "{comma}{id}");
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const OURS: OrganizationId = OrganizationId::new(Uuid::from_u128(1));
    const THEIRS: OrganizationId = OrganizationId::new(Uuid::from_u128(2));

    #[tokio::test]
    async fn a_task_without_a_scope_sees_nothing() {
        assert_eq!(Seen::current(), Seen::default());
        let inside = Seen::of(OURS).scope(async { Seen::current() }).await;
        assert_eq!(inside, Seen::of(OURS));
        assert_eq!(Seen::current(), Seen::default());
    }

    #[tokio::test]
    async fn what_the_policy_allowed_is_all_that_is_seen_from_then_on() {
        let both = Seen { organizations: vec![OURS, THEIRS], ..Seen::default() };
        let everything = Seen { everything: true, ..Seen::default() };
        for before in [both.clone(), everything] {
            let after = before.scope(async {
                Seen::narrow(Resource::Organization(OURS));
                // What isn't seen any more doesn't come back.
                Seen::narrow_to(&[OURS, THEIRS]);
                Seen::current()
            });
            assert_eq!(after.await, Seen::of(OURS));
        }
        let reservation = ReservationId::new(Uuid::from_u128(3));
        let bought = Resource::Reservation { reservation, organization: OURS, person: None };
        let buyer = Seen::bought_by(&[PersonId::new(Uuid::from_u128(4))]);
        let after = buyer.scope(async {
            Seen::narrow(bought);
            Seen::current()
        });
        let purchase = Seen { reservation: Some(reservation), ..Seen::default() };
        assert_eq!(after.await, purchase, "and nothing of whoever sold it");
        let elsewhere = both.scope(async {
            Seen::narrow(Resource::Platform);
            Seen::current()
        });
        assert_eq!(elsewhere.await.organizations, [OURS, THEIRS]);
    }

    #[test]
    fn each_kind_of_caller_sees_what_is_theirs() {
        let held = ReservationId::new(Uuid::from_u128(2));
        assert_eq!(Seen::by(&Actor::Public), Seen::default());
        assert_eq!(Seen::by(&Actor::Organizer(OURS)), Seen::of(OURS));
        assert!(Seen::by(&Actor::Admin).everything);
        assert_eq!(Seen::by(&Actor::Holder(held)).reservation, Some(held));
    }

    #[test]
    fn the_statements_name_every_setting() {
        let nothing = "SET fullhouse.organizations = '{}'; SET fullhouse.persons = '{}'; \
            SET fullhouse.account = ''; SET fullhouse.reservation = ''; SET fullhouse.everything = off";
        assert_eq!(Seen::default().statements(), nothing);
        let ours = Seen::of(OURS).statements();
        assert!(ours.contains("'{00000000-0000-0000-0000-000000000001}'"), "{ours}");
    }
}
