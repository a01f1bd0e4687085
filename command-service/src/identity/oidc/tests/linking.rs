//! Owners of accounts link log-ins, take them away, and prove to be there by them.

use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    fake::Fake,
    visit::{Visit, send, verified, world, world_with},
};
use crate::identity::testing::{Answered, LoggedIn, World, logged_in};

const ADA: &str = "ada@example.org";
const BOB: &str = "bob@example.org";

async fn identities(world: &World, who: &LoggedIn) -> Vec<Uuid> {
    let account: Uuid = who.account.parse().unwrap();
    sqlx::query_scalar("SELECT id FROM identity.linked_logins WHERE account_id = $1")
        .bind(account)
        .fetch_all(world.database.owner())
        .await
        .unwrap()
}

async fn unlink(world: &World, who: &LoggedIn, id: Uuid) -> Answered {
    let path = format!("/account/identities/{id}");
    world.send("DELETE", &path, Some(&who.access), json!({})).await
}

async fn linked(world: &World, fake: &Fake, who: &LoggedIn, subject: &str) -> Answered {
    let stranger = verified(subject, "whatever@example.org");
    Visit::link(world, who).await.back(world, fake, &stranger).await
}

#[tokio::test]
async fn a_log_in_is_linked_from_the_account_and_taken_away_again() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    world.an_account(ADA).await;
    let ada = world.log_in(ADA).await;
    assert_eq!(linked(&world, &fake, &ada, "ada-1").await.text("outcome"), "linked");
    let stranger = verified("ada-1", "whatever@example.org");
    let back = Visit::log_in(&world).await.back(&world, &fake, &stranger).await;
    assert_eq!(logged_in(&back).account, ada.account, "by another address, and yet the same");

    let ids = identities(&world, &ada).await;
    assert_eq!(unlink(&world, &ada, ids[0]).await.status, 204);
    assert_eq!(unlink(&world, &ada, ids[0]).await.status, 404);
    let back = Visit::log_in(&world).await.back(&world, &fake, &stranger).await;
    assert_ne!(logged_in(&back).account, ada.account, "somebody new");
    let history = world.history(&ada.account).await;
    let about = |fact: &&String| fact.starts_with("Login");
    let facts: Vec<&String> = history.iter().filter(about).collect();
    assert_eq!(facts, ["LoginLinked", "LoginUnlinked"]);
    let mails = world.mails(ADA).await;
    assert_eq!(mails.iter().filter(|kind| *kind == "login_links_changed").count(), 2);
}

#[tokio::test]
async fn linking_and_unlinking_ask_for_a_fresh_proof() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    let ada = world.an_account(ADA).await; // logged in by the mail: no fresh proof
    let body = json!({"provider": "acme"});
    let refused = send(&world, "/account/identities", Some(&ada.access), None, body.clone()).await;
    assert_eq!(refused.problem(), (403, "step-up-required"));
    let nobody = send(&world, "/account/identities", None, None, body).await;
    assert_eq!(nobody.status, 401);

    let fresh = world.log_in(ADA).await;
    linked(&world, &fake, &fresh, "ada-1").await;
    let id = identities(&world, &fresh).await[0];
    assert_eq!(unlink(&world, &ada, id).await.problem(), (403, "step-up-required"));
    world.clock.advance(TimeDelta::minutes(6));
    assert_eq!(unlink(&world, &fresh, id).await.problem(), (403, "step-up-required"));
}

#[tokio::test]
async fn a_log_in_opens_one_account_and_an_account_has_one_of_a_provider() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    world.an_account(ADA).await;
    world.an_account(BOB).await;
    let (ada, bob) = (world.log_in(ADA).await, world.log_in(BOB).await);
    assert_eq!(linked(&world, &fake, &ada, "ada-1").await.status, 200);
    assert_eq!(linked(&world, &fake, &ada, "ada-1").await.status, 200, "again");
    let taken = linked(&world, &fake, &bob, "ada-1").await;
    assert_eq!(taken.problem(), (409, "login-linked-elsewhere"));
    let second = linked(&world, &fake, &ada, "ada-2").await;
    assert_eq!(second.problem(), (409, "provider-linked-already"));
    assert_eq!(identities(&world, &ada).await.len(), 1);
    let id = identities(&world, &ada).await[0];
    assert_eq!(unlink(&world, &bob, id).await.status, 404, "not Bob's");
}

