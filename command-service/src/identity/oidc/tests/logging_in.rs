//! People come from a provider.

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};
use shared::vault::find_person;

use super::{
    fake::Fake,
    visit::{Visit, send, verified, world},
};
use crate::identity::{
    second_factor::testing::App,
    testing::{PASSWORD, World, logged_in},
};

const ADA: &str = "ada@example.org";

async fn accounts(world: &World) -> i64 {
    let statement = "SELECT count(*) FROM identity.accounts";
    sqlx::query_scalar(statement).fetch_one(world.database.owner()).await.unwrap()
}

#[tokio::test]
async fn the_first_log_in_makes_an_account_and_the_second_finds_it() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    let visit = Visit::log_in(&world).await;
    assert_eq!(visit.query["response_type"], "code");
    assert_eq!(visit.query["scope"], "openid email profile");
    assert_eq!(visit.query["code_challenge_method"], "S256");
    assert_eq!(visit.query["tenant"], "1", "the endpoint keeps its own query");
    let redirect = "https://tickets.example.org/login/callback/acme";
    assert_eq!(visit.query["redirect_uri"], redirect);
    let first = visit.back(&world, &fake, &verified("ada-1", "Ada@Example.org")).await;
    assert_eq!(first.text("outcome"), "logged_in");
    assert_eq!(first.text("return_to"), "/tickets");
    let session = logged_in(&first);

    // The provider may say something else by then: who it is follows from issuer and subject.
    let moved = verified("ada-1", "elsewhere@example.org");
    let second = Visit::log_in(&world).await.back(&world, &fake, &moved).await;
    assert_eq!(logged_in(&second).account, session.account);
    assert_eq!(accounts(&world).await, 1);

    let person = find_person(&world.state.pool, &world.state.vault, world.person(ADA)).await;
    let person = person.unwrap().unwrap();
    assert_eq!((&*person.email, person.name.as_deref()), ("Ada@Example.org", Some("Ada Lovelace")));
    assert_eq!(world.mails(ADA).await, ["login_links_changed"]);
    let expected = [
        "AccountRegistered",
        "AddressProved",
        "LoginLinked",
        "LinkedLoginUsed",
        "LoggedIn",
        "LinkedLoginUsed",
        "LoggedIn",
    ];
    assert_eq!(world.history(&session.account).await, expected);
    assert_eq!(world.try_log_in(ADA, PASSWORD).await.status, 401, "there is no password");
}

#[tokio::test]
async fn browsers_get_the_session_in_cookies() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    let visit = Visit::log_in(&world).await;
    let code = visit.grant(&fake, visit.claims(&world, &fake, &verified("ada-1", ADA)));
    let body = json!({"state": visit.query["state"], "code": code});
    let back = send(&world, "/auth/oidc/acme/callback", None, Some(&visit.cookie), body).await;
    assert_eq!(back.status, 200, "{back:?}");
    assert!(back.cookie("__Host-at").is_some() && back.cookie("__Secure-rt").is_some());
    assert!(back.body.get("access_token").is_none(), "{back:?}");
}

#[tokio::test]
async fn an_address_that_the_provider_has_not_verified_is_verified_by_us() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    for (subject, flag) in [("ada-1", json!(false)), ("ada-2", Value::Null), ("ada-3", json!("no"))]
    {
        let who = json!({"sub": subject, "email": ADA, "email_verified": flag});
        let visit = Visit::log_in(&world).await;
        let back = visit.back(&world, &fake, &who).await;
        assert_eq!(back.text("outcome"), "check_mail", "{flag}");
        assert!(back.body.get("access_token").is_none());
        assert_eq!(accounts(&world).await, 0, "{flag}");
    }
    let visit = Visit::log_in(&world).await;
    let who = json!({"sub": "ada-4", "email": ADA, "email_verified": false});
    visit.back(&world, &fake, &who).await;
    let token = world.mailed(ADA, "confirm_login").await.expect("a mail");
    let elsewhere = Visit::log_in(&world).await.confirm(&world, &token).await;
    assert_eq!(elsewhere.problem(), (409, "other-browser"));
    assert_eq!(accounts(&world).await, 0);
    let confirmed = visit.confirm(&world, &token).await;
    assert_eq!(confirmed.text("outcome"), "logged_in");
    assert_eq!(confirmed.text("return_to"), "/tickets");
    let again = visit.confirm(&world, &token).await;
    assert_eq!(again.problem(), (410, "link-over"));
    let next = Visit::log_in(&world).await.back(&world, &fake, &who).await;
    assert_eq!(logged_in(&next).account, logged_in(&confirmed).account);
}

