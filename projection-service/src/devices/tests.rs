//! Devices see themselves and their door, the desk sees its devices, and nobody sees others.

use chrono::TimeDelta;
use http::StatusCode;
use shared::{
    auth::{
        AccountActor, DeviceActor, DeviceClaims, MemberRole, Membership, TokenClaims, TokenSigner,
    },
    events::box_office::BoxOfficeEvent,
    id::{AccountId, DeviceId, EventId, IdSource, OrganizationId, SessionId},
};
use tokio::time::{Duration, sleep};
use uuid::Uuid;

use crate::{
    samples,
    testing::{Fixture, token_keys},
};

/// An enrolled device in the database.
async fn enrolled(fixture: &Fixture, organization: OrganizationId, event: EventId) -> DeviceId {
    let (id, now) = (IdSource.next(), fixture.clock.now());
    sqlx::query(
        "INSERT INTO identity.devices (id, organization_id, event_id, label, gates, lease_hours,
             ends_at, created_at, code_sha256, code_expires_at, public_key, enrolled_at,
             lease_ends_at, last_used_at)
         VALUES ($1, $2, $3, 'Blue phone', '{North}', 3, $4 + interval '2 days', $4,
                 sha256($1::text::bytea), $4 + interval '10 minutes',
                 decode('04' || repeat('00', 64), 'hex'), $4, $4 + interval '3 hours', $4)",
    )
    .bind(id)
    .bind(organization.uuid())
    .bind(event.uuid())
    .bind(now)
    .execute(fixture.database.owner())
    .await
    .unwrap();
    DeviceId::new(id)
}

fn token(fixture: &Fixture, device: DeviceId, event: EventId) -> String {
    let now = fixture.clock.now();
    let actor = DeviceActor {
        device,
        organization: samples::organization_id(),
        event,
        gates: vec!["North".to_owned()],
        lease_ends_at: now + TimeDelta::hours(3),
    };
    TokenSigner::new(token_keys()).sign_device(&DeviceClaims::new(&actor, now))
}

fn member(fixture: &Fixture, organization: OrganizationId, role: MemberRole) -> String {
    let actor = AccountActor {
        account: AccountId::new(Uuid::from_u128(0xADA)),
        session: SessionId::new(Uuid::from_u128(0x5E5)),
        persons: Vec::new(),
        memberships: vec![Membership { organization, role }],
        platform_admin: false,
        second_factor: false,
        stepped_up: false,
        impersonator: None,
    };
    let now = fixture.clock.now();
    TokenSigner::new(token_keys()).sign(&TokenClaims::new(&actor, None, now))
}

async fn a_door() -> (Fixture, DeviceId, String) {
    let fixture = Fixture::start().await;
    fixture
        .record(vec![
            samples::drafted(),
            samples::type_added(1, None),
            BoxOfficeEvent::EventPublished {},
        ])
        .await;
    let device = enrolled(&fixture, samples::organization_id(), samples::event_id()).await;
    let token = token(&fixture, device, samples::event_id());
    (fixture, device, token)
}

#[tokio::test]
async fn a_device_sees_itself_and_the_door_of_its_event() {
    let (fixture, device, token) = a_door().await;
    let own = fixture.get(&format!("/devices/{device}"), Some(&token)).await.json();
    assert_eq!((&own["label"], &own["status"]), (&"Blue phone".into(), &"ACTIVE".into()));
    let path = format!("/events/{}/door", samples::event_id());
    let door = fixture.get(&path, Some(&token)).await.json();
    assert_eq!(door["ticket_types"].as_array().unwrap().len(), 1);
    for private in ["price", "per_person_cap", "total_capacity", "sold"] {
        assert!(!door.to_string().contains(private), "{private}");
    }
}

#[tokio::test]
async fn another_event_and_another_device_are_missing() {
    let (fixture, device, token) = a_door().await;
    let other_event = EventId::new(Uuid::from_u128(0xE7E7));
    let mut drafted = samples::drafted();
    if let BoxOfficeEvent::EventDrafted { event_id, .. } = &mut drafted {
        *event_id = other_event;
    }
    fixture.record_at(other_event, samples::noon(), vec![drafted]).await;
    let other = enrolled(&fixture, samples::organization_id(), other_event).await;
    let missing = fixture.get(&format!("/events/{}/door", Uuid::nil()), Some(&token)).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    for path in [format!("/events/{other_event}/door"), format!("/devices/{other}")] {
        let foreign = fixture.get(&path, Some(&token)).await;
        assert_eq!(foreign.problem(), missing.problem(), "{path}");
    }
    // The other device does see it: it isn't missing for another reason.
    let theirs = self::token(&fixture, other, other_event);
    let door = fixture.get(&format!("/events/{other_event}/door"), Some(&theirs)).await;
    assert_eq!(door.status, StatusCode::OK);
    let first = fixture.get(&format!("/devices/{device}"), Some(&theirs)).await;
    assert_eq!(first.problem(), missing.problem());
}

