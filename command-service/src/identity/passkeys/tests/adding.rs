//! Adding and naming passkeys.

use chrono::TimeDelta;
use serde_json::json;

use super::{ADA, BOB, with_a_passkey};
use crate::identity::{
    passkeys::testing::Device,
    second_factor::testing::{App, second_factor},
    testing::{PASSWORD, World},
};

#[tokio::test]
async fn the_first_passkey_brings_recovery_codes_and_asks_for_more_than_the_password() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let owner = world.log_in(ADA).await;
    let (_, added) = Device::new(1).add(&world, &owner).await;
    assert_eq!(added.status, 201, "{added:?}");
    let codes: Vec<String> = serde_json::from_value(added.body["recovery_codes"].clone()).unwrap();
    assert_eq!(codes.len(), 10);
    assert!(world.mails(ADA).await.contains(&"passkey_added".to_owned()));
    assert!(world.history(&owner.account).await.contains(&"PasskeyAdded".to_owned()));

    let first = world.try_log_in(ADA, PASSWORD).await;
    assert_eq!(first.body["second_factors"], json!(["passkey"]), "{first:?}");
    assert_eq!(first.body["account"], json!(null));
    assert_eq!(second_factor(&world, ADA, &codes[0]).await.status, 200);
    assert_eq!(second_factor(&world, ADA, &codes[0]).await.status, 401, "each once");
}

#[tokio::test]
async fn a_further_one_leaves_the_recovery_codes_as_they_are() {
    let world = World::start().await;
    let (_, owner) = with_a_passkey(&world, ADA, Device::new(1)).await;
    let (_, second) = Device::new(2).add(&world, &owner).await;
    assert_eq!(second.status, 201, "{second:?}");
    assert_eq!(second.body.get("recovery_codes"), None);
}

#[tokio::test]
async fn beside_an_app_there_are_no_new_recovery_codes() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let mut app = App::add(&world, ADA).await;
    let owner = crate::identity::testing::logged_in(&app.log_in(&world, ADA).await);
    let (_, added) = Device::new(1).add(&world, &owner).await;
    assert_eq!(added.body.get("recovery_codes"), None, "{added:?}");
    let first = world.try_log_in(ADA, PASSWORD).await;
    assert_eq!(first.body["second_factors"], json!(["totp", "passkey"]));
    assert_eq!(second_factor(&world, ADA, &app.recovery_codes[0]).await.status, 200);
}

#[tokio::test]
async fn adding_one_asks_for_a_fresh_proof() {
    let world = World::start().await;
    let by_mail = world.an_account(ADA).await;
    for path in ["/account/passkeys/options", "/account/passkeys"] {
        let body = if path.ends_with("options") {
            json!({})
        } else {
            json!({"ceremony": "00", "name": "x", "credential_id": "", "client_data_json": "",
                   "attestation_object": ""})
        };
        let refused = world.send("POST", path, Some(&by_mail.access), body).await;
        assert_eq!(refused.problem(), (403, "step-up-required"), "{path}");
    }
}

#[tokio::test]
async fn what_was_not_made_for_us_and_unlocked_by_its_owner_is_refused() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let owner = world.log_in(ADA).await;
    let device = Device::new(1);
    let bad = [
        Device { origin: "https://tickets.example.com".to_owned(), ..device.clone() },
        Device { origin: "http://tickets.example.org".to_owned(), ..device.clone() },
        Device { origin: "https://evil.tickets.example.org".to_owned(), ..device.clone() },
        Device { rp_id: "example.org".to_owned(), ..device.clone() },
        Device { kind: Some("webauthn.get"), ..device.clone() },
        device.clone().unverified(),
        Device { flags: 0, ..device.clone() },
    ];
    for (number, bad) in bad.into_iter().enumerate() {
        let (_, refused) = bad.add(&world, &owner).await;
        assert_eq!(refused.status, 422, "{number}: {refused:?}");
        assert_eq!(refused.body["errors"][0]["code"], "passkey-refused", "{number}");
    }
    let (_, added) = device.add(&world, &owner).await;
    assert_eq!(added.status, 201, "{added:?}");
}

#[tokio::test]
async fn a_challenge_adds_one_passkey_of_the_one_who_asked_for_it_soon() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let ada = world.log_in(ADA).await;
    let mut device = Device::new(1);
    let send =
        async |who: &str, body| world.send("POST", "/account/passkeys", Some(who), body).await;

    let body = device.make(&world, &ada).await;
    assert_eq!(send(&ada.access, body.clone()).await.status, 201);
    assert_eq!(send(&ada.access, body).await.problem(), (410, "ceremony-over"));

    let body = Device::new(2).make(&world, &ada).await;
    world.an_account(BOB).await;
    let bob = world.log_in(BOB).await;
    assert_eq!(send(&bob.access, body).await.problem(), (410, "ceremony-over"));

    let mut device = Device::new(3);
    let body = device.make(&world, &bob).await;
    world.clock.advance(TimeDelta::minutes(5));
    let body_of_step = json!({"password": PASSWORD});
    let fresh = world.send("POST", "/auth/step-up", Some(&bob.access), body_of_step).await;
    assert_eq!(send(&fresh.text("access_token"), body).await.problem(), (410, "ceremony-over"));
}

#[tokio::test]
async fn a_passkey_belongs_to_one_account() {
    let world = World::start().await;
    let (device, ada) = with_a_passkey(&world, ADA, Device::new(1)).await;
    let again = world.send("POST", "/account/passkeys/options", Some(&ada.access), json!({})).await;
    let named = &again.body["public_key"]["excludeCredentials"];
    assert_eq!(named.as_array().map(Vec::len), Some(1), "the browser is told");
    world.an_account(BOB).await;
    let bob = world.log_in(BOB).await;
    let (_, refused) = device.add(&world, &bob).await;
    assert_eq!(refused.problem(), (409, "passkey-exists"));
}

#[tokio::test]
async fn whether_it_is_kept_elsewhere_is_noted_and_names_are_plain() {
    let world = World::start().await;
    let (device, owner) = with_a_passkey(&world, ADA, Device::new(1).in_a_cloud()).await;
    let flags: (bool, bool, String) =
        sqlx::query_as("SELECT backup_eligible, backed_up, name FROM identity.passkeys")
            .fetch_one(world.database.owner())
            .await
            .unwrap();
    assert_eq!(flags, (true, true, "Phone".to_owned()));
    let path = format!("/account/passkeys/{}", device.passkey_id);
    let rename = async |who: &str, name: &str| {
        world.send("PATCH", &path, Some(who), json!({"name": name})).await.status
    };
    assert_eq!(rename(&owner.access, " Old phone ").await, 204);
    for name in ["", "a\nb", &"x".repeat(61)] {
        assert_eq!(rename(&owner.access, name).await, 422, "{name:?}");
    }
    let bob = world.an_account(BOB).await;
    assert_eq!(rename(&bob.access, "Mine").await, 404);
    let name: String = sqlx::query_scalar("SELECT name FROM identity.passkeys")
        .fetch_one(world.database.owner())
        .await
        .unwrap();
    assert_eq!(name, "Old phone");
}
