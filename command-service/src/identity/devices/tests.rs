//! Devices on a real database, through the edges of two processes.

use std::time::Duration;

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};
use shared::{
    auth::{Action, MemberRole},
    http::Edge,
};
use uuid::Uuid;

use super::testing::{Handset, Seller, challenge};
use crate::identity::testing::{Answered, World, answered, send};

/// What a process answers to a device's token where a device may nothing: 403 if the token counts.
async fn shown(edge: &Edge, token: &str) -> u16 {
    let bearer = format!("Bearer {token}");
    let path = format!("/organizations/{}/api-keys", Uuid::nil());
    let headers = [("authorization", bearer.as_str())];
    answered(send(edge, "POST", &path, &headers, json!({})).await).await.status
}

/// A member of the seller's organisation, who has just logged in.
async fn a_member(world: &World, seller: &Seller, role: MemberRole) -> String {
    let email = format!("{}@example.org", role.name());
    let account = world.an_account(&email).await;
    sqlx::query(
        "INSERT INTO identity.memberships (organization_id, account_id, role, since)
         VALUES ($1, $2, $3, now())",
    )
    .bind(seller.organization.parse::<Uuid>().unwrap())
    .bind(account.account.parse::<Uuid>().unwrap())
    .bind(role.name())
    .execute(world.database.owner())
    .await
    .unwrap();
    world.log_in(&email).await.access
}

#[tokio::test]
async fn an_invited_device_is_enrolled_and_known_by_its_key() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let (handset, enrolled) = seller.a_device(&world).await;
    assert_eq!(enrolled.text("event_id"), seller.event);
    assert_eq!(
        (&enrolled.body["label"], &enrolled.body["gates"]),
        (&json!("Blue phone"), &json!(["North"]))
    );
    let device = enrolled.text("device_id");
    for _ in 0..2 {
        let renewed = handset.ask_for_token(&world, &device).await;
        assert_eq!(renewed.status, 200, "{renewed:?}");
        for edge in [&world.edge, &world.elsewhere] {
            assert_eq!(shown(edge, &renewed.text("access_token")).await, 403);
        }
    }
    let history = world.history(&seller.organization).await;
    assert_eq!(
        history.last_chunk(),
        Some(&["DeviceInvited".to_owned(), "DeviceEnrolled".to_owned()])
    );
}

#[tokio::test]
async fn of_a_hundred_devices_with_one_code_one_is_enrolled() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let code = seller.invite(&world).await.text("code");
    let bodies: Vec<Value> = (0..100).map(|_| Handset::new().enrolment(&code)).collect();
    let answers: Vec<Answered> =
        join_all(bodies.into_iter().map(|body| world.post("/devices/enrol", body))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    let refused = answers.iter().filter(|answer| answer.problem() == (410, "code-over"));
    assert_eq!(refused.count(), 99);
    let history = world.history(&seller.organization).await;
    assert_eq!(history.iter().filter(|fact| *fact == "DeviceEnrolled").count(), 1);
}

#[tokio::test]
async fn the_device_itself_may_repeat_what_it_heard_no_answer_to() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let (code, handset) = (seller.invite(&world).await.text("code"), Handset::new());
    let (first, again) = (
        world.post("/devices/enrol", handset.enrolment(&code)).await,
        world.post("/devices/enrol", handset.enrolment(&code)).await,
    );
    assert_eq!((first.status, again.status), (200, 200));
    assert_eq!(first.text("device_id"), again.text("device_id"));
    let history = world.history(&seller.organization).await;
    assert_eq!(history.iter().filter(|fact| *fact == "DeviceEnrolled").count(), 1);
    world.clock.advance(TimeDelta::minutes(10));
    let late = world.post("/devices/enrol", handset.enrolment(&code)).await;
    assert_eq!(late.problem(), (410, "code-over"));
}

#[tokio::test]
async fn a_code_ends_and_reading_it_takes_nothing() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let (code, handset) = (seller.invite(&world).await.text("code"), Handset::new());
    // A link that is looked at is not a code that is taken up.
    let read = world.send("GET", "/devices/enrol", None, json!({"code": code})).await;
    assert_eq!(read.status, 405);
    world.clock.advance(TimeDelta::minutes(10));
    let late = world.post("/devices/enrol", handset.enrolment(&code)).await;
    assert_eq!(late.problem(), (410, "code-over"));
    let invited = seller.invite(&world).await;
    assert_eq!(seller.revoke(&world, &invited.text("device_id")).await, 204);
    let taken_back = world.post("/devices/enrol", handset.enrolment(&invited.text("code"))).await;
    assert_eq!(taken_back.problem(), (410, "code-over"));
    for code in ["", "00", &"00".repeat(32), &"G".repeat(64)] {
        let guessed = world.post("/devices/enrol", handset.enrolment(code)).await;
        assert_eq!(guessed.problem(), (410, "code-over"), "{code}");
    }
}