#[tokio::test]
async fn a_device_reads_nothing_of_its_organization() {
    let (fixture, _, token) = a_door().await;
    let (ours, event) = (samples::organization_id(), samples::event_id());
    for path in [
        format!("/organizations/{ours}/devices"),
        format!("/organizations/{ours}/events"),
        format!("/organizations/{ours}/members"),
        format!("/organizations/{ours}/api-keys"),
        format!("/events/{event}/orders"),
        format!("/audit/streams/box_office/{event}"),
        "/account".to_owned(),
    ] {
        let answer = fixture.get(&path, Some(&token)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn a_revoked_device_sees_nothing_within_a_second() {
    let (fixture, device, token) = a_door().await;
    let path = format!("/devices/{device}");
    assert_eq!(fixture.get(&path, Some(&token)).await.status, StatusCode::OK);
    sqlx::query("UPDATE identity.devices SET revoked_at = $1")
        .bind(fixture.clock.now())
        .execute(fixture.database.owner())
        .await
        .unwrap();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(fixture.get(&path, Some(&token)).await.status, StatusCode::UNAUTHORIZED);
    let listed = format!("/organizations/{}/devices", samples::organization_id());
    let listed = fixture.get(&listed, Some(&fixture.organizer)).await.json();
    assert_eq!(listed["data"][0]["status"], "REVOKED");
}

#[tokio::test]
async fn owners_and_managers_list_their_devices_and_nobody_else_does() {
    let (fixture, device, _) = a_door().await;
    let ours = samples::organization_id();
    let path = format!("/organizations/{ours}/devices");
    for (role, status) in [
        (MemberRole::Owner, StatusCode::OK),
        (MemberRole::Manager, StatusCode::OK),
        (MemberRole::Finance, StatusCode::FORBIDDEN),
        (MemberRole::DoorStaff, StatusCode::FORBIDDEN),
    ] {
        let token = member(&fixture, ours, role);
        assert_eq!(fixture.get(&path, Some(&token)).await.status, status, "{role:?}");
        let door = format!("/events/{}/door", samples::event_id());
        assert_eq!(fixture.get(&door, Some(&token)).await.status, StatusCode::OK, "{role:?}");
    }
    let stranger = member(&fixture, fixture.foreign_organization, MemberRole::Owner);
    assert_eq!(fixture.get(&path, Some(&stranger)).await.status, StatusCode::NOT_FOUND);
    let nowhere = format!("/organizations/{}/devices", Uuid::nil());
    let nowhere = fixture.get(&nowhere, Some(&fixture.admin)).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    fixture.is_foreign_to_others(&format!("/events/{}/door", samples::event_id())).await;
    let listed = fixture.get(&path, Some(&fixture.organizer)).await.json();
    assert_eq!(listed["data"][0]["device_id"], device.to_string());
    let of_event = |event| format!("{path}?event_id={event}");
    let none = fixture.get(&of_event(Uuid::nil()), Some(&fixture.organizer)).await.json();
    assert_eq!(none["data"].as_array().unwrap().len(), 0);
    let event = samples::event_id().uuid();
    let one = fixture.get(&of_event(event), Some(&fixture.organizer)).await.json();
    assert_eq!(one["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_list_tells_where_each_device_is_in_its_life() {
    let (fixture, _, _) = a_door().await;
    let (ours, event) = (samples::organization_id(), samples::event_id());
    let over = enrolled(&fixture, ours, event).await;
    let waiting = enrolled(&fixture, ours, event).await;
    let gone = enrolled(&fixture, ours, event).await;
    for (statement, device) in [
        ("UPDATE identity.devices SET lease_ends_at = created_at WHERE id = $1", over),
        (
            "UPDATE identity.devices SET public_key = NULL, enrolled_at = NULL, last_used_at = NULL,
                    lease_ends_at = NULL WHERE id = $1",
            waiting,
        ),
        (
            "UPDATE identity.devices SET public_key = NULL, enrolled_at = NULL, last_used_at = NULL,
                    lease_ends_at = NULL, code_expires_at = created_at WHERE id = $1",
            gone,
        ),
    ] {
        sqlx::query(statement)
            .bind(device.uuid())
            .execute(fixture.database.owner())
            .await
            .unwrap();
    }
    let path = format!("/organizations/{ours}/devices");
    let listed = fixture.get(&path, Some(&fixture.organizer)).await.json();
    let mut status: Vec<&str> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|device| device["status"].as_str().unwrap())
        .collect();
    status.sort_unstable();
    assert_eq!(status, ["ACTIVE", "INVITED", "OVER"], "an invitation that is over isn't listed");
}
