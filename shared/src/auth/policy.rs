//! The policy: which actor may do which action on which resource.

use std::borrow::Cow;

use thiserror::Error;

use crate::id::{ApiKeyId, OrganizationId, ReservationId};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Runs the platform.
    Admin,
    /// Acts for one organisation.
    Organizer(OrganizationId),
    /// Holds the access token of one reservation, and so of the order it may become.
    Holder(ReservationId),
    /// Nobody in particular.
    Public,
}

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
}

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
    /// The thing belongs to someone else: to this actor it doesn't exist.
    #[error("not found")]
    Foreign,
}

/// Not the name of an [`Action`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no action is called {0:?}")]
pub struct UnknownAction(pub String);

impl Action {
    /// Every action.
    pub const ALL: [Self; 13] = [
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
    ];

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

    /// Whether anyone at all may do it.
    pub fn is_public(self) -> bool {
        match self {
            Self::ReserveTickets | Self::DeliverWebhook | Self::BrowseCatalogue => true,
            Self::CreateOrganization
            | Self::ManageApiKeys
            | Self::DraftEvent
            | Self::ManageEvent
            | Self::ReleaseReservation
            | Self::PayReservation
            | Self::ViewOrder
            | Self::ViewOrganization
            | Self::ReadAudit
            | Self::ViewPlatformHealth => false,
        }
    }

    /// Whether an actor in this role may ever do it, on things of their own.
    ///
    /// # Errors
    ///
    /// [`Denied::Unauthenticated`] if credentials could help, [`Denied::Forbidden`] if these don't.
    pub fn admits(self, actor: Actor) -> Result<(), Denied> {
        let admitted = match actor {
            Actor::Admin => true,
            Actor::Organizer(_) => self.is_public() || self.is_for_organizers(),
            Actor::Holder(_) => self.is_public() || self.is_for_holders(),
            Actor::Public => self.is_public(),
        };
        match actor {
            _ if admitted => Ok(()),
            Actor::Public => Err(Denied::Unauthenticated),
            Actor::Admin | Actor::Organizer(_) | Actor::Holder(_) => Err(Denied::Forbidden),
        }
    }

    fn is_for_organizers(self) -> bool {
        match self {
            Self::ManageApiKeys
            | Self::DraftEvent
            | Self::ManageEvent
            | Self::ReleaseReservation
            | Self::ViewOrder
            | Self::ViewOrganization
            | Self::ReadAudit => true,
            Self::CreateOrganization
            | Self::ReserveTickets
            | Self::PayReservation
            | Self::DeliverWebhook
            | Self::BrowseCatalogue
            | Self::ViewPlatformHealth => false,
        }
    }

    fn is_for_holders(self) -> bool {
        match self {
            Self::ReleaseReservation | Self::PayReservation | Self::ViewOrder => true,
            Self::CreateOrganization
            | Self::ManageApiKeys
            | Self::DraftEvent
            | Self::ManageEvent
            | Self::ReserveTickets
            | Self::DeliverWebhook
            | Self::BrowseCatalogue
            | Self::ViewOrganization
            | Self::ReadAudit
            | Self::ViewPlatformHealth => false,
        }
    }
}

/// Whether `actor` may do `action` on `resource`.
///
/// # Errors
///
/// As [`Action::admits`]; [`Denied::Foreign`] if the resource belongs to someone else.
pub fn may(actor: Actor, action: Action, resource: Resource) -> Result<(), Denied> {
    action.admits(actor)?;
    if action.is_public() {
        return Ok(());
    }
    let owned = match (actor, resource) {
        (Actor::Admin, _) => true,
        (
            Actor::Organizer(own),
            Resource::Organization(organization) | Resource::Reservation { organization, .. },
        ) => own == organization,
        (Actor::Holder(own), Resource::Reservation { reservation, .. }) => own == reservation,
        (Actor::Organizer(_), Resource::Platform)
        | (Actor::Holder(_), Resource::Platform | Resource::Organization(_))
        | (Actor::Public, _) => false,
    };
    if owned { Ok(()) } else { Err(Denied::Foreign) }
}

