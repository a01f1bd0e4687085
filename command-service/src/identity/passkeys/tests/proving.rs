//! Logging in with passkeys, alone and after the password, and proving again who one is.

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};

use super::{ADA, BOB, halfway, with_a_passkey};
use crate::identity::{
    appoint_platform_admin,
    passkeys::testing::Device,
    testing::{PASSWORD, World, logged_in},
};

async fn asked(world: &World) -> crate::identity::testing::Answered {
    world.post("/auth/passkeys/options", json!({})).await
}

async fn log_in(world: &World, passkey: Value) -> crate::identity::testing::Answered {
    world.post("/auth/login/passkey", json!({"passkey": passkey, "session": "token"})).await
}

#[tokio::test]
async fn a_passkey_alone_counts_as_both_factors() {
    let world = World::start().await;
    let (mut device, owner) = with_a_passkey(&world, ADA, Device::new(1)).await;
    appoint_platform_admin(&world.state, ADA).await.unwrap().expect("the account");
    let bob = world.an_account(BOB).await;
    let session = logged_in(&device.log_in(&world).await);
    assert_eq!(session.account, owner.account);
    let path = format!("/platform/accounts/{}/suspension", bob.account);
    let done = world.send("PUT", &path, Some(&session.access), json!({})).await;
    assert_eq!(done.status, 204, "{done:?}");
    let removed = format!("/account/passkeys/{}", device.passkey_id);
    let removed = world.send("DELETE", &removed, Some(&session.access), json!({})).await;
    assert_eq!(removed.problem(), (409, "second-factor-needed"));
}

#[tokio::test]
async fn one_that_does_not_count_works_again_and_again() {
    let world = World::start().await;
    let (mut device, _) = with_a_passkey(&world, ADA, Device::new(1).in_a_cloud()).await;
    for _ in 0..3 {
        logged_in(&device.log_in(&world).await);
    }
}

#[tokio::test]
async fn whatever_is_wrong_with_it_is_told_alike() {
    let world = World::start().await;
    let (device, owner) = with_a_passkey(&world, ADA, Device::new(1)).await;
    let (stranger, _) = with_a_passkey(&world, BOB, Device::new(2)).await;
    let bad = [
        ("origin", Device { origin: "https://tickets.example.com".to_owned(), ..device.clone() }),
        ("relying party", Device { rp_id: "example.org".to_owned(), ..device.clone() }),
        ("kind", Device { kind: Some("webauthn.create"), ..device.clone() }),
        ("user verification", device.clone().unverified()),
        ("user presence", Device { flags: 0, ..device.clone() }),
        ("signature", Device { spoils_signature: true, ..device.clone() }),
        ("no owner", Device { handle: None, ..device.clone() }),
        ("another's owner", Device { handle: stranger.handle.clone(), ..device.clone() }),
        ("another's key", Device { credential_id: stranger.credential_id, ..device.clone() }),
        ("unknown", Device { credential_id: vec![9; 20], ..device.clone() }),
    ];
    let wrong_password = world.try_log_in(ADA, "wrong").await;
    for (what, mut bad) in bad {
        let refused = bad.log_in(&world).await;
        assert_eq!(refused.problem(), (401, "invalid-credentials"), "{what}");
        assert_eq!(refused.body["detail"], wrong_password.body["detail"], "{what}");
    }
    let mut device = device;
    let mut answer = device.show(&asked(&world).await);
    answer["signature"] = json!("not base64!");
    assert_eq!(log_in(&world, answer).await.problem(), (401, "invalid-credentials"));
    let failures = world.history(&owner.account).await;
    assert!(failures.iter().filter(|fact| *fact == "LogInFailed").count() >= 6, "{failures:?}");
    logged_in(&device.log_in(&world).await);
}

#[tokio::test]
async fn a_challenge_is_answered_once_and_soon() {
    let world = World::start().await;
    let (mut device, _) = with_a_passkey(&world, ADA, Device::new(1)).await;
    let answer = device.show(&asked(&world).await);
    assert_eq!(log_in(&world, answer.clone()).await.status, 200);
    assert_eq!(log_in(&world, answer).await.problem(), (401, "invalid-credentials"), "replayed");

    // Also a refused answer uses it up.
    let challenge = asked(&world).await;
    let bad = Device { spoils_signature: true, ..device.clone() }.show(&challenge);
    assert_eq!(log_in(&world, bad).await.status, 401);
    let good = device.show(&challenge);
    assert_eq!(log_in(&world, good).await.status, 401);

    // One challenge isn't another.
    let (first, second) = (asked(&world).await, asked(&world).await);
    let mut answer = device.show(&first);
    answer["ceremony"] = second.body["ceremony"].clone();
    assert_eq!(log_in(&world, answer).await.status, 401);

    let late = device.show(&asked(&world).await);
    world.clock.advance(TimeDelta::minutes(5));
    assert_eq!(log_in(&world, late).await.status, 401);
}

#[tokio::test]
async fn of_a_hundred_uses_at_once_one_counts() {
    let world = World::start().await;
    let (mut device, _) = with_a_passkey(&world, ADA, Device::new(1).in_a_cloud()).await;
    let answer = device.show(&asked(&world).await);
    let attempts = (0..100).map(|_| log_in(&world, answer.clone()));
    let answers = join_all(attempts).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 401).count(), 99);
}