#[tokio::test]
async fn the_code_is_not_stored() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let code = seller.invite(&world).await.text("code");
    let rows: Vec<String> = sqlx::query_scalar("SELECT d::text FROM identity.devices AS d")
        .fetch_all(world.database.owner())
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert!(!rows[0].contains(&code));
    // The role that answers questions reads neither its hash nor the key.
    for column in ["code_sha256", "public_key", "last_challenge"] {
        let query = format!("SELECT count({column}) FROM identity.devices");
        let read = sqlx::query(&query).execute(world.database.projection()).await;
        assert!(read.is_err(), "{column}");
    }
}

#[tokio::test]
async fn a_key_that_did_not_sign_enrols_nothing() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let code = seller.invite(&world).await.text("code");
    let mut stolen = Handset::new().enrolment(&code);
    stolen["public_key"] = json!(Handset::new().public_key());
    let refused = world.post("/devices/enrol", stolen).await;
    assert_eq!(refused.problem(), (422, "validation"));
    assert_eq!(refused.body["errors"][0]["pointer"], "/signature");
    let mut no_key = Handset::new().enrolment(&code);
    no_key["public_key"] = json!("AAAA");
    assert_eq!(world.post("/devices/enrol", no_key).await.status, 422);
    // Neither used up the code.
    let enrolled = world.post("/devices/enrol", Handset::new().enrolment(&code)).await;
    assert_eq!(enrolled.status, 200);
}

#[tokio::test]
async fn another_key_gets_no_token_and_is_told_nothing() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let (_, enrolled) = seller.a_device(&world).await;
    let device = enrolled.text("device_id");
    let wrong = Handset::new().ask_for_token(&world, &device).await;
    let unknown = Handset::new().ask_for_token(&world, &Uuid::nil().to_string()).await;
    assert_eq!(seller.revoke(&world, &device).await, 204);
    let revoked = Handset::new().ask_for_token(&world, &device).await;
    for answer in [wrong, unknown, revoked] {
        assert_eq!(answer.problem(), (401, "invalid-credentials"));
    }
}

#[tokio::test]
async fn a_challenge_is_answered_once_and_by_one_device() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let (handset, enrolled) = seller.a_device(&world).await;
    let device = enrolled.text("device_id");
    let earlier = challenge(&world, &device).await;
    let answer = handset.answer_to(&device, &challenge(&world, &device).await);
    let answers = join_all((0..100).map(|_| world.post("/devices/tokens", answer.clone()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    let refused = answers.iter().filter(|answer| answer.problem() == (401, "challenge-over"));
    assert_eq!(refused.count(), 99);
    // One that was made before an answered one is over too, and so is an old one.
    let before = world.post("/devices/tokens", handset.answer_to(&device, &earlier)).await;
    assert_eq!(before.problem(), (401, "challenge-over"));
    let old = handset.answer_to(&device, &challenge(&world, &device).await);
    world.clock.advance(TimeDelta::minutes(1));
    assert_eq!(world.post("/devices/tokens", old).await.problem(), (401, "challenge-over"));
    // That of another device isn't one.
    let (other, enrolled) = seller.a_device(&world).await;
    let theirs = challenge(&world, &device).await;
    let crossed = other.answer_to(&enrolled.text("device_id"), &theirs);
    assert_eq!(world.post("/devices/tokens", crossed).await.problem(), (401, "challenge-over"));
}

#[tokio::test]
async fn a_revoked_device_is_outside_everywhere_within_a_second() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let (handset, enrolled) = seller.a_device(&world).await;
    let (_, other) = seller.a_device(&world).await;
    let (device, token) = (enrolled.text("device_id"), enrolled.text("access_token"));
    for edge in [&world.edge, &world.elsewhere] {
        assert_eq!(shown(edge, &token).await, 403);
    }
    assert_eq!(seller.revoke(&world, &device).await, 204);
    assert_eq!(shown(&world.edge, &token).await, 401, "at once in the process that did it");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(shown(&world.elsewhere, &token).await, 401);
    assert_eq!(shown(&world.elsewhere, &other.text("access_token")).await, 403, "the others stay");
    let told = handset.ask_for_token(&world, &device).await;
    assert_eq!(told.problem(), (403, "device-revoked"));
    assert_eq!(seller.revoke(&world, &device).await, 204, "it stays so");
    let history = world.history(&seller.organization).await;
    assert_eq!(history.iter().filter(|fact| *fact == "DeviceRevoked").count(), 1);
}

#[tokio::test]
async fn all_devices_of_an_event_are_revoked_together_and_no_others() {
    let world = World::start().await;
    let (seller, other) = (Seller::new(&world).await, Seller::new(&world).await);
    let (one, two) = (seller.a_device(&world).await.1, seller.a_device(&world).await.1);
    let waiting = seller.invite(&world).await;
    let (_, theirs) = other.a_device(&world).await;
    let path = |seller: &Seller, event: &str| {
        format!("/organizations/{}/events/{event}/devices", seller.organization)
    };
    let foreign =
        world.send("DELETE", &path(&seller, &other.event), Some(&seller.key), Value::Null).await;
    assert_eq!((foreign.status, &foreign.body["revoked"]), (200, &json!(0)));
    let revoked =
        world.send("DELETE", &path(&seller, &seller.event), Some(&seller.key), Value::Null).await;
    assert_eq!(revoked.body["revoked"], 3);
    for gone in [one, two] {
        assert_eq!(shown(&world.edge, &gone.text("access_token")).await, 401);
    }
    let body = Handset::new().enrolment(&waiting.text("code"));
    assert_eq!(world.post("/devices/enrol", body).await.status, 410);
    assert_eq!(shown(&world.edge, &theirs.text("access_token")).await, 403);
}

#[tokio::test]
async fn a_lease_is_renewed_by_use_and_ends_without() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let (handset, enrolled) = seller.a_device(&world).await;
    let device = enrolled.text("device_id");
    for _ in 0..3 {
        world.clock.advance(TimeDelta::hours(2));
        let renewed = handset.ask_for_token(&world, &device).await;
        assert_eq!(renewed.status, 200, "{renewed:?}");
        assert_eq!(shown(&world.edge, &renewed.text("access_token")).await, 403);
    }
    world.clock.advance(TimeDelta::hours(3));
    let over = handset.ask_for_token(&world, &device).await;
    assert_eq!(over.problem(), (403, "lease-over"));
}

