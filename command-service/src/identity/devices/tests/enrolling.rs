//! How a device is invited and enrolled, once.

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use super::shown;
use crate::identity::{
    devices::testing::{Handset, Seller},
    testing::{Answered, World},
};

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
