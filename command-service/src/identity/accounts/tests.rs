//! Accounts from outside: what people do, and what attackers try.

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};
use shared::clock::Clock;

use crate::identity::{
    oidc::Providers,
    testing::{PASSWORD, World, logged_in},
};

const ADA: &str = "ada@example.org";

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
async fn no_token_or_password_is_stored() {
    let world = World::start().await;
    let session = world.an_account(ADA).await;
    let mailed = world.mailed(ADA, "verify_email").await.unwrap();
    for table in ["accounts", "sessions", "refresh_tokens", "one_time_tokens", "audit_pending"] {
        let dump = format!("SELECT coalesce(string_agg(t::text, ' '), '') FROM identity.{table} t");
        let rows: String =
            sqlx::query_scalar(&dump).fetch_one(world.database.owner()).await.unwrap();
        for secret in [PASSWORD, &session.refresh, &mailed, ADA] {
            assert!(!rows.contains(secret), "{table}");
        }
    }
}

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

#[tokio::test]
async fn the_projection_service_reads_nothing_that_proves_who_someone_is() {
    let world = World::start().await;
    let pool = world.database.projection();
    for column in [
        "password_hash FROM identity.accounts",
        "token_sha256 FROM identity.refresh_tokens",
        "token_sha256 FROM identity.one_time_tokens",
        "stepped_up_at FROM identity.sessions",
        "secret FROM identity.second_factors",
        "code_sha256 FROM identity.recovery_codes",
        "token_sha256 FROM identity.invitations",
        "credential FROM identity.passkeys",
        "state FROM identity.passkey_ceremonies",
        "payload FROM identity.audit_pending",
        "* FROM identity.accounts",
    ] {
        let refused = sqlx::query(&format!("SELECT {column}")).fetch_optional(pool).await;
        let code =
            refused.unwrap_err().into_database_error().and_then(|e| e.code().map(Into::into));
        assert_eq!(code, Some("42501".to_owned()), "{column}");
    }
    let allowed = "SELECT id, person_id, email_verified_at FROM identity.accounts";
    assert!(sqlx::query(allowed).fetch_optional(pool).await.is_ok());
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
