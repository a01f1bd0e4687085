//! Who asks: the platform, a program of an organisation, an account, a device at a door, the holder
//! of a reservation, or nobody in particular.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

use super::Action;
use crate::{
    clock::Timestamp,
    id::{AccountId, DeviceId, EventId, OrganizationId, PersonId, ReservationId, SessionId},
};

/// Who asks. Cheap to make and to clone; the public one allocates nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Runs the platform, by an API key.
    Admin,
    /// Acts for one organisation, by an API key without limits inside it.
    Organizer(OrganizationId),
    /// Acts for one organisation, by an API key that may do some things only.
    ScopedKey(OrganizationId, Scopes),
    /// A person who is logged in.
    Account(Arc<AccountActor>),
    /// A device at the door of one event.
    Device(Arc<DeviceActor>),
    /// Holds the access token of one reservation, and so of the order it may become.
    Holder(ReservationId),
    /// Nobody in particular.
    Public,
}

/// A person who is logged in, as the access token says: up to ten minutes old, but for sessions and
/// places that [were withdrawn](super::Withdrawn) since. What is dangerous reads the roles again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountActor {
    /// Whose account.
    pub account: AccountId,
    /// The log-in this token came from.
    pub session: SessionId,
    /// The person behind each address that the account has proved.
    pub persons: Vec<PersonId>,
    /// The organisations the person works for.
    pub memberships: Vec<Membership>,
    /// Whether the person runs the platform (with a second factor only).
    pub platform_admin: bool,
    /// Whether a second factor was proved in this session.
    pub second_factor: bool,
    /// Whether the person proved within the last minutes to be still there.
    pub stepped_up: bool,
    /// The platform admin who looks through this person's eyes, if one does.
    pub impersonator: Option<AccountId>,
}

/// A device at the door of one event, as its token says: up to five minutes old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceActor {
    /// Which one.
    pub device: DeviceId,
    /// Whose event it is.
    pub organization: OrganizationId,
    /// The only event it works for.
    pub event: EventId,
    /// The gates it stands at; at all of them, if none is named.
    pub gates: Vec<String>,
    /// When it ends by itself, unless it goes on being used.
    pub lease_ends_at: Timestamp,
}

/// A place in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// Of this organisation.
    pub organization: OrganizationId,
    /// As this.
    pub role: MemberRole,
}

/// What a member of an organisation does there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberRole {
    /// Everything, and decides who else belongs to it.
    Owner,
    /// Events, orders, keys, and everybody but owners.
    Manager,
    /// Sees orders and figures.
    Finance,
    /// Works at the door.
    DoorStaff,
}

/// Not the name of a role.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no role is called {0:?}")]
pub struct UnknownRole(pub String);

/// What an API key may do: some of the actions open to keys.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scopes(u64);

/// The organisations in which an actor may do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// In every one.
    Everywhere,
    /// In these.
    Within(Vec<OrganizationId>),
}

impl Actor {
    /// Where this actor may do an action that concerns an organisation.
    pub fn reach(&self, action: Action) -> Reach {
        let within = match self {
            Self::Admin => return Reach::Everywhere,
            Self::Account(account) if account.is_admin() => return Reach::Everywhere,
            Self::Account(account) => account
                .memberships
                .iter()
                .filter(|membership| action.is_for_role(membership.role))
                .map(|membership| membership.organization)
                .collect(),
            Self::Organizer(organization) if action.is_for_keys() => vec![*organization],
            Self::ScopedKey(organization, scopes) if scopes.contains(action) => {
                vec![*organization]
            }
            // A device works for one event, never for all of an organisation.
            Self::Organizer(_)
            | Self::ScopedKey(..)
            | Self::Device(_)
            | Self::Holder(_)
            | Self::Public => Vec::new(),
        };
        Reach::Within(within)
    }

    /// The account, if it is one.
    pub fn account(&self) -> Option<&AccountActor> {
        match self {
            Self::Account(account) => Some(account),
            Self::Admin
            | Self::Organizer(_)
            | Self::ScopedKey(..)
            | Self::Device(_)
            | Self::Holder(_)
            | Self::Public => None,
        }
    }

    /// The device, if it is one.
    pub fn device(&self) -> Option<&DeviceActor> {
        match self {
            Self::Device(device) => Some(device),
            Self::Admin
            | Self::Organizer(_)
            | Self::ScopedKey(..)
            | Self::Account(_)
            | Self::Holder(_)
            | Self::Public => None,
        }
    }
}

impl AccountActor {
    /// Whether this person runs the platform now: with the second factor, and as nobody else.
    pub fn is_admin(&self) -> bool {
        self.platform_admin && self.second_factor && self.impersonator.is_none()
    }

    /// What the person is in an organisation.
    pub fn role_in(&self, organization: OrganizationId) -> Option<MemberRole> {
        let of_it = |membership: &&Membership| membership.organization == organization;
        self.memberships.iter().find(of_it).map(|membership| membership.role)
    }
}