#[tokio::test]
async fn what_began_in_one_session_ends_in_no_other() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    world.an_account(ADA).await;
    world.an_account(BOB).await;
    let (ada, bob) = (world.log_in(ADA).await, world.log_in(BOB).await);
    let visit = Visit { access: Some(bob.access.clone()), ..Visit::link(&world, &ada).await };
    let back = visit.back(&world, &fake, &verified("ada-1", ADA)).await;
    assert_eq!(back.problem(), (410, "login-attempt-over"));
    let public = Visit { access: None, ..Visit::link(&world, &ada).await };
    let back = public.back(&world, &fake, &verified("ada-1", ADA)).await;
    assert_eq!(back.problem(), (410, "login-attempt-over"), "logged out meanwhile");
    assert!(identities(&world, &ada).await.is_empty() && identities(&world, &bob).await.is_empty());
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let fake = Fake::start().await;
    let world = world_with(&fake, |settings| settings.peculiar.undated = true).await;
    let visit = Visit::log_in(&world).await;
    let ada = logged_in(&visit.back(&world, &fake, &verified("ada-1", ADA)).await);
    let id = identities(&world, &ada).await[0];
    assert_eq!(unlink(&world, &ada, id).await.problem(), (409, "last-way-in"));
    assert_eq!(identities(&world, &ada).await.len(), 1);

    world.post("/auth/password/forgot", json!({"email": ADA})).await;
    let token = loop {
        match world.mailed(ADA, "password_reset").await {
            Some(token) => break token, // sent beside the request
            None => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    };
    let password = crate::identity::testing::PASSWORD;
    let body = json!({"token": token, "password": password});
    assert_eq!(world.post("/auth/password/reset", body).await.status, 204);
    let ada = world.log_in(ADA).await;
    assert_eq!(unlink(&world, &ada, id).await.status, 204, "there is a password now");
}

async fn stepped_up(world: &World, fake: &Fake, who: &LoggedIn, stranger: &Value) -> Answered {
    let visit = Visit::step_up(world, who).await;
    assert_eq!((&*visit.query["prompt"], &*visit.query["max_age"]), ("login", "0"));
    visit.back(world, fake, stranger).await
}

#[tokio::test]
async fn a_linked_log_in_proves_that_its_owner_is_there_if_it_was_just_now() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    let mut who = verified("ada-1", ADA);
    let visit = Visit::log_in(&world).await;
    let ada = logged_in(&visit.back(&world, &fake, &who).await);
    let id = identities(&world, &ada).await[0];
    let refused = unlink(&world, &ada, id).await;
    assert_eq!(refused.problem(), (403, "step-up-required"), "nobody said when it was");

    let undated = stepped_up(&world, &fake, &ada, &who).await;
    assert_eq!(undated.problem(), (403, "provider-proof-too-old"));
    let now = world.clock.now().timestamp();
    who["auth_time"] = json!(now - 301);
    let old = stepped_up(&world, &fake, &ada, &who).await;
    assert_eq!(old.problem(), (403, "provider-proof-too-old"));
    let mut stranger = verified("eve-1", ADA);
    stranger["auth_time"] = json!(now);
    let other = stepped_up(&world, &fake, &ada, &stranger).await;
    assert_eq!(other.problem(), (401, "invalid-credentials"));

    who["auth_time"] = json!(now);
    assert_eq!(stepped_up(&world, &fake, &ada, &who).await.text("outcome"), "proved");
    assert_eq!(unlink(&world, &ada, id).await.problem(), (409, "last-way-in"), "past the proof");
    let history = world.history(&ada.account).await;
    assert!(history.contains(&"SteppedUp".to_owned()), "{history:?}");
}

#[tokio::test]
async fn a_linked_log_in_doesnt_stand_for_the_second_factor() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    world.an_account(ADA).await;
    let ada = world.log_in(ADA).await;
    linked(&world, &fake, &ada, "ada-1").await;
    let visit = Visit::step_up(&world, &ada).await;
    crate::identity::second_factor::testing::App::add(&world, ADA).await;
    let mut who = verified("ada-1", ADA);
    who["auth_time"] = json!(world.clock.now().timestamp());
    let refused = visit.back(&world, &fake, &who).await;
    assert_eq!(refused.problem(), (403, "second-factor-required"));
}

#[tokio::test]
async fn erasing_the_account_forgets_its_log_ins_and_what_was_asked_by_mail() {
    let fake = Fake::start().await;
    let world = world_with(&fake, |settings| settings.peculiar.undated = true).await;
    let who = verified("ada-1", ADA);
    let ada = logged_in(&Visit::log_in(&world).await.back(&world, &fake, &who).await);
    let another = verified("ada-2", ADA);
    let asked = Visit::log_in(&world).await.back(&world, &fake, &another).await;
    assert_eq!(asked.text("outcome"), "check_mail");
    let gone = world.send("DELETE", "/account", Some(&ada.access), json!({})).await;
    assert_eq!(gone.status, 204, "{gone:?}");
    for table in ["linked_logins", "pending_links"] {
        let statement = format!("SELECT count(*) FROM identity.{table}");
        let left: i64 =
            sqlx::query_scalar(&statement).fetch_one(world.database.owner()).await.unwrap();
        assert_eq!(left, 0, "{table}");
    }
    let back = logged_in(&Visit::log_in(&world).await.back(&world, &fake, &who).await);
    assert_ne!(back.account, ada.account, "somebody new");
}
