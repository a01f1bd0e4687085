//! The second factor from outside.

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::json;
use shared::vault::{Content, Vault, reseal_batch};

use super::testing::{App, second_factor};
use crate::identity::testing::{PASSWORD, World, logged_in};

const ADA: &str = "ada@example.org";

#[tokio::test]
async fn a_log_in_goes_on_with_a_code() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let mut app = App::add(&world, ADA).await;
    logged_in(&app.log_in(&world, ADA).await);
    assert!(world.mails(ADA).await.contains(&"second_factor_changed".to_owned()));
}

#[tokio::test]
async fn codes_are_taken_after_the_old_master_key_was_dropped() {
    let mut world = World::start().await;
    world.an_account(ADA).await;
    let mut app = App::add(&world, ADA).await;
    let keys =
        |kids: [(&str, &str); 2]| kids.map(|(kid, byte)| format!("{kid}:{}", byte.repeat(32)));
    let [new, old] = keys([("v2", "0c"), ("v1", "0a")]);
    let both = Vault::new(&format!("{new},{old}").parse().unwrap());
    let alone = Vault::new(&new.parse().unwrap());
    world.restart_with(&alone);
    assert_eq!(app.log_in(&world, ADA).await.status, 500, "seen to need the old key");
    let mut owner = world.database.owner().acquire().await.unwrap();
    let done = reseal_batch(&mut owner, &both, Content::SecondFactors, None).await.unwrap();
    assert_eq!(done.map(|done| (done.sealed, done.unreadable)), Some((1, 0)));
    world.clock.advance(TimeDelta::minutes(1));
    logged_in(&app.log_in(&world, ADA).await);
}

#[tokio::test]
async fn a_code_works_once() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let mut app = App::add(&world, ADA).await;
    let code = app.code(&world);
    let attempts = (0..5).map(|_| second_factor(&world, ADA, &code));
    let answers = join_all(attempts).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
}

#[tokio::test]
async fn a_recovery_code_works_once() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let app = App::add(&world, ADA).await;
    assert_eq!(app.recovery_codes.len(), 10);
    let code = app.recovery_codes[0].to_lowercase();
    assert_eq!(second_factor(&world, ADA, &code).await.status, 200);
    assert_eq!(second_factor(&world, ADA, &code).await.status, 401);
    let rows: String = sqlx::query_scalar(
        "SELECT string_agg(c::text, ' ') || (SELECT f::text FROM identity.second_factors f) \
           FROM identity.recovery_codes c",
    )
    .fetch_one(world.database.owner())
    .await
    .unwrap();
    assert!(!rows.contains(&app.recovery_codes[1]));
}

#[tokio::test]
async fn wrong_codes_block_for_a_while() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let mut app = App::add(&world, ADA).await;
    for _ in 0..5 {
        let answer = second_factor(&world, ADA, "000000").await;
        assert_eq!(answer.problem(), (401, "invalid-credentials"));
    }
    let blocked = app.log_in(&world, ADA).await;
    assert_eq!(blocked.problem(), (429, "too-many-attempts"));
    assert!(blocked.headers.contains_key("retry-after"));
    world.clock.advance(TimeDelta::minutes(15));
    assert_eq!(app.log_in(&world, ADA).await.status, 200);
}

#[tokio::test]
async fn a_log_in_is_given_up_after_five_codes_or_five_minutes() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let mut app = App::add(&world, ADA).await;
    let token = world.try_log_in(ADA, PASSWORD).await.text("second_factor_token");
    world.clock.advance(TimeDelta::minutes(5));
    let body = json!({"second_factor_token": token, "code": app.code(&world)});
    assert_eq!(world.post("/auth/login/second-factor", body).await.status, 401);
}

#[tokio::test]
async fn with_a_second_factor_a_fresh_proof_is_a_code() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let mut app = App::add(&world, ADA).await;
    let session = logged_in(&app.log_in(&world, ADA).await);
    let step_up = async |body: serde_json::Value| {
        world.send("POST", "/auth/step-up", Some(&session.access), body).await
    };
    let password = step_up(json!({"password": PASSWORD})).await;
    assert_eq!(password.problem(), (403, "second-factor-required"));
    assert_eq!(step_up(json!({})).await.status, 422);
    assert_eq!(step_up(json!({"code": "000000"})).await.status, 401);
    assert_eq!(step_up(json!({"code": app.code(&world)})).await.status, 200);
}

#[tokio::test]
async fn it_is_taken_away_with_a_fresh_proof() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let mut app = App::add(&world, ADA).await;
    let session = logged_in(&app.log_in(&world, ADA).await);
    let again = world.send("POST", "/account/totp", Some(&session.access), json!({})).await;
    assert_eq!(again.problem(), (409, "second-factor-exists"));
    let removed = world.send("DELETE", "/account/totp", Some(&session.access), json!({})).await;
    assert_eq!(removed.status, 204, "{removed:?}");
    world.log_in(ADA).await;
}

#[tokio::test]
async fn adding_it_asks_for_more_than_a_mail() {
    let world = World::start().await;
    let by_mail = world.an_account(ADA).await;
    let refused = world.send("POST", "/account/totp", Some(&by_mail.access), json!({})).await;
    assert_eq!(refused.problem(), (403, "step-up-required"));
}