impl Reach {
    /// The only organisation, if it is only one.
    pub fn only(&self) -> Option<OrganizationId> {
        match self {
            Self::Within(organizations) => match organizations.as_slice() {
                [only] => Some(*only),
                _ => None,
            },
            Self::Everywhere => None,
        }
    }

    /// The organisations, unless it is all of them.
    pub fn within(self) -> Option<Vec<OrganizationId>> {
        match self {
            Self::Everywhere => None,
            Self::Within(organizations) => Some(organizations),
        }
    }
}

impl MemberRole {
    /// Every role, the mightiest first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Manager, Self::Finance, Self::DoorStaff];

    /// The role as stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Finance => "finance",
            Self::DoorStaff => "door_staff",
        }
    }

    /// The role of that name.
    ///
    /// # Errors
    ///
    /// [`UnknownRole`].
    pub fn parse(name: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.name() == name)
            .ok_or_else(|| UnknownRole(name.to_owned()))
    }

    /// Whether a member in this role may give, change or take away another role: nobody makes
    /// anyone mightier than themselves.
    pub const fn rules_over(self, other: Self) -> bool {
        match self {
            Self::Owner => true,
            Self::Manager => !matches!(other, Self::Owner),
            Self::Finance | Self::DoorStaff => false,
        }
    }
}

impl Scopes {
    /// These actions; `None` if one of them isn't open to keys.
    pub fn of(actions: &[Action]) -> Option<Self> {
        let bits = actions
            .iter()
            .try_fold(0, |bits, action| action.is_for_keys().then(|| bits | Self::bit(*action)));
        bits.map(Self)
    }

    /// Whether it is one of them.
    pub fn contains(self, action: Action) -> bool {
        self.0 & Self::bit(action) != 0
    }

    /// The actions, in their order.
    pub fn actions(self) -> impl Iterator<Item = Action> {
        Action::ALL.into_iter().filter(move |action| self.contains(*action))
    }

    fn bit(action: Action) -> u64 {
        let place = Action::ALL.iter().position(|one| *one == action);
        place.map_or(0, |place| 1 << place)
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.actions().map(Action::name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const OURS: OrganizationId = OrganizationId::new(Uuid::from_u128(1));
    const THEIRS: OrganizationId = OrganizationId::new(Uuid::from_u128(2));

    fn a_member(memberships: &[(OrganizationId, MemberRole)]) -> AccountActor {
        let membership = |(organization, role): &(OrganizationId, MemberRole)| Membership {
            organization: *organization,
            role: *role,
        };
        AccountActor {
            account: AccountId::new(Uuid::from_u128(9)),
            session: SessionId::new(Uuid::from_u128(10)),
            persons: Vec::new(),
            memberships: memberships.iter().map(membership).collect(),
            platform_admin: false,
            second_factor: false,
            stepped_up: false,
            impersonator: None,
        }
    }

    #[test]
    fn nobody_rules_over_the_mightier() {
        use MemberRole::{DoorStaff, Finance, Manager, Owner};
        for other in MemberRole::ALL {
            assert!(Owner.rules_over(other));
            assert_eq!(Manager.rules_over(other), other != Owner);
            assert!(!Finance.rules_over(other) && !DoorStaff.rules_over(other));
        }
    }

    #[test]
    fn a_role_is_read_as_it_is_stored() {
        for role in MemberRole::ALL {
            assert_eq!(MemberRole::parse(role.name()), Ok(role));
        }
        assert!(MemberRole::parse("Owner").is_err());
    }

    #[test]
    fn reaches_the_organizations_in_which_the_role_fits() {
        let member = a_member(&[(OURS, MemberRole::Manager), (THEIRS, MemberRole::DoorStaff)]);
        let actor = Actor::Account(Arc::new(member));
        assert_eq!(actor.reach(Action::ManageEvent), Reach::Within(vec![OURS]));
        assert_eq!(actor.reach(Action::ManageEvent).only(), Some(OURS));
        assert_eq!(Actor::Public.reach(Action::ManageEvent), Reach::Within(Vec::new()));
        assert_eq!(Actor::Admin.reach(Action::ManageEvent).within(), None);
    }

    #[test]
    fn an_admin_needs_the_second_factor_and_the_own_eyes() {
        let admin = AccountActor { platform_admin: true, ..a_member(&[]) };
        assert!(!admin.is_admin());
        let proved = AccountActor { second_factor: true, ..admin };
        assert!(proved.is_admin());
        assert!(!AccountActor { impersonator: Some(proved.account), ..proved }.is_admin());
    }

    #[test]
    fn scopes_hold_what_is_open_to_keys_and_nothing_else() {
        let scopes = Scopes::of(&[Action::DraftEvent, Action::ViewOrder]).unwrap();
        assert_eq!(scopes.actions().collect::<Vec<_>>(), [Action::DraftEvent, Action::ViewOrder]);
        assert!(!scopes.contains(Action::ManageEvent));
        assert_eq!(Scopes::of(&[Action::ManagePlatform]), None);
        assert_eq!(format!("{scopes:?}"), r#"{"draft_event", "view_order"}"#);
    }
}