/// Who makes this request, already admitted to the action of its route. Handlers take it as an
/// argument; only a guarded route has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
        action.admits(actor)?;
        Ok(Self { actor, api_key, action })
    }

    /// Who asks.
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// What the route does.
    pub fn action(&self) -> Action {
        self.action
    }

    /// Whether this caller may do the action of the route on that resource.
    ///
    /// # Errors
    ///
    /// As [`may`].
    pub fn may(&self, resource: Resource) -> Result<(), Denied> {
        may(self.actor, self.action, resource)
    }

    /// How this caller is named in recorded history: `api_key:<id>`, `holder:<reservation>` or
    /// `public`. Never a secret or a personal name.
    pub fn audit_name(&self) -> Cow<'static, str> {
        match (self.actor, self.api_key) {
            (Actor::Holder(reservation), _) => format!("holder:{reservation}").into(),
            (Actor::Admin | Actor::Organizer(_), Some(key)) => format!("api_key:{key}").into(),
            (Actor::Admin, None) => "admin".into(),
            (Actor::Organizer(organization), None) => format!("organizer:{organization}").into(),
            (Actor::Public, _) => "public".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const OURS: OrganizationId = OrganizationId::new(Uuid::from_u128(1));
    const THEIRS: OrganizationId = OrganizationId::new(Uuid::from_u128(2));
    const HELD: ReservationId = ReservationId::new(Uuid::from_u128(3));
    const OTHER: ReservationId = ReservationId::new(Uuid::from_u128(4));

    fn held_at(organization: OrganizationId) -> Resource {
        Resource::Reservation { reservation: HELD, organization }
    }

    #[test]
    fn every_action_has_a_name_of_its_own() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.name()), Ok(action));
        }
        assert!(Action::parse("fly").is_err());
    }

    #[test]
    fn the_public_is_asked_for_credentials_and_not_told_more() {
        for action in Action::ALL {
            let answer = action.admits(Actor::Public);
            let expected = if action.is_public() { Ok(()) } else { Err(Denied::Unauthenticated) };
            assert_eq!(answer, expected, "{action:?}");
        }
    }

    #[test]
    fn an_admin_may_do_everything() {
        for action in Action::ALL {
            assert_eq!(may(Actor::Admin, action, Resource::Platform), Ok(()));
            assert_eq!(may(Actor::Admin, action, held_at(THEIRS)), Ok(()));
        }
    }

    #[test]
    fn an_organizer_manages_own_events_only() {
        let organizer = Actor::Organizer(OURS);
        let manage = |owner| may(organizer, Action::ManageEvent, Resource::Organization(owner));
        assert_eq!(manage(OURS), Ok(()));
        assert_eq!(manage(THEIRS), Err(Denied::Foreign));
    }

    #[test]
    fn an_organizer_does_not_run_the_platform() {
        let organizer = Actor::Organizer(OURS);
        for action in [Action::CreateOrganization, Action::ViewPlatformHealth] {
            assert_eq!(may(organizer, action, Resource::Platform), Err(Denied::Forbidden));
        }
    }

    #[test]
    fn a_holder_sees_and_pays_that_reservation_only() {
        for action in [Action::ViewOrder, Action::PayReservation, Action::ReleaseReservation] {
            assert_eq!(may(Actor::Holder(HELD), action, held_at(OURS)), Ok(()));
            assert_eq!(may(Actor::Holder(OTHER), action, held_at(OURS)), Err(Denied::Foreign));
        }
    }

    #[test]
    fn a_holder_sees_nothing_of_the_organization() {
        let answer =
            may(Actor::Holder(HELD), Action::ViewOrganization, Resource::Organization(OURS));
        assert_eq!(answer, Err(Denied::Forbidden));
    }

    #[test]
    fn only_the_holder_and_the_platform_pay() {
        let answer = may(Actor::Organizer(OURS), Action::PayReservation, held_at(OURS));
        assert_eq!(answer, Err(Denied::Forbidden));
    }

    #[test]
    fn credentials_never_take_away_what_the_public_may() {
        for actor in [Actor::Organizer(THEIRS), Actor::Holder(OTHER)] {
            let answer = may(actor, Action::ReserveTickets, Resource::Organization(OURS));
            assert_eq!(answer, Ok(()));
        }
    }

    #[test]
    fn the_audit_name_names_the_credential() {
        let id = Uuid::from_u128(9);
        let key = Some(ApiKeyId::new(id));
        let name = |actor, key, action| {
            Caller::try_new(actor, key, action).unwrap().audit_name().into_owned()
        };
        assert_eq!(name(Actor::Admin, key, Action::ReadAudit), format!("api_key:{id}"));
        assert_eq!(
            name(Actor::Holder(HELD), None, Action::ViewOrder),
            format!("holder:{}", HELD.uuid())
        );
        assert_eq!(name(Actor::Public, None, Action::BrowseCatalogue), "public");
    }
}
