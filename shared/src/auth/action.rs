//! What can be asked for, and the table of who may.

use thiserror::Error;

use super::MemberRole;

/// What is asked for. Every route names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Create an organisation.
    CreateOrganization,
    /// Create and revoke the API keys of an organisation.
    ManageApiKeys,
    /// Draft an event for an organisation.
    DraftEvent,
    /// Edit, publish, cancel or complete an event, its capacity and its ticket types.
    ManageEvent,
    /// Hold tickets of an event on sale.
    ReserveTickets,
    /// Give a hold back.
    ReleaseReservation,
    /// Pay for a hold.
    PayReservation,
    /// Deliver a payment provider's webhook; the handler checks its signature.
    DeliverWebhook,
    /// See events on sale and what is available.
    BrowseCatalogue,
    /// See one reservation, its order and its tickets.
    ViewOrder,
    /// See all events, orders and figures of an organisation.
    ViewOrganization,
    /// Read the recorded history of a stream.
    ReadAudit,
    /// See how the platform itself is doing.
    ViewPlatformHealth,
    /// Register, log in, refresh, log out, redeem what was mailed.
    Authenticate,
    /// See the own account, its sessions and orders.
    ViewAccount,
    /// Prove again who one is.
    StepUp,
    /// Change the own password, address, profile, second factor; end the own sessions.
    ManageAccount,
    /// Take up an invitation to an organisation.
    AcceptInvitation,
    /// See who belongs to an organisation and who is invited.
    ViewMembers,
    /// Invite people to an organisation, change their roles.
    ManageMembers,
    /// Remove a member, or leave.
    RemoveMember,
    /// See the API keys of an organisation, without their secrets.
    ViewApiKeys,
    /// Suspend accounts and organisations.
    ManagePlatform,
    /// See with someone else's eyes.
    Impersonate,
    /// Make a file of all orders, attendees or sales.
    ExportData,
    /// See the organisations, the people and the figures of the whole platform.
    ViewPlatform,
    /// Enrol and revoke the devices at the doors of an organisation's events.
    ManageDevices,
    /// See the devices of an organisation.
    ViewDevices,
    /// See what the door of an event needs to know.
    ViewDoor,
    /// See the own enrolment as a device.
    ViewDevice,
}

/// Not the name of an [`Action`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no action is called {0:?}")]
pub struct UnknownAction(pub String);

/// A kind of caller. The platform's admins aren't one: they may do everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Public,
    Holder,
    /// Any account, on what belongs to the account itself.
    Account,
    ApiKey,
    /// A device at the door of one event.
    Device,
    Member(MemberRole),
}

/// Who may do an action on what is theirs, and how sure we must be of who they are.
struct Rule {
    classes: &'static [Class],
    step_up: bool,
}

impl Rule {
    const fn of(classes: &'static [Class]) -> Self {
        Self { classes, step_up: false }
    }

    const fn with_step_up(self) -> Self {
        Self { step_up: true, ..self }
    }
}

const OWNER: Class = Class::Member(MemberRole::Owner);
const MANAGER: Class = Class::Member(MemberRole::Manager);
const FINANCE: Class = Class::Member(MemberRole::Finance);
const DOOR: Class = Class::Member(MemberRole::DoorStaff);

impl Action {
    /// Every action.
    pub const ALL: [Self; 30] = [
        Self::CreateOrganization,
        Self::ManageApiKeys,
        Self::DraftEvent,
        Self::ManageEvent,
        Self::ReserveTickets,
        Self::ReleaseReservation,
        Self::PayReservation,
        Self::DeliverWebhook,
        Self::BrowseCatalogue,
        Self::ViewOrder,
        Self::ViewOrganization,
        Self::ReadAudit,
        Self::ViewPlatformHealth,
        Self::Authenticate,
        Self::ViewAccount,
        Self::StepUp,
        Self::ManageAccount,
        Self::AcceptInvitation,
        Self::ViewMembers,
        Self::ManageMembers,
        Self::RemoveMember,
        Self::ViewApiKeys,
        Self::ManagePlatform,
        Self::Impersonate,
        Self::ExportData,
        Self::ViewPlatform,
        Self::ManageDevices,
        Self::ViewDevices,
        Self::ViewDoor,
        Self::ViewDevice,
    ];

