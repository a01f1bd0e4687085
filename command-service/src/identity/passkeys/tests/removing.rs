//! Taking passkeys away, and what has to stay.

use futures::future::join_all;
use serde_json::json;

use super::{ADA, BOB, with_a_passkey};
use crate::identity::{
    passkeys::testing::Device,
    second_factor::testing::App,
    testing::{Answered, LoggedIn, PASSWORD, World, logged_in},
};

async fn remove(world: &World, owner: &LoggedIn, device: &Device) -> Answered {
    let path = format!("/account/passkeys/{}", device.passkey_id);
    world.send("DELETE", &path, Some(&owner.access), json!({})).await
}

/// As an account is that was made with another provider's log-in.
async fn without_a_password(world: &World) {
    sqlx::query("UPDATE identity.accounts SET password_hash = NULL")
        .execute(world.database.owner())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_removed_passkey_opens_nothing_and_the_password_is_enough_again() {
    let world = World::start().await;
    let (mut device, owner) = with_a_passkey(&world, ADA, Device::new(1)).await;
    assert_eq!(remove(&world, &owner, &device).await.status, 204);
    assert_eq!(device.log_in(&world).await.problem(), (401, "invalid-credentials"));
    world.log_in(ADA).await;
    let codes: i64 = sqlx::query_scalar("SELECT count(*) FROM identity.recovery_codes")
        .fetch_one(world.database.owner())
        .await
        .unwrap();
    assert_eq!(codes, 0, "they replace nothing any more");
    assert!(world.mails(ADA).await.contains(&"passkey_removed".to_owned()));
    assert!(world.history(&owner.account).await.contains(&"PasskeyRemoved".to_owned()));
    assert_eq!(remove(&world, &owner, &device).await.status, 404, "twice");
}

#[tokio::test]
async fn someone_elses_is_not_there() {
    let world = World::start().await;
    let (device, _) = with_a_passkey(&world, ADA, Device::new(1)).await;
    world.an_account(BOB).await;
    let bob = world.log_in(BOB).await;
    let foreign = remove(&world, &bob, &device).await;
    let missing = Device { passkey_id: uuid::Uuid::nil().to_string(), ..device };
    assert_eq!(foreign.problem(), (404, "not-found"));
    assert_eq!(remove(&world, &bob, &missing).await.body["detail"], foreign.body["detail"]);
}

#[tokio::test]
async fn the_last_way_in_stays_also_when_two_are_removed_at_once() {
    let world = World::start().await;
    let (first, owner) = with_a_passkey(&world, ADA, Device::new(1)).await;
    let (second, added) = Device::new(2).add(&world, &owner).await;
    assert_eq!(added.status, 201, "{added:?}");
    without_a_password(&world).await;
    let mut answers =
        join_all([&first, &second].map(|device| remove(&world, &owner, device))).await;
    answers.sort_by_key(|answer| answer.status);
    assert_eq!(answers[0].status, 204, "{answers:?}");
    assert_eq!(answers[1].problem(), (409, "last-way-in"));
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM identity.passkeys")
        .fetch_one(world.database.owner())
        .await
        .unwrap();
    assert_eq!(left, 1);
}

#[tokio::test]
async fn an_app_alone_is_no_way_in() {
    let world = World::start().await;
    let (device, owner) = with_a_passkey(&world, ADA, Device::new(1)).await;
    let shown = world.send("POST", "/account/totp", Some(&owner.access), json!({})).await;
    assert_eq!(shown.status, 200, "a passkey is no app: {shown:?}");
    sqlx::query("UPDATE identity.second_factors SET confirmed_at = now()")
        .execute(world.database.owner())
        .await
        .unwrap();
    without_a_password(&world).await;
    assert_eq!(remove(&world, &owner, &device).await.problem(), (409, "last-way-in"));
}

#[tokio::test]
async fn without_the_app_a_passkey_goes_on_being_asked_for() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let mut app = App::add(&world, ADA).await;
    let owner = logged_in(&app.log_in(&world, ADA).await);
    let (_, added) = Device::new(1).add(&world, &owner).await;
    assert_eq!(added.status, 201, "{added:?}");
    let removed = world.send("DELETE", "/account/totp", Some(&owner.access), json!({})).await;
    assert_eq!(removed.status, 204, "{removed:?}");
    let first = world.try_log_in(ADA, PASSWORD).await;
    assert_eq!(first.body["second_factors"], json!(["passkey"]));
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM identity.recovery_codes")
        .fetch_one(world.database.owner())
        .await
        .unwrap();
    assert_eq!(left, 10, "they replace the passkey now");
}

#[tokio::test]
async fn a_passkey_goes_with_its_account() {
    let world = World::start().await;
    let (mut device, owner) = with_a_passkey(&world, ADA, Device::new(1)).await;
    world.post("/auth/passkeys/options", json!({})).await;
    world.send("POST", "/auth/step-up/options", Some(&owner.access), json!({})).await;
    let gone = world.send("DELETE", "/account", Some(&owner.access), json!({})).await;
    assert_eq!(gone.status, 204, "{gone:?}");
    for table in ["passkeys", "passkey_ceremonies WHERE account_id IS NOT NULL", "recovery_codes"] {
        let statement = format!("SELECT count(*) FROM identity.{table}");
        let left: i64 =
            sqlx::query_scalar(&statement).fetch_one(world.database.owner()).await.unwrap();
        assert_eq!(left, 0, "{table}");
    }
    assert_eq!(device.log_in(&world).await.status, 401);
}