#[tokio::test]
async fn a_counter_that_goes_back_is_refused_recorded_and_told() {
    let world = World::start().await;
    let (mut device, owner) = with_a_passkey(&world, ADA, Device::new(1)).await;
    let mut copy = device.clone();
    for _ in 0..3 {
        logged_in(&device.log_in(&world).await);
    }
    for _ in 0..2 {
        let refused = copy.log_in(&world).await;
        assert_eq!(refused.problem(), (401, "invalid-credentials"));
    }
    let history = world.history(&owner.account).await;
    assert!(history.contains(&"PasskeyCopySuspected".to_owned()), "{history:?}");
    let told = world.mails(ADA).await;
    assert_eq!(told.iter().filter(|kind| *kind == "passkey_copied").count(), 1, "{told:?}");
    logged_in(&device.log_in(&world).await);
}

#[tokio::test]
async fn after_the_password_a_passkey_of_the_same_account_is_the_second_factor() {
    let world = World::start().await;
    let (mut device, owner) = with_a_passkey(&world, ADA, Device::new(1)).await;
    let (mut stranger, _) = with_a_passkey(&world, BOB, Device::new(2)).await;
    let token = halfway(&world, ADA).await;
    let foreign = stranger.second_factor(&world, &token).await;
    assert_eq!(foreign.problem(), (401, "invalid-credentials"));
    // A key that needn't say whose it is may leave it out here.
    let mut silent = Device { handle: None, ..device.clone() };
    assert_eq!(logged_in(&silent.second_factor(&world, &token).await).account, owner.account);
    device.counter = silent.counter;
    let used = world.post("/auth/passkeys/options", json!({"second_factor_token": token})).await;
    assert_eq!(used.problem(), (401, "invalid-credentials"), "the log-in is over");

    // What was asked of one isn't taken from another who is halfway as well.
    let (ada, bob) = (halfway(&world, ADA).await, halfway(&world, BOB).await);
    let body = json!({"second_factor_token": bob});
    let asked = world.post("/auth/passkeys/options", body).await;
    let passkey = device.show(&asked);
    let body = json!({"second_factor_token": ada, "passkey": passkey});
    assert_eq!(world.post("/auth/login/second-factor", body).await.status, 401);
}

#[tokio::test]
async fn a_challenge_is_good_for_what_it_was_made_for() {
    let world = World::start().await;
    let (mut device, owner) = with_a_passkey(&world, ADA, Device::new(1)).await;
    let token = halfway(&world, ADA).await;
    let halfway = json!({"second_factor_token": token});
    let as_second = device.show(&world.post("/auth/passkeys/options", halfway).await);
    assert_eq!(log_in(&world, as_second).await.status, 401);
    let alone = device.show(&asked(&world).await);
    let body = json!({"second_factor_token": token, "passkey": alone});
    assert_eq!(world.post("/auth/login/second-factor", body).await.status, 401);
    let alone = device.show(&asked(&world).await);
    let body = json!({"passkey": alone});
    assert_eq!(world.send("POST", "/auth/step-up", Some(&owner.access), body).await.status, 401);
}

#[tokio::test]
async fn a_passkey_is_a_fresh_proof_and_then_the_password_is_none() {
    let world = World::start().await;
    let (mut device, owner) = with_a_passkey(&world, ADA, Device::new(1)).await;
    world.clock.advance(TimeDelta::minutes(6));
    let send =
        async |path: &str, body: Value| world.send("POST", path, Some(&owner.access), body).await;
    assert_eq!(send("/account/passkeys/options", json!({})).await.status, 403, "no longer fresh");
    let password = send("/auth/step-up", json!({"password": PASSWORD})).await;
    assert_eq!(password.problem(), (403, "second-factor-required"));
    let passkey = device.show(&send("/auth/step-up/options", json!({})).await);
    let both = json!({"passkey": passkey, "password": PASSWORD});
    assert_eq!(send("/auth/step-up", both).await.status, 422);
    let proved = send("/auth/step-up", json!({"passkey": passkey})).await;
    assert_eq!(proved.status, 200, "{proved:?}");
    assert_eq!(send("/account/passkeys/options", json!({})).await.status, 200);
    assert!(world.history(&owner.account).await.contains(&"SteppedUp".to_owned()));
}

#[tokio::test]
async fn whoever_has_no_passkey_is_asked_for_none() {
    let world = World::start().await;
    let owner = world.an_account(ADA).await;
    let none = world.send("POST", "/auth/step-up/options", Some(&owner.access), json!({})).await;
    assert_eq!(none.problem(), (409, "no-passkey"));
}

#[tokio::test]
async fn a_suspended_account_stays_shut() {
    let world = World::start().await;
    let (mut device, owner) = with_a_passkey(&world, ADA, Device::new(1)).await;
    let path = format!("/platform/accounts/{}/suspension", owner.account);
    assert_eq!(world.send("PUT", &path, Some(&world.admin), json!({})).await.status, 204);
    assert_eq!(device.log_in(&world).await.problem(), (403, "account-suspended"));
}

#[tokio::test]
async fn challenges_that_nobody_answers_do_not_pile_up() {
    let world = World::start().await;
    for _ in 0..5 {
        asked(&world).await;
    }
    world.clock.advance(TimeDelta::minutes(5));
    asked(&world).await;
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM identity.passkey_ceremonies")
        .fetch_one(world.database.owner())
        .await
        .unwrap();
    assert_eq!(kept, 1);
}
