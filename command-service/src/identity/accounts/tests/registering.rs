//! Who registers, what is told of it, and what nobody gets that way.

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};

use super::ADA;
use crate::identity::testing::{PASSWORD, World};

#[tokio::test]
async fn a_person_registers_proves_the_address_and_logs_in_and_out() {
    let world = World::start().await;
    let account = world.an_account(ADA).await;
    let again = world.log_in(ADA).await;
    assert_eq!(again.account, account.account);
    let out = world.send("POST", "/auth/logout", Some(&again.access), json!({})).await;
    assert_eq!(out.status, 204);
    let refreshed = world.post("/auth/refresh", json!({"refresh_token": again.refresh})).await;
    assert_eq!(refreshed.status, 401);
    let other = world.post("/auth/refresh", json!({"refresh_token": account.refresh})).await;
    assert_eq!(other.status, 200, "another session goes on");
    let history = world.history(&account.account).await;
    let expected = ["AccountRegistered", "AddressProved", "LoggedIn", "LoggedIn", "SessionEnded"];
    assert_eq!(history, expected);
}

#[tokio::test]
async fn nobody_logs_in_before_the_address_is_proved() {
    let world = World::start().await;
    world.register(ADA).await;
    let refused = world.try_log_in(ADA, PASSWORD).await;
    assert_eq!(refused.problem(), (401, "invalid-credentials"));
    assert_eq!(world.try_log_in(ADA, "another password").await.problem().0, 401);
}

#[tokio::test]
async fn an_address_with_an_account_is_answered_like_one_without() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let body = |email: &str| json!({"email": email, "password": "some other long passphrase"});
    let known = world.post("/auth/register", body(ADA)).await;
    let unknown = world.post("/auth/register", body("bob@example.org")).await;
    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
    assert_eq!(world.mails(ADA).await, ["verify_email", "account_exists"]);
    assert_eq!(world.try_log_in(ADA, "some other long passphrase").await.status, 401);

    let forgot = |email: &str| json!({"email": email});
    let known = world.post("/auth/password/forgot", forgot(ADA)).await;
    let unknown = world.post("/auth/password/forgot", forgot("eve@example.org")).await;
    assert_eq!((known.status, known.body), (unknown.status, unknown.body));

    let without_trace = |mut body: Value| {
        body.as_object_mut().unwrap().remove("trace_id");
        body
    };
    let known = world.try_log_in(ADA, "wrong password").await;
    let unknown = world.try_log_in("eve@example.org", "wrong password").await;
    assert_eq!(known.problem(), (401, "invalid-credentials"));
    assert_eq!(without_trace(known.body), without_trace(unknown.body));
}

#[tokio::test]
async fn a_token_from_a_mail_is_redeemed_once_however_many_try() {
    let world = World::start().await;
    world.register(ADA).await;
    let token = world.mailed(ADA, "verify_email").await.unwrap();
    let attempts = (0..100).map(|_| world.post("/auth/verify-email", json!({"token": token})));
    let answers = join_all(attempts).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    let refused = answers.iter().filter(|answer| answer.problem() == (410, "link-over"));
    assert_eq!(refused.count(), 99);
}

#[tokio::test]
async fn a_token_serves_its_purpose_only_and_ends() {
    let world = World::start().await;
    world.register(ADA).await;
    let token = world.mailed(ADA, "verify_email").await.unwrap();
    let reset = json!({"token": token, "password": "another long passphrase"});
    assert_eq!(world.post("/auth/password/reset", reset).await.problem(), (410, "link-over"));
    let confirm = world.post("/account/email/confirm", json!({"token": token})).await;
    assert_eq!(confirm.problem(), (410, "link-over"));
    world.clock.advance(TimeDelta::hours(1));
    let late = world.post("/auth/verify-email", json!({"token": token})).await;
    assert_eq!(late.problem(), (410, "link-over"));
}

#[tokio::test]
async fn what_is_not_acceptable_is_named_field_by_field() {
    let world = World::start().await;
    let body = json!({"email": "ada@localhost", "password": "password1", "name": "a\nb"});
    let refused = world.post("/auth/register", body).await;
    let pointers: Vec<&str> = refused.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["/email", "/password", "/name"]);
    for email in [
        "ada@example.org\r\nBcc: eve@example.org",
        "ada\u{200b}@example.org",
        "ada\u{202e}gro.elpmaxe@example.org",
        "ada@exam\u{ad}ple.org",
        "\"ada\"@example.org",
        &format!("{}@example.org", "a".repeat(300)),
    ] {
        let body = json!({"email": email, "password": PASSWORD});
        let refused = world.post("/auth/register", body).await;
        assert_eq!(refused.problem(), (422, "validation"), "{email:?}");
    }
    for name in ["x".repeat(201), "a\u{202e}b".to_owned(), "a\u{200b}b".to_owned()] {
        let body = json!({"email": ADA, "password": PASSWORD, "name": name});
        assert_eq!(world.post("/auth/register", body).await.status, 422, "{name:?}");
    }
}

#[tokio::test]
async fn nobody_makes_themselves_more_than_they_are() {
    let world = World::start().await;
    for extra in ["platform_admin", "id", "email_verified_at", "role", "person_id"] {
        let mut body = json!({"email": ADA, "password": PASSWORD});
        body[extra] = json!(true);
        let refused = world.post("/auth/register", body).await;
        assert_eq!(refused.body["errors"][0]["code"], "unknown-field", "{extra}");
    }
    let session = world.an_account(ADA).await;
    let body = json!({"name": "Ada", "platform_admin": true});
    let refused = world.send("PUT", "/account/profile", Some(&session.access), body).await;
    assert_eq!(refused.status, 422);
}

#[tokio::test]
async fn someone_who_asks_again_and_again_gets_one_mail_a_minute() {
    let world = World::start().await;
    for _ in 0..3 {
        world.register(ADA).await;
    }
    assert_eq!(world.mails(ADA).await, ["verify_email"]);
    world.clock.advance(TimeDelta::minutes(1));
    world.register(ADA).await;
    assert_eq!(world.mails(ADA).await.len(), 2);
}
