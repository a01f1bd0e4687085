//! Compares the policy with `docs/AUTHORIZATION.md`, cell by cell.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;
use uuid::Uuid;

use super::*;
use crate::{
    auth::{Membership, Scopes},
    clock::Clock,
    id::SessionId,
};

const TABLE: &str = include_str!("../../../../docs/AUTHORIZATION.md");
const DOCUMENT: &str = include_str!("../../../../docs/openapi.json");

const OURS: OrganizationId = OrganizationId::new(Uuid::from_u128(1));
const THEIRS: OrganizationId = OrganizationId::new(Uuid::from_u128(2));
const ME: AccountId = AccountId::new(Uuid::from_u128(3));
const YOU: AccountId = AccountId::new(Uuid::from_u128(4));
const BOUGHT: PersonId = PersonId::new(Uuid::from_u128(5));
const HELD: ReservationId = ReservationId::new(Uuid::from_u128(6));
const OTHER: ReservationId = ReservationId::new(Uuid::from_u128(7));
const HERE: EventId = EventId::new(Uuid::from_u128(9));
const THERE: EventId = EventId::new(Uuid::from_u128(10));
const PHONE: DeviceId = DeviceId::new(Uuid::from_u128(11));
const OTHER_PHONE: DeviceId = DeviceId::new(Uuid::from_u128(12));

const CALLERS: [&str; 15] = [
    "public",
    "holder",
    "device",
    "account",
    "door staff",
    "finance",
    "manager",
    "owner",
    "key",
    "scoped key",
    "platform key",
    "admin",
    "unproved admin",
    "suspended",
    "impersonator",
];
/// What the scoped key of the table may do.
const SCOPES: [Action; 2] = [Action::ManageEvent, Action::ViewOrder];

/// A device at the door of an event of ours.
fn device() -> Actor {
    Actor::Device(Arc::new(DeviceActor {
        device: PHONE,
        organization: OURS,
        event: HERE,
        gates: Vec::new(),
        lease_ends_at: Clock::system().now(),
    }))
}

fn person(role: Option<MemberRole>, stepped_up: bool) -> AccountActor {
    AccountActor {
        account: ME,
        session: SessionId::new(Uuid::from_u128(8)),
        persons: vec![BOUGHT],
        memberships: role.map(|role| Membership { organization: OURS, role }).into_iter().collect(),
        platform_admin: false,
        second_factor: true,
        stepped_up,
        impersonator: None,
    }
}

fn caller(name: &str, stepped_up: bool) -> Actor {
    let member = |role| person(Some(role), stepped_up);
    let nobody = || person(None, stepped_up);
    let account = match name {
        "public" => return Actor::Public,
        "holder" => return Actor::Holder(HELD),
        "device" => return device(),
        "key" => return Actor::Organizer(OURS),
        "scoped key" => return Actor::ScopedKey(OURS, Scopes::of(&SCOPES).unwrap()),
        "platform key" => return Actor::Admin,
        // Of a suspended organisation nothing is left to its people.
        "account" | "suspended" => nobody(),
        "door staff" => member(MemberRole::DoorStaff),
        "finance" => member(MemberRole::Finance),
        "manager" => member(MemberRole::Manager),
        "owner" => member(MemberRole::Owner),
        "admin" => AccountActor { platform_admin: true, ..nobody() },
        "unproved admin" => AccountActor { platform_admin: true, second_factor: false, ..nobody() },
        "impersonator" => AccountActor { impersonator: Some(YOU), ..member(MemberRole::Owner) },
        other => panic!("who is {other}?"),
    };
    Actor::Account(Arc::new(account))
}