#[tokio::test]
async fn a_device_ends_at_the_end_it_was_given_however_much_it_is_used() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let (handset, enrolled) = seller.a_device(&world).await;
    let device = enrolled.text("device_id");
    for _ in 0..23 {
        world.clock.advance(TimeDelta::hours(2));
        assert_eq!(handset.ask_for_token(&world, &device).await.status, 200);
    }
    world.clock.advance(TimeDelta::hours(2));
    assert_eq!(handset.ask_for_token(&world, &device).await.problem(), (403, "lease-over"));
}

#[tokio::test]
async fn a_token_ends_after_five_minutes() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let token = seller.a_device(&world).await.1.text("access_token");
    world.clock.advance(TimeDelta::seconds(298));
    assert_eq!(shown(&world.edge, &token).await, 403);
    world.clock.advance(TimeDelta::seconds(2));
    assert_eq!(shown(&world.edge, &token).await, 401);
}

#[tokio::test]
async fn events_and_devices_of_others_are_missing() {
    let world = World::start().await;
    let (seller, other) = (Seller::new(&world).await, Seller::new(&world).await);
    let path = format!("/organizations/{}/devices", seller.organization);
    for event in [other.event.clone(), Uuid::nil().to_string()] {
        let mut body = seller.invitation(&world);
        body["event_id"] = json!(event);
        let foreign = world.send("POST", &path, Some(&seller.key), body).await;
        assert_eq!(foreign.problem(), (404, "not-found"), "{event}");
    }
    let theirs = world.send("POST", &path, Some(&other.key), seller.invitation(&world)).await;
    assert_eq!(theirs.problem(), (404, "not-found"));
    let (_, enrolled) = seller.a_device(&world).await;
    let device = enrolled.text("device_id");
    assert_eq!(other.revoke(&world, &device).await, 404);
    let of_ours = format!("{path}/{device}");
    let by_other = world.send("DELETE", &of_ours, Some(&other.key), Value::Null).await;
    assert_eq!(by_other.status, 404);
    assert_eq!(shown(&world.edge, &enrolled.text("access_token")).await, 403, "it still works");
}

#[tokio::test]
async fn owners_and_managers_manage_devices_and_lower_roles_do_not() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let path = format!("/organizations/{}/devices", seller.organization);
    for (role, status) in [
        (MemberRole::Owner, 201),
        (MemberRole::Manager, 201),
        (MemberRole::Finance, 403),
        (MemberRole::DoorStaff, 403),
    ] {
        let token = a_member(&world, &seller, role).await;
        let answer = world.send("POST", &path, Some(&token), seller.invitation(&world)).await;
        assert_eq!(answer.status, status, "{role:?}");
        // A role that was lost meanwhile counts no more, whatever the token says.
        sqlx::query("DELETE FROM identity.memberships")
            .execute(world.database.owner())
            .await
            .unwrap();
        let after = world.send("POST", &path, Some(&token), seller.invitation(&world)).await;
        assert!(matches!(after.status, 403 | 404), "{role:?}: {after:?}");
    }
}

