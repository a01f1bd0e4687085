//! What is taken away from people and organisations, as both services know it.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::{Answer, Api, OnSale},
    mails::token_for,
    platform::Platform,
};

const PASSWORD: &str = "correct horse battery staple";

/// Repeats a question until its answer is as wanted.
async fn until<F: Future<Output = Answer>>(ask: impl Fn() -> F, is_it: impl Fn(&Answer) -> bool) {
    let began = Instant::now();
    loop {
        let answer = ask().await;
        if is_it(&answer) {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{answer:#?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn is_problem(answer: &Answer, status: u16, code: &str) -> bool {
    answer.status == status && answer.body["code"] == code
}

async fn suspend(api: &Api, organization: &str, method: Method) {
    let path = format!("/platform/organizations/{organization}/suspension");
    let answer = api.admin().edit(method, &path, 0, json!({})).await;
    assert_eq!(answer.status, 204, "{:#}", answer.body);
}

#[tokio::test]
async fn a_suspended_organization_sells_nothing_until_it_is_resumed() {
    let platform = Platform::start().await;
    let (organization, organizer) = platform.api().organizer().await;
    let sale = OnSale::publish(&organizer, 10, json!({})).await;
    let api = platform.api();
    let hold = api.post(&sale.reservations(), sale.hold("ada@example.org", 1)).await.expect(201);
    let reservation = hold["reservation_id"].as_str().expect("an id").to_owned();
    let holder = api.with(hold["access_token"].as_str().expect("a token"));
    let page = format!("/events/{}", sale.event);
    let is_listed = |answer: &Answer| {
        let listed = answer.body["data"].as_array().cloned().unwrap_or_default();
        listed.iter().any(|event| event["event_id"] == *sale.event)
    };
    until(|| api.get("/events"), is_listed).await;
    let version = api.get(&page).await.header("etag").expect("a version").to_owned();

    suspend(&api, &organization, Method::PUT).await;
    let holds = sale.reservations();
    let try_hold = || api.post(&holds, sale.hold("bob@example.org", 1));
    until(try_hold, |answer| is_problem(answer, 409, "organization-suspended")).await;
    let body = json!({"provider": "stripe"});
    let pay = holder.post(&sale.payments_of(&reservation), body.clone()).await;
    assert_eq!(pay.problem(409), "organization-suspended");
    let draft = json!({
        "organization_id": organization, "title": "More", "currency": "EUR",
        "starts_at": "2035-06-01T18:00:00Z", "time_zone": "Europe/Berlin",
    });
    let drafted = api.admin().post("/events", draft).await;
    assert_eq!(drafted.problem(409), "organization-suspended");
    let published = api.admin().post(&format!("{page}/publish"), json!({})).await;
    assert_eq!(published.problem(409), "organization-suspended");
    until(|| api.get("/events"), |answer| !is_listed(answer)).await;
    let shown = api.request(Method::GET, &page).header("If-None-Match", &version);
    let shown: Value = shown.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(shown["sales_suspended"], true);
    until(|| organizer.get("/orders"), |answer| answer.status == 401).await;
    // What was held stays the buyer's, who may still give it back.
    assert_eq!(holder.get(&format!("/reservations/{reservation}")).await.status, 200);
    let released = holder.delete(&format!("{}/{reservation}", sale.reservations())).await;
    assert_eq!(released.status, 204);

    suspend(&api, &organization, Method::DELETE).await;
    until(try_hold, |answer| answer.status == 201).await;
    until(|| api.get("/events"), is_listed).await;
    assert_eq!(api.get(&page).await.expect(200)["sales_suspended"], false);
    until(|| organizer.get("/orders"), |answer| answer.status == 200).await;
}

#[tokio::test]
async fn a_revoked_session_is_over_in_both_services_within_a_second() {
    let platform = Platform::start().await;
    let api = platform.api();
    let email = "ada@example.org";
    let who = json!({"email": email, "password": PASSWORD});
    api.post("/auth/register", who).await.expect(202);
    let token = token_for(&platform, email, "/verify#token=").await;
    let proof = json!({"token": token, "session": "token"});
    let phone = api.post("/auth/verify-email", proof).await.expect(200);
    let phone = api.with(phone["access_token"].as_str().expect("a token"));
    let log_in = json!({"email": email, "password": PASSWORD, "session": "token"});
    let desk = api.post("/auth/login", log_in).await.expect(200);
    let desk = api.with(desk["access_token"].as_str().expect("a token"));

    let sale = OnSale::publish(&api.organizer().await.1, 10, json!({})).await;
    let read = format!("/events/{}", sale.event);
    until(|| phone.get(&read), |answer| answer.status == 200).await;
    let sessions = desk.get("/account/sessions").await.expect(200);
    let all = sessions["data"].as_array().expect("a list");
    let other = all.iter().find(|session| session["current"] != true).expect("the phone");
    let path = format!("/account/sessions/{}", other["session_id"].as_str().expect("an id"));
    let revoked = desk.delete(&path).await;
    assert_eq!(revoked.status, 204, "{:#}", revoked.body);
    let began = Instant::now();
    // Neither route looks the session up.
    until(|| phone.get(&read), |answer| is_problem(answer, 401, "unauthenticated")).await;
    let holds = sale.reservations();
    let hold = || phone.post(&holds, sale.hold(email, 1));
    until(hold, |answer| is_problem(answer, 401, "unauthenticated")).await;
    // A second, and as much again for a busy machine.
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert_eq!(desk.get(&read).await.status, 200);
}

/// An account that has proved its address, logged in.
async fn an_account(platform: &Platform, email: &str) -> (String, Api) {
    let api = platform.api();
    let who = json!({"email": email, "password": PASSWORD});
    api.post("/auth/register", who).await.expect(202);
    let token = token_for(platform, email, "/verify#token=").await;
    api.post("/auth/verify-email", json!({"token": token})).await.expect(200);
    log_in(&api, email).await
}

async fn log_in(api: &Api, email: &str) -> (String, Api) {
    let body = json!({"email": email, "password": PASSWORD, "session": "token"});
    let session = api.post("/auth/login", body).await.expect(200);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&session["account"]["account_id"]), api.with(text(&session["access_token"])))
}

#[tokio::test]
async fn a_changed_role_and_a_removed_member_count_for_reads_within_a_second() {
    let platform = Platform::start().await;
    let api = platform.api();
    let (_, owner) = an_account(&platform, "ada@example.org").await;
    let made = owner.post("/organizations", json!({"name": "The Hall"})).await.expect(201);
    let organization = made["organization_id"].as_str().expect("an id");
    let (_, owner) = log_in(&api, "ada@example.org").await;
    let bob = "bob@example.org";
    let (account, before) = an_account(&platform, bob).await;
    let invited = json!({"email": bob, "role": "manager"});
    owner.post(&format!("/organizations/{organization}/invitations"), invited).await.expect(201);
    let token = token_for(&platform, bob, "/invitation#token=").await;
    before.post("/invitations/accept", json!({"token": token})).await.expect(200);
    let (_, manager) = log_in(&api, bob).await;

    let keys = format!("/organizations/{organization}/api-keys");
    let orders = format!("/orders?organization_id={organization}");
    until(|| manager.get(&keys), |answer| answer.status == 200).await;
    assert_eq!(manager.get(&orders).await.status, 200);
    let place = format!("/organizations/{organization}/members/{account}");
    let changed = owner.edit(Method::PATCH, &place, 0, json!({"role": "finance"})).await;
    assert_eq!(changed.status, 204, "{:#}", changed.body);
    let began = Instant::now();
    until(|| manager.get(&keys), |answer| is_problem(answer, 403, "forbidden")).await;
    assert_eq!(manager.get(&orders).await.status, 200);
    // A second, and as much again for a busy machine.
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());

    let removed = owner.delete(&place).await;
    assert_eq!(removed.status, 204, "{:#}", removed.body);
    let began = Instant::now();
    until(|| manager.get(&orders), |answer| is_problem(answer, 403, "forbidden")).await;
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[tokio::test]
async fn an_account_pays_and_gives_back_what_its_address_holds() {
    let platform = Platform::start().await;
    let api = platform.api();
    let sale = OnSale::publish(&api.organizer().await.1, 10, json!({})).await;
    let email = "grace@example.org";
    let hold = async |email: &str| {
        let held = api.post(&sale.reservations(), sale.hold(email, 1)).await.expect(201);
        held["reservation_id"].as_str().expect("an id").to_owned()
    };
    let (paid, released, foreign) =
        (hold(email).await, hold(email).await, hold("eve@example.org").await);
    api.post("/auth/register", json!({"email": email, "password": PASSWORD})).await.expect(202);
    let token = token_for(&platform, email, "/verify#token=").await;
    let proof = json!({"token": token, "session": "token"});
    let account = api.post("/auth/verify-email", proof).await.expect(200);
    let account = api.with(account["access_token"].as_str().expect("a token"));

    let body = json!({"provider": "stripe"});
    let pending = account.post(&sale.payments_of(&paid), body.clone()).await.expect(201);
    assert_eq!(pending["status"], "PENDING");
    let place = |held: &str| format!("{}/{held}", sale.reservations());
    assert_eq!(account.delete(&place(&released)).await.status, 204);
    assert_eq!(account.delete(&place(&foreign)).await.problem(404), "not-found");
    let refused = account.post(&sale.payments_of(&foreign), body).await;
    assert_eq!(refused.problem(404), "not-found");
}