/// What an action touches, of the caller's own or of somebody else's.
fn resource(action: Action, caller: &str, own: bool) -> Resource {
    let organization = if own { OURS } else { THEIRS };
    let person_owns =
        !matches!(caller, "public" | "holder" | "key" | "scoped key" | "platform key" | "admin");
    let speaks_for_it = matches!(caller, "owner" | "impersonator");
    match action {
        Action::ReleaseReservation | Action::PayReservation | Action::ViewOrder => {
            Resource::Reservation {
                reservation: if own { HELD } else { OTHER },
                organization,
                // Bought by the account, of whomever.
                person: (own && person_owns).then_some(BOUGHT),
            }
        }
        Action::ViewAccount | Action::StepUp | Action::ManageAccount | Action::AcceptInvitation => {
            Resource::Account(if own { ME } else { YOU })
        }
        // The own history is that of the account.
        Action::ReadAudit if person_owns && !speaks_for_it => {
            Resource::Account(if own { ME } else { YOU })
        }
        Action::CreateOrganization
        | Action::ViewPlatformHealth
        | Action::ViewPlatform
        | Action::ManagePlatform
        | Action::Impersonate
        | Action::DeliverWebhook
        | Action::BrowseCatalogue
        | Action::Authenticate => Resource::Platform,
        Action::ManageMembers | Action::RemoveMember => {
            Resource::Member { organization, account: Some(ME), role: MemberRole::DoorStaff }
        }
        Action::ManageApiKeys
        | Action::DraftEvent
        | Action::ManageEvent
        | Action::ReserveTickets
        | Action::ViewOrganization
        | Action::ReadAudit
        | Action::ViewMembers
        | Action::ExportData
        | Action::ViewApiKeys
        | Action::ManageDevices
        | Action::ViewDevices => Resource::Organization(organization),
        Action::ViewDoor => Resource::Door { event: if own { HERE } else { THERE }, organization },
        Action::ViewDevice => {
            Resource::Device { device: if own { PHONE } else { OTHER_PHONE }, organization }
        }
    }
}

fn answer(action: Action, name: &str, own: bool) -> &'static str {
    let touched = resource(action, name, own);
    let fresh = may(&caller(name, true), action, touched);
    let stale = may(&caller(name, false), action, touched);
    match (fresh, stale) {
        (Ok(()), Ok(())) => "yes",
        (Ok(()), Err(Denied::StepUpRequired)) => "yes*",
        (Err(Denied::Unauthenticated), _) => "401",
        (Err(Denied::Forbidden | Denied::SecondFactorRequired), _) => "403",
        (Err(Denied::Foreign), _) => "404",
        other => panic!("{action:?} {name}: {other:?}"),
    }
}

/// The rows of the first table: action and cells.
fn rows() -> Vec<(&'static str, Vec<&'static str>)> {
    let row = |line: &'static str| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let action = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        Some((action, cells.collect()))
    };
    let (first, _) = TABLE.split_once("differ from their row").unwrap();
    first.lines().filter(|line| line.starts_with("| `")).filter_map(row).collect()
}

#[test]
fn the_table_says_what_the_policy_decides() {
    let header = TABLE.lines().find(|line| line.starts_with("| action")).unwrap();
    let callers: Vec<&str> = header.trim_matches('|').split('|').skip(1).map(str::trim).collect();
    assert_eq!(callers, CALLERS);
    let mut cells = 0;
    for (name, row) in rows() {
        let action = Action::parse(name).unwrap();
        assert_eq!(row.len(), CALLERS.len(), "{name}");
        for (caller, cell) in CALLERS.iter().zip(row) {
            let decided =
                format!("{} {}", answer(action, caller, true), answer(action, caller, false));
            assert_eq!(cell, decided, "{name}, {caller}");
            cells += 2;
        }
    }
    assert_eq!(cells, Action::ALL.len() * CALLERS.len() * 2);
}

#[test]
fn the_table_lists_every_action_once() {
    let listed: Vec<&str> = rows().into_iter().map(|(name, _)| name).collect();
    let all: Vec<&str> = Action::ALL.into_iter().map(Action::name).collect();
    assert_eq!(listed.iter().collect::<BTreeSet<_>>(), all.iter().collect::<BTreeSet<_>>());
    assert_eq!(listed.len(), all.len());
}

#[test]
fn every_operation_names_an_action_of_the_table() {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let listed: BTreeSet<&str> = rows().into_iter().map(|(name, _)| name).collect();
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let policy = operation["x-policy"].as_str();
            assert!(policy.is_some_and(|policy| listed.contains(policy)), "{method} {path}");
            operations += 1;
        }
    }
    assert!(operations > 60, "{operations}");
}