#[tokio::test]
async fn a_device_does_nothing_that_needs_more_than_a_device() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let (_, enrolled) = seller.a_device(&world).await;
    let token = enrolled.text("access_token");
    let (organization, event) = (&seller.organization, &seller.event);
    for (method, path, body) in [
        ("POST", format!("/organizations/{organization}/devices"), seller.invitation(&world)),
        (
            "DELETE",
            format!("/organizations/{organization}/devices/{}", enrolled.text("device_id")),
            Value::Null,
        ),
        ("DELETE", format!("/organizations/{organization}/events/{event}/devices"), Value::Null),
        (
            "POST",
            format!("/organizations/{organization}/api-keys"),
            json!({"label": "x", "role": "organizer"}),
        ),
        (
            "POST",
            format!("/organizations/{organization}/invitations"),
            json!({"email": "a@example.org", "role": "owner"}),
        ),
        ("POST", "/organizations".to_owned(), json!({"name": "Mine"})),
        ("POST", "/auth/step-up".to_owned(), json!({"password": "x"})),
    ] {
        let answer = world.send(method, &path, Some(&token), body).await;
        assert_eq!(answer.problem(), (403, "forbidden"), "{method} {path}");
    }
    // As a cookie the token is nothing: the sender is the public.
    let cookie = format!("__Host-at={token}");
    let headers = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
    let path = format!("/organizations/{organization}/devices");
    let answer = world.send_with("POST", &path, &headers, seller.invitation(&world)).await;
    assert_eq!(answer.status, 401);
    assert!(Action::ALL.into_iter().filter(|action| action.is_for_devices()).count() == 2);
}

#[tokio::test]
async fn devices_of_a_suspended_organization_are_outside() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let (handset, enrolled) = seller.a_device(&world).await;
    let waiting = seller.invite(&world).await.text("code");
    let path = format!("/platform/organizations/{}/suspension", seller.organization);
    let suspended = world.send("PUT", &path, Some(&world.admin), Value::Null).await;
    assert_eq!(suspended.status, 204);
    world.state.revoked_devices.forget();
    assert_eq!(shown(&world.edge, &enrolled.text("access_token")).await, 401);
    let told = handset.ask_for_token(&world, &enrolled.text("device_id")).await;
    assert_eq!(told.problem(), (403, "organization-suspended"));
    let late = world.post("/devices/enrol", Handset::new().enrolment(&waiting)).await;
    assert_eq!(late.problem(), (403, "organization-suspended"));
}

#[tokio::test]
async fn what_an_invitation_must_not_say_is_refused() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let path = format!("/organizations/{}/devices", seller.organization);
    let now = world.clock.now();
    let thirteen: Vec<String> = (0..13).map(|gate| gate.to_string()).collect();
    for (name, value, pointer) in [
        ("label", json!(" "), "/label"),
        ("label", json!("x".repeat(101)), "/label"),
        ("label", json!("a\u{202e}b"), "/label"),
        ("gates", json!(["North", "North"]), "/gates"),
        ("gates", json!([""]), "/gates"),
        ("gates", json!(["x".repeat(41)]), "/gates"),
        ("gates", json!(thirteen), "/gates"),
        ("lease_hours", json!(0), "/lease_hours"),
        ("lease_hours", json!(169), "/lease_hours"),
        ("ends_at", json!(now), "/ends_at"),
        ("ends_at", json!(now + TimeDelta::days(401)), "/ends_at"),
    ] {
        let mut body = seller.invitation(&world);
        body[name] = value.clone();
        let refused = world.send("POST", &path, Some(&seller.key), body).await;
        assert_eq!(refused.problem(), (422, "validation"), "{name} {value}");
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{name} {value}");
    }
}

#[tokio::test]
async fn an_organization_has_so_many_devices_and_no_more() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    sqlx::query(
        "INSERT INTO identity.devices (id, organization_id, event_id, label, gates, lease_hours,
             ends_at, created_at, code_sha256, code_expires_at)
         SELECT gen_random_uuid(), $1, $2, 'x', '{}', 1, now() + interval '1 day', now(),
                sha256(number::text::bytea), now() + interval '10 minutes'
           FROM generate_series(1, 500) AS number",
    )
    .bind(seller.organization.parse::<Uuid>().unwrap())
    .bind(seller.event.parse::<Uuid>().unwrap())
    .execute(world.database.owner())
    .await
    .unwrap();
    let path = format!("/organizations/{}/devices", seller.organization);
    let refused = world.send("POST", &path, Some(&seller.key), seller.invitation(&world)).await;
    assert_eq!(refused.problem(), (409, "too-many-devices"));
    // What nobody took up takes no room once its code has ended.
    world.clock.advance(TimeDelta::minutes(11));
    seller.invite(&world).await;
}
