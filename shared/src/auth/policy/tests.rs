//! The policy, actor by actor.

use std::sync::Arc;

use uuid::Uuid;

use super::*;
use crate::{
    auth::{Membership, Scopes},
    clock::Clock,
    id::SessionId,
};

const OURS: OrganizationId = OrganizationId::new(Uuid::from_u128(1));
const THEIRS: OrganizationId = OrganizationId::new(Uuid::from_u128(2));
const HELD: ReservationId = ReservationId::new(Uuid::from_u128(3));
const OTHER: ReservationId = ReservationId::new(Uuid::from_u128(4));
const BUYER: PersonId = PersonId::new(Uuid::from_u128(5));
const ME: AccountId = AccountId::new(Uuid::from_u128(6));
const YOU: AccountId = AccountId::new(Uuid::from_u128(7));

fn held_at(organization: OrganizationId) -> Resource {
    Resource::Reservation { reservation: HELD, organization, person: Some(BUYER) }
}

/// An account that has just logged in with both factors.
fn an_account() -> AccountActor {
    AccountActor {
        account: ME,
        session: SessionId::new(Uuid::from_u128(8)),
        persons: Vec::new(),
        memberships: Vec::new(),
        platform_admin: false,
        second_factor: true,
        stepped_up: true,
        impersonator: None,
    }
}

fn actor(account: AccountActor) -> Actor {
    Actor::Account(Arc::new(account))
}

fn member(role: MemberRole) -> Actor {
    let membership = Membership { organization: OURS, role };
    actor(AccountActor { memberships: vec![membership], ..an_account() })
}

fn place_of(account: Option<AccountId>, role: MemberRole) -> Resource {
    Resource::Member { organization: OURS, account, role }
}

#[test]
fn the_public_is_asked_for_credentials_and_not_told_more() {
    for action in Action::ALL {
        let answer = action.admits(&Actor::Public);
        let expected = if action.is_public() { Ok(()) } else { Err(Denied::Unauthenticated) };
        assert_eq!(answer, expected, "{action:?}");
    }
}

#[test]
fn an_admin_may_do_everything() {
    let admin = actor(AccountActor { platform_admin: true, ..an_account() });
    for action in Action::ALL {
        assert_eq!(may(&admin, action, Resource::Platform), Ok(()), "{action:?}");
        assert_eq!(may(&admin, action, held_at(THEIRS)), Ok(()), "{action:?}");
    }
}

#[test]
fn a_platform_key_may_do_everything_but_be_a_person() {
    for action in Action::ALL {
        let answer = may(&Actor::Admin, action, held_at(THEIRS));
        let expected = if action.is_for_people() { Err(Denied::Forbidden) } else { Ok(()) };
        assert_eq!(answer, expected, "{action:?}");
    }
    assert!(Action::ManageAccount.is_for_people() && Action::Impersonate.is_for_people());
    assert!(!Action::ManagePlatform.is_for_people());
}

#[test]
fn an_admin_without_the_second_factor_is_told_to_prove_it() {
    let admin = actor(AccountActor { platform_admin: true, second_factor: false, ..an_account() });
    assert_eq!(
        may(&admin, Action::ManagePlatform, Resource::Platform),
        Err(Denied::SecondFactorRequired)
    );
    assert_eq!(may(&admin, Action::ManageAccount, Resource::Account(ME)), Ok(()));
    assert_eq!(may(&admin, Action::ViewAccount, Resource::Account(YOU)), Err(Denied::Foreign));
}

#[test]
fn an_organizer_manages_own_events_only() {
    let organizer = Actor::Organizer(OURS);
    let manage = |owner| may(&organizer, Action::ManageEvent, Resource::Organization(owner));
    assert_eq!(manage(OURS), Ok(()));
    assert_eq!(manage(THEIRS), Err(Denied::Foreign));
}

#[test]
fn a_key_does_neither_run_the_platform_nor_choose_members() {
    for action in [
        Action::CreateOrganization,
        Action::ViewPlatformHealth,
        Action::ManageMembers,
        Action::RemoveMember,
        Action::Impersonate,
        Action::ManageAccount,
    ] {
        let answer = may(&Actor::Organizer(OURS), action, Resource::Organization(OURS));
        assert_eq!(answer, Err(Denied::Forbidden), "{action:?}");
    }
}