#[tokio::test]
async fn an_account_with_the_address_is_linked_only_after_a_mail() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    let account = world.an_account(ADA).await.account;
    let visit = Visit::log_in(&world).await;
    let who = verified("ada-1", ADA);
    assert_eq!(visit.back(&world, &fake, &who).await.text("outcome"), "check_mail");
    let again = Visit::log_in(&world).await.back(&world, &fake, &who).await;
    assert_eq!(again.text("outcome"), "check_mail", "nothing was linked");
    // The mail to the first browser: the second one got one of its own.
    let mails = world.mails(ADA).await;
    assert_eq!(mails.iter().filter(|kind| *kind == "confirm_login").count(), 2, "{mails:?}");
    let third = Visit::log_in(&world).await;
    third.back(&world, &fake, &who).await;
    let token = world.mailed(ADA, "confirm_login").await.unwrap();
    let confirmed = third.confirm(&world, &token).await;
    assert_eq!(logged_in(&confirmed).account, account);
    let history = world.history(&account).await;
    assert_eq!(history.iter().filter(|fact| *fact == "LoginLinked").count(), 1, "{history:?}");
    assert!(world.mails(ADA).await.contains(&"login_links_changed".to_owned()));
    assert_eq!(world.try_log_in(ADA, PASSWORD).await.status, 200, "the password goes on working");
}

#[tokio::test]
async fn the_mailed_link_runs_out_after_an_hour() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    world.an_account(ADA).await;
    let visit = Visit::log_in(&world).await;
    visit.back(&world, &fake, &verified("ada-1", ADA)).await;
    let token = world.mailed(ADA, "confirm_login").await.unwrap();
    world.clock.advance(TimeDelta::minutes(61));
    assert_eq!(visit.confirm(&world, &token).await.problem(), (410, "link-over"));
}

#[tokio::test]
async fn whoever_registered_with_somebody_elses_address_keeps_nothing_of_it() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    world.register(ADA).await; // by somebody who knows the password and never saw the mail
    let planted = world.mailed(ADA, "verify_email").await.unwrap();
    let visit = Visit::log_in(&world).await;
    let owner = logged_in(&visit.back(&world, &fake, &verified("ada-1", ADA)).await);
    assert_eq!(world.try_log_in(ADA, PASSWORD).await.status, 401);
    let late = world.post("/auth/verify-email", json!({"token": planted})).await;
    assert_eq!(late.problem(), (410, "link-over"));
    assert_eq!(accounts(&world).await, 1);
    assert!(!owner.account.is_empty());
}

#[tokio::test]
async fn whoever_has_a_second_factor_is_asked_for_it_after_the_provider_too() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    world.an_account(ADA).await;
    let mut app = App::add(&world, ADA).await;
    let session = logged_in(&app.log_in(&world, ADA).await);
    let who = verified("ada-1", ADA);
    let linked = Visit::link(&world, &session).await.back(&world, &fake, &who).await;
    assert_eq!(linked.text("outcome"), "linked", "{linked:?}");
    let back = Visit::log_in(&world).await.back(&world, &fake, &who).await;
    assert_eq!(back.text("outcome"), "second_factor_required");
    assert!(back.body.get("access_token").is_none() && back.cookie("__Host-at").is_none());
    let body = json!({"second_factor_token": back.text("second_factor_token"),
                      "code": app.code(&world), "session": "token"});
    let proved = world.post("/auth/login/second-factor", body).await;
    assert_eq!(logged_in(&proved).account, session.account);
}

#[tokio::test]
async fn the_suspended_stay_outside() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    let who = verified("ada-1", ADA);
    Visit::log_in(&world).await.back(&world, &fake, &who).await;
    sqlx::query("UPDATE identity.accounts SET suspended_at = now()")
        .execute(world.database.owner())
        .await
        .unwrap();
    let back = Visit::log_in(&world).await.back(&world, &fake, &who).await;
    assert_eq!(back.problem(), (403, "account-suspended"));
}

