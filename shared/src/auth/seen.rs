//! What the database shows to a request: the second net under the policy.

use std::fmt::Write;

use super::Actor;
use crate::id::{OrganizationId, PersonId, ReservationId};

tokio::task_local! {
    static SEEN: Seen;
}

/// Whose rows may be seen: those of these organisations, and what these buyers bought. By itself
/// nothing.
///
/// It goes with the task that answers a request; connections of a
/// [scoped pool](crate::postgres::scoped_pool_options) tell it to the database, whose row-level
/// security does the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    organizations: Vec<OrganizationId>,
    everything: bool,
    persons: Vec<PersonId>,
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
                    ..nothing
                }
            }
            Actor::Organizer(organization) | Actor::ScopedKey(organization, _) => {
                Self::of(*organization)
            }
            Actor::Holder(reservation) => Self { reservation: Some(*reservation), ..nothing },
            // What a device at a door may see is looked up for it alone.
            Actor::Device(_) | Actor::Public => nothing,
        }
    }

    /// The rows of one organisation.
    pub fn of(organization: OrganizationId) -> Self {
        Self { organizations: vec![organization], ..Self::default() }
    }

    /// Works with these rows.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        SEEN.scope(self, work).await
    }

    /// What the present task may see.
    pub fn current() -> Self {
        SEEN.try_with(Clone::clone).unwrap_or_default()
    }

    /// The statements that tell it to a session of the database. Ids need no escaping.
    pub fn statements(&self) -> String {
        let mut text = String::from("SET fullhouse.organizations = '{");
        list(&mut text, self.organizations.iter().map(|id| id.uuid()));
        text.push_str("}'; SET fullhouse.persons = '{");
        list(&mut text, self.persons.iter().map(|id| id.uuid()));
        text.push_str("}'; SET fullhouse.reservation = '");
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

    #[tokio::test]
    async fn a_task_without_a_scope_sees_nothing() {
        assert_eq!(Seen::current(), Seen::default());
        let inside = Seen::of(OURS).scope(async { Seen::current() }).await;
        assert_eq!(inside, Seen::of(OURS));
        assert_eq!(Seen::current(), Seen::default());
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
            SET fullhouse.reservation = ''; SET fullhouse.everything = off";
        assert_eq!(Seen::default().statements(), nothing);
        let ours = Seen::of(OURS).statements();
        assert!(ours.contains("'{00000000-0000-0000-0000-000000000001}'"), "{ours}");
    }
}
