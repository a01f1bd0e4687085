//! Platform admins from outside.

use chrono::TimeDelta;
use serde_json::json;

use crate::identity::{
    appoint_platform_admin,
    second_factor::testing::App,
    testing::{LoggedIn, PASSWORD, World, logged_in},
};

const ADMIN: &str = "admin@example.org";
const ADA: &str = "ada@example.org";

/// A platform admin, logged in with both factors.
async fn an_admin(world: &World) -> LoggedIn {
    world.an_account(ADMIN).await;
    appoint_platform_admin(&world.state, ADMIN).await.unwrap().expect("the account");
    let mut app = App::add(world, ADMIN).await;
    logged_in(&app.log_in(world, ADMIN).await)
}

#[tokio::test]
async fn an_admin_acts_with_a_second_factor_only() {
    let world = World::start().await;
    let ada = world.an_account(ADA).await;
    world.an_account(ADMIN).await;
    appoint_platform_admin(&world.state, ADMIN).await.unwrap().expect("the account");
    let path = format!("/platform/accounts/{}/suspension", ada.account);
    let admin = world.log_in(ADMIN).await;
    let refused = world.send("PUT", &path, Some(&admin.access), json!({})).await;
    assert_eq!(refused.problem(), (403, "second-factor-required"));
    let mut app = App::add(&world, ADMIN).await;
    let admin = logged_in(&app.log_in(&world, ADMIN).await);
    assert_eq!(world.send("PUT", &path, Some(&admin.access), json!({})).await.status, 204);
    let removed = world.send("DELETE", "/account/totp", Some(&admin.access), json!({})).await;
    assert_eq!(removed.problem(), (409, "second-factor-needed"));
}

#[tokio::test]
async fn nobody_is_appointed_before_the_address_is_proved() {
    let world = World::start().await;
    world.register(ADMIN).await;
    assert!(appoint_platform_admin(&world.state, ADMIN).await.unwrap().is_none());
    assert!(appoint_platform_admin(&world.state, "no address").await.is_err());
}

#[tokio::test]
async fn a_suspended_account_is_out_until_it_is_resumed() {
    let world = World::start().await;
    let ada = world.an_account(ADA).await;
    let path = format!("/platform/accounts/{}/suspension", ada.account);
    assert_eq!(world.send("PUT", &path, Some(&world.admin), json!({})).await.status, 204);
    let refused = world.try_log_in(ADA, PASSWORD).await;
    assert_eq!(refused.problem(), (403, "account-suspended"));
    let refresh = world.post("/auth/refresh", json!({"refresh_token": ada.refresh})).await;
    assert_eq!(refresh.status, 401);
    assert_eq!(world.send("DELETE", &path, Some(&world.admin), json!({})).await.status, 204);
    world.log_in(ADA).await;
    let history = world.history(&ada.account).await;
    let suspended = history.iter().position(|fact| fact == "AccountSuspended");
    let resumed = history.iter().position(|fact| fact == "AccountResumed");
    assert!(suspended < resumed && suspended.is_some(), "{history:?}");
}

#[tokio::test]
async fn nobody_acts_for_a_suspended_organization() {
    let world = World::start().await;
    world.an_account(ADA).await;
    let ada = world.log_in(ADA).await;
    let made =
        world.send("POST", "/organizations", Some(&ada.access), json!({"name": "Arena"})).await;
    let organization = made.text("organization_id");
    let keys = format!("/organizations/{organization}/api-keys");
    let ada = world.log_in(ADA).await;
    let body = json!({"label": "x", "role": "organizer"});
    let key = world.send("POST", &keys, Some(&ada.access), body.clone()).await.text("secret");

    let path = format!("/platform/organizations/{organization}/suspension");
    assert_eq!(world.send("PUT", &path, Some(&world.admin), json!({})).await.status, 204);
    world.clock.advance(TimeDelta::seconds(6)); // keys are remembered for five
    assert_eq!(world.send("POST", &keys, Some(&key), body.clone()).await.status, 401);
    let ada = world.log_in(ADA).await;
    assert_eq!(world.send("POST", &keys, Some(&ada.access), body.clone()).await.status, 403);
    assert_eq!(world.send("DELETE", &path, Some(&world.admin), json!({})).await.status, 204);
    world.clock.advance(TimeDelta::seconds(6));
    assert_eq!(world.send("POST", &keys, Some(&key), body).await.status, 201);
}

#[tokio::test]
async fn seeing_with_someones_eyes_is_recorded_and_changes_nothing() {
    let world = World::start().await;
    let ada = world.an_account(ADA).await;
    let admin = an_admin(&world).await;
    let path = format!("/platform/accounts/{}/impersonation", ada.account);
    let body = json!({"session": "token"});
    let by_key = world.send("POST", &path, Some(&world.admin), body.clone()).await;
    assert_eq!(by_key.status, 403, "a key has no eyes");
    let looking = logged_in(&world.send("POST", &path, Some(&admin.access), body.clone()).await);
    assert_eq!(looking.account, ada.account);
    let change =
        world.send("PUT", "/account/profile", Some(&looking.access), json!({"name": "X"})).await;
    assert_eq!(change.problem(), (403, "forbidden"));
    let step = json!({"password": PASSWORD});
    let step = world.send("POST", "/auth/step-up", Some(&looking.access), step).await;
    assert_eq!(step.status, 403);
    assert!(world.history(&ada.account).await.contains(&"ImpersonationBegun".to_owned()));
    world.clock.advance(TimeDelta::minutes(30));
    let over = world.post("/auth/refresh", json!({"refresh_token": looking.refresh})).await;
    assert_eq!(over.status, 401);
    let own = format!("/platform/accounts/{}/impersonation", admin.account);
    let stale = world.send("POST", &own, Some(&admin.access), body).await;
    assert_eq!(stale.status, 401, "the token has expired meanwhile");
}
