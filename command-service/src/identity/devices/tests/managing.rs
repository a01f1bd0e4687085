//! Who may do what with devices, and what a device may not do.

use serde_json::{Value, json};
use shared::auth::{Action, MemberRole};
use uuid::Uuid;

use super::shown;
use crate::identity::{devices::testing::Seller, testing::World};

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
