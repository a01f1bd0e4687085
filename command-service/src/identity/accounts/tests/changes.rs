//! What people change: password, address, language.

use serde_json::json;

use super::ADA;
use crate::identity::testing::{PASSWORD, World};

#[tokio::test]
async fn a_new_password_ends_every_session() {
    let world = World::start().await;
    let session = world.an_account(ADA).await;
    world.post("/auth/password/forgot", json!({"email": ADA})).await;
    let token = loop {
        // Asked for beside the request.
        if let Some(token) = world.mailed(ADA, "password_reset").await {
            break token;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    };
    let weak = json!({"token": token, "password": "password1"});
    assert_eq!(world.post("/auth/password/reset", weak).await.status, 422);
    let reset = json!({"token": token, "password": "an entirely new passphrase"});
    assert_eq!(world.post("/auth/password/reset", reset.clone()).await.status, 204);
    assert_eq!(world.post("/auth/password/reset", reset).await.status, 410);
    let refresh = world.post("/auth/refresh", json!({"refresh_token": session.refresh})).await;
    assert_eq!(refresh.status, 401);
    assert_eq!(world.try_log_in(ADA, PASSWORD).await.status, 401);
    let new = world.try_log_in(ADA, "an entirely new passphrase").await;
    assert_eq!(new.status, 200);
}

#[tokio::test]
async fn changing_the_password_keeps_this_session_only() {
    let world = World::start().await;
    let (old, here) = (world.an_account(ADA).await, world.log_in(ADA).await);
    let change = |current: &str| json!({"current_password": current, "password": "an entirely new passphrase"});
    let path = "/account/password";
    let refused = world.send("PUT", path, Some(&here.access), change("wrong")).await;
    assert_eq!(refused.problem(), (401, "invalid-credentials"));
    let changed = world.send("PUT", path, Some(&here.access), change(PASSWORD)).await;
    assert_eq!(changed.status, 204, "{changed:?}");
    let refresh = async |token: &str| {
        world.post("/auth/refresh", json!({"refresh_token": token})).await.status
    };
    assert_eq!((refresh(&old.refresh).await, refresh(&here.refresh).await), (401, 200));
    // The token of the ended session is still signed, but commands look closer.
    let late = world.send("PUT", "/account/profile", Some(&old.access), json!({"name": "X"})).await;
    assert_eq!(late.status, 401);
}

#[tokio::test]
async fn an_address_changes_once_the_new_one_is_proved() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let session = world.log_in(ADA).await;
    let new = "lovelace@example.org";
    let ask = |password: &str| json!({"email": new, "password": password});
    let wrong = world.send("POST", "/account/email", Some(&session.access), ask("wrong")).await;
    assert_eq!(wrong.status, 401);
    let asked = world.send("POST", "/account/email", Some(&session.access), ask(PASSWORD)).await;
    assert_eq!(asked.status, 202);
    assert_eq!(world.try_log_in(new, PASSWORD).await.status, 401);
    let token = world.mailed(new, "email_change").await.unwrap();
    let confirmed = world.post("/account/email/confirm", json!({"token": token})).await;
    assert_eq!(confirmed.status, 204, "{confirmed:?}");
    assert_eq!(world.try_log_in(ADA, PASSWORD).await.status, 401);
    assert_eq!(world.log_in(new).await.account, session.account);
    assert!(world.mails(ADA).await.contains(&"email_changed".to_owned()));
}

#[tokio::test]
async fn an_address_of_someone_else_is_not_taken() {
    let world = World::start().await;
    world.an_account("bob@example.org").await;
    world.an_account(ADA).await;
    let session = world.log_in(ADA).await;
    let ask = json!({"email": "bob@example.org", "password": PASSWORD});
    let asked = world.send("POST", "/account/email", Some(&session.access), ask).await;
    assert_eq!(asked.status, 202);
    let mails = world.mails("bob@example.org").await;
    assert_eq!(mails, ["verify_email", "account_exists"]);
}

#[tokio::test]
async fn mails_are_written_in_the_language_that_was_chosen() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let session = world.log_in(ADA).await;
    let put = async |body| {
        world.send("PUT", "/account/profile", Some(&session.access), body).await.status
    };
    assert_eq!(put(json!({"language": "de"})).await, 204);
    assert_eq!(put(json!({"name": "Ada Lovelace"})).await, 204, "the language stays");
    for wrong in [json!({}), json!({"language": "fr"}), json!({"language": "de", "name": ""})] {
        assert_eq!(put(wrong.clone()).await, 422, "{wrong}");
    }
    let body = json!({"current_password": PASSWORD, "password": "another long sentence here"});
    let changed = world.send("PUT", "/account/password", Some(&session.access), body).await;
    assert!(changed.status < 300, "{changed:?}");
    let language: String =
        sqlx::query_scalar("SELECT language FROM outbox.messages WHERE kind = 'password_changed'")
            .fetch_one(world.database.owner())
            .await
            .unwrap();
    assert_eq!(language, "de");
}
