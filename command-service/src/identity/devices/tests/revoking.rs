//! Devices that are outside: revoked ones, and those of a suspended organisation.

use std::time::Duration;

use serde_json::{Value, json};

use super::shown;
use crate::identity::{
    devices::testing::{Handset, Seller},
    testing::World,
};

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
