//! Sessions: how they go on, and when they are over.

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::json;
use shared::clock::Clock;

use super::ADA;
use crate::identity::{
    oidc::Providers,
    testing::{PASSWORD, World, logged_in},
};

#[tokio::test]
async fn browsers_get_cookies_that_no_script_sees() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let body = json!({"email": ADA, "password": PASSWORD});
    let answer = world.post("/auth/login", body).await;
    assert!(answer.body.get("access_token").is_none() && answer.body["account"].is_object());
    let (access, refresh) =
        (answer.cookie("__Host-at").unwrap(), answer.cookie("__Secure-rt").unwrap());
    assert!(access.ends_with("; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Lax"));
    let attributes = "; Path=/api/v1/auth; Max-Age=604800; HttpOnly; Secure; SameSite=Strict";
    assert!(refresh.ends_with(attributes), "{refresh}");

    let value = |cookie: &str| cookie.split(';').next().unwrap().to_owned();
    let cookies = format!("__Host-at={}; __Secure-rt={}", value(&access), value(&refresh));
    let headers = [("cookie", cookies.as_str()), ("sec-fetch-site", "same-origin")];
    let renamed =
        world.send_with("PUT", "/account/profile", &headers, json!({"name": "Ada L."})).await;
    assert_eq!(renamed.status, 204, "{renamed:?}");
    let refreshed = world.send_with("POST", "/auth/refresh", &headers, json!({})).await;
    assert!(refreshed.status == 200 && refreshed.cookie("__Host-at").is_some());
    let out = world.send_with("POST", "/auth/logout", &headers, json!({})).await;
    assert!(out.cookie("__Host-at").unwrap().starts_with("; Path=/; Max-Age=0"));
    let over = world.send_with("POST", "/auth/refresh", &headers, json!({})).await;
    assert_eq!(over.status, 401);
    assert!(over.cookie("__Secure-rt").unwrap().starts_with(';'));
}

#[tokio::test]
async fn a_log_in_ends_the_session_that_the_browser_had() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let body = json!({"email": ADA, "password": PASSWORD});
    let first = world.post("/auth/login", body.clone()).await;
    let refresh = first.cookie("__Secure-rt").unwrap();
    let cookie = format!("__Secure-rt={}", refresh.split(';').next().unwrap());
    let headers = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
    let again = world.send_with("POST", "/auth/login", &headers, body).await;
    assert_eq!(again.status, 200, "{again:?}");
    let over = world.send_with("POST", "/auth/refresh", &headers, json!({})).await;
    assert_eq!(over.status, 401, "the earlier session is over");
    let refresh = again.cookie("__Secure-rt").unwrap();
    let cookie = format!("__Secure-rt={}", refresh.split(';').next().unwrap());
    let headers = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
    let refreshed = world.send_with("POST", "/auth/refresh", &headers, json!({})).await;
    assert_eq!(refreshed.status, 200, "the new one is not");
}

#[tokio::test]
async fn a_lost_answer_to_a_refresh_is_answered_again_for_ten_seconds() {
    let world = World::start_at(Clock::standing(), |_| Providers::default()).await;
    let session = world.an_account(ADA).await;
    let refresh = json!({"refresh_token": session.refresh});
    let attempts = (0..20).map(|_| world.post("/auth/refresh", refresh.clone()));
    let answers = join_all(attempts).await;
    let next = answers[0].text("refresh_token");
    assert!(answers.iter().all(|answer| answer.text("refresh_token") == next));
    // The clock goes on by itself as well: there is room for a slow machine.
    world.clock.advance(TimeDelta::seconds(5));
    assert_eq!(world.post("/auth/refresh", refresh).await.text("refresh_token"), next);
    let live: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM identity.refresh_tokens WHERE replaced_at IS NULL",
    )
    .fetch_one(world.database.owner())
    .await
    .unwrap();
    assert_eq!(live, 1);
}