    /// The table: who may do it. Platform admins may do everything, so they aren't named.
    const fn rule(self) -> Rule {
        use Class::{Account, ApiKey, Device, Holder, Public};
        match self {
            Self::ReserveTickets
            | Self::DeliverWebhook
            | Self::BrowseCatalogue
            | Self::Authenticate => Rule::of(&[Public]),
            Self::ViewAccount
            | Self::StepUp
            | Self::ManageAccount
            | Self::AcceptInvitation
            | Self::CreateOrganization => Rule::of(&[Account]),
            Self::ReleaseReservation => Rule::of(&[Holder, Account, ApiKey, OWNER, MANAGER]),
            Self::PayReservation => Rule::of(&[Holder, Account]),
            Self::ViewOrder => Rule::of(&[Holder, Account, ApiKey, OWNER, MANAGER, FINANCE]),
            Self::DraftEvent
            | Self::ManageEvent
            | Self::ViewApiKeys
            | Self::ManageDevices
            | Self::ViewDevices => Rule::of(&[ApiKey, OWNER, MANAGER]),
            Self::ViewDoor => Rule::of(&[Device, ApiKey, OWNER, MANAGER, FINANCE, DOOR]),
            Self::ViewDevice => Rule::of(&[Device]),
            Self::ViewOrganization => Rule::of(&[ApiKey, OWNER, MANAGER, FINANCE]),
            // An account reads its own history, a member that of the organisation.
            Self::ReadAudit => Rule::of(&[Account, ApiKey, OWNER, MANAGER, FINANCE]),
            Self::ManageApiKeys => Rule::of(&[ApiKey, OWNER, MANAGER]).with_step_up(),
            Self::ViewMembers => Rule::of(&[OWNER, MANAGER, FINANCE]),
            Self::ManageMembers => Rule::of(&[OWNER, MANAGER]).with_step_up(),
            Self::RemoveMember => Rule::of(&[OWNER, MANAGER, FINANCE, DOOR]).with_step_up(),
            Self::ExportData => Rule::of(&[ApiKey, OWNER, MANAGER, FINANCE]).with_step_up(),
            Self::ViewPlatformHealth | Self::ViewPlatform => Rule::of(&[]),
            Self::ManagePlatform | Self::Impersonate => Rule::of(&[]).with_step_up(),
        }
    }

    pub(super) fn is_for(self, class: Class) -> bool {
        self.rule().classes.contains(&class)
    }

    /// Whether anyone at all may do it.
    pub fn is_public(self) -> bool {
        self.is_for(Class::Public)
    }

    /// Whether a member in this role may do it, inside the organisation.
    pub fn is_for_role(self, role: MemberRole) -> bool {
        self.is_for(Class::Member(role))
    }

    /// Whether an API key of an organisation may do it, inside the organisation.
    pub fn is_for_keys(self) -> bool {
        self.is_for(Class::ApiKey)
    }

    /// Whether a device at a door may do it, on its own event.
    pub fn is_for_devices(self) -> bool {
        self.is_for(Class::Device)
    }

    /// Whether an account has to have proved within the last minutes that its owner is there.
    pub fn needs_step_up(self) -> bool {
        self.rule().step_up
    }

    /// Whether it is about the person who asks: a program of the platform is none.
    pub(super) fn is_for_people(self) -> bool {
        matches!(
            self,
            Self::ViewAccount
                | Self::StepUp
                | Self::ManageAccount
                | Self::AcceptInvitation
                | Self::Impersonate
        )
    }

    /// Whether someone may do it who looks with another's eyes: neither what proves who one is nor
    /// what speaks for the person.
    pub(super) fn is_for_impersonators(self) -> bool {
        !self.needs_step_up()
            && !matches!(
                self,
                Self::StepUp
                    | Self::ManageAccount
                    | Self::AcceptInvitation
                    | Self::CreateOrganization
                    | Self::ManageDevices
            )
    }

    /// A stable name, as written beside the operation in the OpenAPI document.
    pub fn name(self) -> &'static str {
        match self {
            Self::CreateOrganization => "create_organization",
            Self::ManageApiKeys => "manage_api_keys",
            Self::DraftEvent => "draft_event",
            Self::ManageEvent => "manage_event",
            Self::ReserveTickets => "reserve_tickets",
            Self::ReleaseReservation => "release_reservation",
            Self::PayReservation => "pay_reservation",
            Self::DeliverWebhook => "deliver_webhook",
            Self::BrowseCatalogue => "browse_catalogue",
            Self::ViewOrder => "view_order",
            Self::ViewOrganization => "view_organization",
            Self::ReadAudit => "read_audit",
            Self::ViewPlatformHealth => "view_platform_health",
            Self::Authenticate => "authenticate",
            Self::ViewAccount => "view_account",
            Self::StepUp => "step_up",
            Self::ManageAccount => "manage_account",
            Self::AcceptInvitation => "accept_invitation",
            Self::ViewMembers => "view_members",
            Self::ManageMembers => "manage_members",
            Self::RemoveMember => "remove_member",
            Self::ViewApiKeys => "view_api_keys",
            Self::ManagePlatform => "manage_platform",
            Self::Impersonate => "impersonate",
            Self::ExportData => "export_data",
            Self::ViewPlatform => "view_platform",
            Self::ManageDevices => "manage_devices",
            Self::ViewDevices => "view_devices",
            Self::ViewDoor => "view_door",
            Self::ViewDevice => "view_device",
        }
    }

    /// The action of that name.
    ///
    /// # Errors
    ///
    /// [`UnknownAction`] if there is none.
    pub fn parse(name: &str) -> Result<Self, UnknownAction> {
        Self::ALL
            .into_iter()
            .find(|action| action.name() == name)
            .ok_or_else(|| UnknownAction(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_name_of_its_own() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.name()), Ok(action));
        }
        assert!(Action::parse("fly").is_err());
    }

    #[test]
    fn the_public_does_nothing_that_needs_to_know_who_it_is() {
        for action in Action::ALL {
            assert!(!(action.is_public() && action.needs_step_up()), "{action:?}");
        }
    }

    #[test]
    fn what_a_lower_role_may_a_higher_one_may_too() {
        for action in Action::ALL {
            let may: Vec<bool> =
                MemberRole::ALL.into_iter().map(|role| action.is_for_role(role)).collect();
            let down = may.windows(2).all(|pair| pair[0] || !pair[1]);
            assert!(down, "{action:?}: {may:?}");
        }
    }
}
