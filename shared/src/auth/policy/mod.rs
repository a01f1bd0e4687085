//! The policy: which actor may do which action on which resource.

use std::borrow::Cow;

use thiserror::Error;

use super::{
    AccountActor, Action, Actor, DeviceActor, MemberRole, Seen,
    action::Class::{Account, ApiKey, Device, Holder, Member, Public},
};
use crate::id::{AccountId, ApiKeyId, DeviceId, EventId, OrganizationId, PersonId, ReservationId};

/// What the action touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// The platform itself.
    Platform,
    /// Something that belongs to an organisation.
    Organization(OrganizationId),
    /// A reservation, with its order and tickets, of an event of an organisation.
    Reservation {
        /// The reservation (or the order it became).
        reservation: ReservationId,
        /// The seller.
        organization: OrganizationId,
        /// The buyer, where it is known.
        person: Option<PersonId>,
    },
    /// An account, its sessions, its second factor.
    Account(AccountId),
    /// The place of someone in an organisation.
    Member {
        /// The organisation.
        organization: OrganizationId,
        /// Whose place, if it is taken already.
        account: Option<AccountId>,
        /// The role they have or are to have.
        role: MemberRole,
    },
    /// The door of an event of an organisation.
    Door {
        /// The event.
        event: EventId,
        /// The seller.
        organization: OrganizationId,
    },
    /// A device of an organisation.
    Device {
        /// Which one.
        device: DeviceId,
        /// Whose it is.
        organization: OrganizationId,
    },
}

/// Why an actor may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Denied {
    /// Someone with credentials might.
    #[error("credentials are needed")]
    Unauthenticated,
    /// Nobody in this role may.
    #[error("this role may not do that")]
    Forbidden,
    /// This account may, but not without its second factor.
    #[error("a second factor is needed")]
    SecondFactorRequired,
    /// This account may, but has to prove again who it is.
    #[error("a fresh proof is needed")]
    StepUpRequired,
    /// The thing belongs to someone else: to this actor it doesn't exist.
    #[error("not found")]
    Foreign,
}

impl Action {
    /// Whether this actor may ever do it, on things of their own.
    ///
    /// # Errors
    ///
    /// [`Denied::Unauthenticated`] if credentials could help, [`Denied::Forbidden`] if these don't,
    /// [`Denied::SecondFactorRequired`] and [`Denied::StepUpRequired`] if they are not enough.
    pub fn admits(self, actor: &Actor) -> Result<(), Denied> {
        if self.is_for(Public) {
            return Ok(());
        }
        let admitted = match actor {
            Actor::Admin => !self.is_for_people(),
            Actor::Organizer(_) => self.is_for(ApiKey),
            Actor::ScopedKey(_, scopes) => scopes.contains(self),
            Actor::Account(account) => return self.admits_account(account),
            Actor::Device(_) => self.is_for(Device),
            Actor::Holder(_) => self.is_for(Holder),
            Actor::Public => return Err(Denied::Unauthenticated),
        };
        if admitted { Ok(()) } else { Err(Denied::Forbidden) }
    }

    fn admits_account(self, account: &AccountActor) -> Result<(), Denied> {
        if account.impersonator.is_some() && !self.is_for_impersonators() {
            return Err(Denied::Forbidden);
        }
        let of_role = |role| self.is_for(Member(role));
        let admitted = account.is_admin()
            || self.is_for(Account)
            || account.memberships.iter().any(|membership| of_role(membership.role));
        match account {
            _ if !admitted && account.platform_admin && account.impersonator.is_none() => {
                Err(Denied::SecondFactorRequired)
            }
            _ if !admitted => Err(Denied::Forbidden),
            _ if self.needs_step_up() && !account.stepped_up => Err(Denied::StepUpRequired),
            _ => Ok(()),
        }
    }
}

/// Whether `actor` may do `action` on `resource`.
///
/// # Errors
///
/// As [`Action::admits`]; [`Denied::Foreign`] if the resource belongs to someone else.
pub fn may(actor: &Actor, action: Action, resource: Resource) -> Result<(), Denied> {
    action.admits(actor)?;
    if action.is_public() {
        return Ok(());
    }
    let owned = match actor {
        Actor::Admin => true,
        Actor::Organizer(own) | Actor::ScopedKey(own, _) => is_of(*own, resource),
        Actor::Holder(own) => match resource {
            Resource::Reservation { reservation, .. } => *own == reservation,
            Resource::Platform
            | Resource::Organization(_)
            | Resource::Account(_)
            | Resource::Member { .. }
            | Resource::Door { .. }
            | Resource::Device { .. } => false,
        },
        Actor::Device(own) => match resource {
            Resource::Door { event, organization } => {
                own.event == event && own.organization == organization
            }
            Resource::Device { device, organization } => {
                own.device == device && own.organization == organization
            }
            Resource::Platform
            | Resource::Organization(_)
            | Resource::Account(_)
            | Resource::Reservation { .. }
            | Resource::Member { .. } => false,
        },
        Actor::Account(account) if account.is_admin() => true,
        Actor::Account(account) => return may_account(account, action, resource),
        Actor::Public => false,
    };
    if owned { Ok(()) } else { Err(Denied::Foreign) }
}