#[tokio::test]
async fn a_refresh_token_that_comes_again_ends_the_session_and_tells_the_owner() {
    let world = World::start().await;
    let session = world.an_account(ADA).await;
    let first = json!({"refresh_token": session.refresh});
    let next = logged_in(&world.post("/auth/refresh", first.clone()).await);
    world.clock.advance(TimeDelta::seconds(10));
    assert_eq!(world.post("/auth/refresh", first.clone()).await.status, 401);
    let next = world.post("/auth/refresh", json!({"refresh_token": next.refresh})).await;
    assert_eq!(next.status, 401, "the thief's and the owner's both end");
    assert_eq!(world.mails(ADA).await, ["verify_email", "refresh_token_reused"]);
    assert_eq!(world.post("/auth/refresh", first).await.status, 401);
    assert_eq!(world.mails(ADA).await.len(), 2);
}

#[tokio::test]
async fn a_stolen_token_that_many_use_at_once_ends_the_session_and_tells_once() {
    let world = World::start().await;
    let session = world.an_account(ADA).await;
    let stolen = json!({"refresh_token": session.refresh});
    let next = logged_in(&world.post("/auth/refresh", stolen.clone()).await);
    world.clock.advance(TimeDelta::seconds(11));
    let replayed = join_all((0..100).map(|_| world.post("/auth/refresh", stolen.clone()))).await;
    assert!(replayed.iter().all(|answer| answer.status == 401));
    let next = world.post("/auth/refresh", json!({"refresh_token": next.refresh})).await;
    assert_eq!(next.status, 401);
    assert_eq!(world.mails(ADA).await, ["verify_email", "refresh_token_reused"]);
}

#[tokio::test]
async fn who_has_gone_on_is_not_overtaken_within_the_grace() {
    let world = World::start().await;
    let session = world.an_account(ADA).await;
    let first = json!({"refresh_token": session.refresh});
    let second = world.post("/auth/refresh", first.clone()).await.text("refresh_token");
    assert_eq!(world.post("/auth/refresh", json!({"refresh_token": second})).await.status, 200);
    assert_eq!(world.post("/auth/refresh", first).await.status, 401);
}

#[tokio::test]
async fn a_session_ends_when_idle_and_at_the_latest_after_thirty_days() {
    let world = World::start().await;
    let mut refresh = world.an_account(ADA).await.refresh;
    for _ in 0..5 {
        world.clock.advance(TimeDelta::days(6));
        let answer = world.post("/auth/refresh", json!({"refresh_token": refresh})).await;
        if answer.status == 401 {
            refresh.clear();
            break;
        }
        refresh = answer.text("refresh_token");
    }
    assert!(refresh.is_empty(), "thirty days are over");
    let idle = world.log_in(ADA).await.refresh;
    world.clock.advance(TimeDelta::days(7));
    assert_eq!(world.post("/auth/refresh", json!({"refresh_token": idle})).await.status, 401);
}

#[tokio::test]
async fn sessions_end_one_by_one_and_nobody_ends_anothers() {
    let world = World::start().await;
    let (ada, bob) = (world.an_account(ADA).await, world.an_account("bob@example.org").await);
    let session: uuid::Uuid =
        sqlx::query_scalar("SELECT id FROM identity.sessions WHERE account_id = $1")
            .bind(ada.account.parse::<uuid::Uuid>().unwrap())
            .fetch_one(world.database.owner())
            .await
            .unwrap();
    let path = format!("/account/sessions/{session}");
    let foreign = world.send("DELETE", &path, Some(&bob.access), json!({})).await;
    assert_eq!(foreign.problem(), (404, "not-found"));
    assert_eq!(world.send("DELETE", &path, Some(&ada.access), json!({})).await.status, 204);
    let over = world.send("DELETE", &path, Some(&ada.access), json!({})).await;
    assert_eq!(over.status, 401, "the session that asked is over");
    let everywhere =
        world.send("POST", "/auth/logout-everywhere", Some(&bob.access), json!({})).await;
    assert_eq!(everywhere.status, 204);
    let refresh = world.post("/auth/refresh", json!({"refresh_token": bob.refresh})).await;
    assert_eq!(refresh.status, 401);
}

#[tokio::test]
async fn a_log_in_on_another_device_is_told() {
    let world = World::start().await;
    world.an_account(ADA).await;
    world.log_in(ADA).await;
    assert_eq!(world.mails(ADA).await, ["verify_email"], "the same device");
    let body = json!({"email": ADA, "password": PASSWORD});
    let headers = [("user-agent", "Another/1.0")];
    assert_eq!(world.send_with("POST", "/auth/login", &headers, body).await.status, 200);
    assert_eq!(world.mails(ADA).await, ["verify_email", "new_session"]);
}