#[tokio::test]
async fn a_state_works_once_in_its_browser_for_its_provider_and_ten_minutes() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    let who = verified("ada-1", ADA);
    let over = (410, "login-attempt-over");

    let visit = Visit::log_in(&world).await;
    let stranger = Visit { cookie: Visit::log_in(&world).await.cookie, ..visit.clone() };
    assert_eq!(stranger.back(&world, &fake, &who).await.problem(), over, "another browser");
    let body = json!({"state": visit.query["state"], "code": "x"});
    let cookie = Some(visit.cookie.as_str());
    let other = send(&world, "/auth/oidc/other/callback", None, cookie, body.clone()).await;
    assert_eq!(other.problem(), over, "another provider");
    let without = send(&world, "/auth/oidc/acme/callback", None, None, body).await;
    assert_eq!(without.problem(), over, "no cookie");
    let two = format!("{0}; {0}", visit.cookie);
    let planted = Visit { cookie: two, ..visit.clone() };
    assert_eq!(planted.back(&world, &fake, &who).await.problem(), over, "a planted cookie");

    assert_eq!(visit.back(&world, &fake, &who).await.status, 200, "none of it used it up");
    assert_eq!(visit.back(&world, &fake, &who).await.problem(), over, "a replay");

    let slow = Visit::log_in(&world).await;
    world.clock.advance(TimeDelta::minutes(10));
    assert_eq!(slow.back(&world, &fake, &who).await.problem(), over, "after ten minutes");
}

#[tokio::test]
async fn of_many_answers_to_one_state_one_counts() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    let visit = Visit::log_in(&world).await;
    let who = verified("ada-1", ADA);
    let all = join_all((0..30).map(|_| visit.back(&world, &fake, &who))).await;
    assert_eq!(all.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(accounts(&world).await, 1);
}

#[tokio::test]
async fn two_tabs_of_a_browser_dont_disturb_each_other() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    let first = Visit::log_in(&world).await;
    let (path, body) = ("/auth/oidc/acme/start", json!({}));
    let second = Visit::begin(&world, path, None, Some(&first.cookie), body).await;
    assert_eq!(first.cookie, second.cookie);
    assert_ne!(first.query["nonce"], second.query["nonce"]);
    for visit in [second, first] {
        let back = visit.back(&world, &fake, &verified("ada-1", ADA)).await;
        assert_eq!(back.text("outcome"), "logged_in");
    }
}

#[tokio::test]
async fn whoever_is_refused_there_is_told_so_and_the_state_is_used_up() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    let visit = Visit::log_in(&world).await;
    let refused = visit.back_with(&world, json!({"error": "access_denied"})).await;
    assert_eq!(refused.problem(), (403, "provider-refused"));
    let after = visit.back(&world, &fake, &verified("ada-1", ADA)).await;
    assert_eq!(after.problem(), (410, "login-attempt-over"));
    let wrong = Visit::log_in(&world).await.back_with(&world, json!({"code": "unknown"})).await;
    assert_eq!(wrong.problem(), (403, "provider-refused"), "a code that isn't the provider's");
    let nothing = Visit::log_in(&world).await.back_with(&world, json!({})).await;
    assert_eq!(nothing.problem(), (422, "validation"));
}

#[tokio::test]
async fn a_code_of_another_log_in_is_worth_nothing() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    let (mine, theirs) = (Visit::log_in(&world).await, Visit::log_in(&world).await);
    let claims = theirs.claims(&world, &fake, &verified("eve-1", "eve@example.org"));
    let code = theirs.grant(&fake, claims);
    let injected = mine.back_with(&world, json!({"code": code})).await;
    assert_eq!(injected.problem(), (403, "provider-refused"), "its verifier is another");
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    for path in ["//evil.example", "https://evil.example", "/\\evil.example", "/a/..//evil.example"]
    {
        let body = json!({"return_to": path});
        let refused = send(&world, "/auth/oidc/acme/start", None, None, body).await;
        assert_eq!(refused.problem(), (422, "validation"), "{path}");
    }
    let unknown = send(&world, "/auth/oidc/nobody/start", None, None, json!({})).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn whoever_tells_no_address_can_register_instead() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    for who in
        [json!({"sub": "x"}), json!({"sub": "x", "email": "no address", "email_verified": true})]
    {
        fake.behaviour().user_info = Some(json!({"sub": "x"}));
        let back = Visit::log_in(&world).await.back(&world, &fake, &who).await;
        assert_eq!(back.problem(), (403, "provider-told-no-email"), "{who}");
    }
    assert_eq!(accounts(&world).await, 0);
}