fn is_of(own: OrganizationId, resource: Resource) -> bool {
    match resource {
        Resource::Organization(organization)
        | Resource::Reservation { organization, .. }
        | Resource::Member { organization, .. }
        | Resource::Door { organization, .. }
        | Resource::Device { organization, .. } => own == organization,
        Resource::Platform | Resource::Account(_) => false,
    }
}

fn may_account(account: &AccountActor, action: Action, resource: Resource) -> Result<(), Denied> {
    let in_role = |organization| -> Result<MemberRole, Denied> {
        let role = account.role_in(organization).ok_or(Denied::Foreign)?;
        if action.is_for_role(role) { Ok(role) } else { Err(Denied::Forbidden) }
    };
    match resource {
        // What an account may do to the platform is what any account may.
        Resource::Platform if action.is_for(Account) => Ok(()),
        Resource::Account(owner) if owner == account.account => Ok(()),
        Resource::Platform | Resource::Account(_) => Err(Denied::Foreign),
        Resource::Reservation { person: Some(person), .. }
            if action.is_for(Account) && account.persons.contains(&person) =>
        {
            Ok(())
        }
        Resource::Organization(organization)
        | Resource::Reservation { organization, .. }
        | Resource::Door { organization, .. }
        | Resource::Device { organization, .. } => in_role(organization).map(drop),
        Resource::Member { organization, account: whose, role } => {
            let own_role = in_role(organization)?;
            let leaves = action == Action::RemoveMember && whose == Some(account.account);
            if leaves || own_role.rules_over(role) { Ok(()) } else { Err(Denied::Forbidden) }
        }
    }
}

/// Who makes this request, already admitted to the action of its route. Handlers take it as an
/// argument; only a guarded route has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    actor: Actor,
    api_key: Option<ApiKeyId>,
    action: Action,
}

impl Caller {
    /// Admits an actor to an action.
    ///
    /// # Errors
    ///
    /// As [`Action::admits`].
    pub fn try_new(
        actor: Actor,
        api_key: Option<ApiKeyId>,
        action: Action,
    ) -> Result<Self, Denied> {
        action.admits(&actor)?;
        Ok(Self { actor, api_key, action })
    }

    /// Who asks.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The account that asks.
    ///
    /// # Errors
    ///
    /// [`Denied::Forbidden`] if it is no account: what it asks for is for people.
    pub fn account(&self) -> Result<&AccountActor, Denied> {
        self.actor.account().ok_or(Denied::Forbidden)
    }

    /// The device that asks.
    ///
    /// # Errors
    ///
    /// [`Denied::Forbidden`] if it is none: what it asks for is for devices.
    pub fn device(&self) -> Result<&DeviceActor, Denied> {
        self.actor.device().ok_or(Denied::Forbidden)
    }

    /// What the route does.
    pub fn action(&self) -> Action {
        self.action
    }

    /// Whether this caller may do the action of the route on that resource. If so, a
    /// [scoped pool](crate::postgres::scoped_pool_options) shows the request what belongs to it and
    /// nothing else from here on.
    ///
    /// # Errors
    ///
    /// As [`may`].
    pub fn may(&self, resource: Resource) -> Result<(), Denied> {
        may(&self.actor, self.action, resource)?;
        Seen::narrow(resource);
        Ok(())
    }

    /// How this caller is named in recorded history: `api_key:<id>`, `account:<id>`, `device:<id>`,
    /// `holder:<reservation>` or `public`. Never a secret or a personal name. Someone who looks with
    /// another's eyes stands there first: `account:<admin> as account:<id>`.
    pub fn audit_name(&self) -> Cow<'static, str> {
        match (&self.actor, self.api_key) {
            (Actor::Public, _) => "public".into(),
            (Actor::Holder(reservation), _) => format!("holder:{reservation}").into(),
            (Actor::Device(device), _) => format!("device:{}", device.device).into(),
            (Actor::Account(account), _) => match account.impersonator {
                Some(admin) => format!("account:{admin} as account:{}", account.account).into(),
                None => format!("account:{}", account.account).into(),
            },
            (Actor::Admin | Actor::Organizer(_) | Actor::ScopedKey(..), Some(key)) => {
                format!("api_key:{key}").into()
            }
            (Actor::Admin, None) => "admin".into(),
            (Actor::Organizer(organization) | Actor::ScopedKey(organization, _), None) => {
                format!("organizer:{organization}").into()
            }
        }
    }
}

#[cfg(test)]
mod matrix;
#[cfg(test)]
mod tests;