#[test]
fn a_scoped_key_does_what_its_scopes_say() {
    let key = Actor::ScopedKey(OURS, Scopes::of(&[Action::ViewOrder]).unwrap());
    let ours = Resource::Organization(OURS);
    assert_eq!(may(&key, Action::ViewOrder, held_at(OURS)), Ok(()));
    assert_eq!(may(&key, Action::ViewOrder, held_at(THEIRS)), Err(Denied::Foreign));
    assert_eq!(may(&key, Action::ManageApiKeys, ours), Err(Denied::Forbidden));
    assert_eq!(may(&key, Action::BrowseCatalogue, ours), Ok(()));
}

#[test]
fn a_holder_sees_and_pays_that_reservation_only() {
    for action in [Action::ViewOrder, Action::PayReservation, Action::ReleaseReservation] {
        assert_eq!(may(&Actor::Holder(HELD), action, held_at(OURS)), Ok(()));
        assert_eq!(may(&Actor::Holder(OTHER), action, held_at(OURS)), Err(Denied::Foreign));
    }
}

#[test]
fn a_holder_sees_nothing_of_the_organization() {
    let answer = may(&Actor::Holder(HELD), Action::ViewOrganization, Resource::Organization(OURS));
    assert_eq!(answer, Err(Denied::Forbidden));
}

#[test]
fn the_account_that_proved_the_address_sees_the_order() {
    let buyer = actor(AccountActor { persons: vec![BUYER], ..an_account() });
    assert_eq!(may(&buyer, Action::ViewOrder, held_at(OURS)), Ok(()));
    assert_eq!(may(&actor(an_account()), Action::ViewOrder, held_at(OURS)), Err(Denied::Foreign));
    let unknown = Resource::Reservation { reservation: HELD, organization: OURS, person: None };
    assert_eq!(may(&buyer, Action::ViewOrder, unknown), Err(Denied::Foreign));
}

#[test]
fn only_the_buyer_and_the_platform_pay() {
    let organizer = Actor::Organizer(OURS);
    assert_eq!(may(&organizer, Action::PayReservation, held_at(OURS)), Err(Denied::Forbidden));
    let owner = member(MemberRole::Owner);
    assert_eq!(may(&owner, Action::PayReservation, held_at(OURS)), Err(Denied::Forbidden));
}

#[test]
fn credentials_never_take_away_what_the_public_may() {
    for actor in [Actor::Organizer(THEIRS), Actor::Holder(OTHER), actor(an_account())] {
        let answer = may(&actor, Action::ReserveTickets, Resource::Organization(OURS));
        assert_eq!(answer, Ok(()));
    }
}

#[test]
fn a_role_counts_in_its_organization_only() {
    let manager = member(MemberRole::Manager);
    let manage = |owner| may(&manager, Action::ManageEvent, Resource::Organization(owner));
    assert_eq!(manage(OURS), Ok(()));
    assert_eq!(manage(THEIRS), Err(Denied::Foreign));
}

#[test]
fn a_lower_role_is_refused_and_not_told_that_the_own_organization_is_missing() {
    let finance = member(MemberRole::Finance);
    let ours = Resource::Organization(OURS);
    assert_eq!(may(&finance, Action::ManageEvent, ours), Err(Denied::Forbidden));
    assert_eq!(may(&finance, Action::ViewOrganization, ours), Ok(()));
    let door = member(MemberRole::DoorStaff);
    assert_eq!(may(&door, Action::ViewOrganization, ours), Err(Denied::Forbidden));
}

#[test]
fn nobody_gives_a_role_above_the_own() {
    let manager = member(MemberRole::Manager);
    for role in MemberRole::ALL {
        let expected = if role == MemberRole::Owner { Err(Denied::Forbidden) } else { Ok(()) };
        assert_eq!(may(&manager, Action::ManageMembers, place_of(None, role)), expected);
        assert_eq!(may(&manager, Action::RemoveMember, place_of(Some(YOU), role)), expected);
        let owner = member(MemberRole::Owner);
        assert_eq!(may(&owner, Action::ManageMembers, place_of(Some(YOU), role)), Ok(()));
    }
}

#[test]
fn everybody_may_leave_but_not_remove_others() {
    let door = member(MemberRole::DoorStaff);
    let leave = place_of(Some(ME), MemberRole::DoorStaff);
    assert_eq!(may(&door, Action::RemoveMember, leave), Ok(()));
    let remove = place_of(Some(YOU), MemberRole::DoorStaff);
    assert_eq!(may(&door, Action::RemoveMember, remove), Err(Denied::Forbidden));
}

#[test]
fn what_is_dangerous_needs_a_fresh_proof() {
    let membership = Membership { organization: OURS, role: MemberRole::Owner };
    let stale =
        actor(AccountActor { memberships: vec![membership], stepped_up: false, ..an_account() });
    let ours = Resource::Organization(OURS);
    assert_eq!(may(&stale, Action::ManageApiKeys, ours), Err(Denied::StepUpRequired));
    assert_eq!(may(&stale, Action::ViewApiKeys, ours), Ok(()));
    assert_eq!(may(&Actor::Organizer(OURS), Action::ManageApiKeys, ours), Ok(()));
}

#[test]
fn whoever_looks_with_anothers_eyes_sees_and_does_not_speak() {
    let membership = Membership { organization: OURS, role: MemberRole::Owner };
    let looking = AccountActor {
        memberships: vec![membership],
        platform_admin: true,
        impersonator: Some(YOU),
        ..an_account()
    };
    let looking = actor(looking);
    let ours = Resource::Organization(OURS);
    assert_eq!(may(&looking, Action::ViewOrganization, ours), Ok(()));
    assert_eq!(may(&looking, Action::ViewAccount, Resource::Account(ME)), Ok(()));
    for action in [
        Action::ManageApiKeys,
        Action::ManageMembers,
        Action::ManagePlatform,
        Action::Impersonate,
        Action::ManageAccount,
        Action::StepUp,
        Action::CreateOrganization,
        Action::AcceptInvitation,
        Action::ManageDevices,
    ] {
        assert_eq!(may(&looking, action, ours), Err(Denied::Forbidden), "{action:?}");
    }
}

#[test]
fn a_device_sees_itself_and_the_door_of_its_event_and_nothing_else() {
    let (event, device) = (EventId::new(Uuid::from_u128(9)), DeviceId::new(Uuid::from_u128(10)));
    let actor = Actor::Device(Arc::new(DeviceActor {
        device,
        organization: OURS,
        event,
        gates: vec!["North".to_owned()],
        lease_ends_at: Clock::system().now(),
    }));
    let (other_event, other_device) = (EventId::new(ME.uuid()), DeviceId::new(ME.uuid()));
    let door =
        |event, organization| may(&actor, Action::ViewDoor, Resource::Door { event, organization });
    assert_eq!(door(event, OURS), Ok(()));
    assert_eq!(door(other_event, OURS), Err(Denied::Foreign), "another event of ours");
    assert_eq!(door(event, THEIRS), Err(Denied::Foreign));
    let own =
        |device| may(&actor, Action::ViewDevice, Resource::Device { device, organization: OURS });
    assert_eq!(own(device), Ok(()));
    assert_eq!(own(other_device), Err(Denied::Foreign));
    for action in Action::ALL {
        let may_ever = matches!(action, Action::ViewDoor | Action::ViewDevice);
        let expected = if may_ever || action.is_public() { Ok(()) } else { Err(Denied::Forbidden) };
        assert_eq!(action.admits(&actor), expected, "{action:?}");
        assert_eq!(actor.reach(action).within(), Some(Vec::new()), "{action:?}");
    }
    let caller = Caller::try_new(actor.clone(), None, Action::ViewDoor).unwrap();
    assert_eq!(caller.audit_name(), format!("device:{device}"));
}

#[test]
fn the_audit_name_names_the_credential() {
    let id = Uuid::from_u128(9);
    let key = Some(ApiKeyId::new(id));
    let name =
        |actor, key, action| Caller::try_new(actor, key, action).unwrap().audit_name().into_owned();
    assert_eq!(name(Actor::Admin, key, Action::ReadAudit), format!("api_key:{id}"));
    assert_eq!(
        name(Actor::Holder(HELD), None, Action::ViewOrder),
        format!("holder:{}", HELD.uuid())
    );
    assert_eq!(name(Actor::Public, None, Action::BrowseCatalogue), "public");
    let mine = name(actor(an_account()), None, Action::ViewAccount);
    assert_eq!(mine, format!("account:{ME}"));
    let looking = actor(AccountActor { impersonator: Some(YOU), ..an_account() });
    let looking = name(looking, None, Action::ViewAccount);
    assert_eq!(looking, format!("account:{YOU} as account:{ME}"));
}
