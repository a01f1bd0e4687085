//! Nobody learns who has an account: what a request costs is counted, never timed.

use std::{
    fmt::Write,
    sync::{Arc, Mutex},
};

use chrono::TimeDelta;
use serde_json::{Value, json};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    subscriber::DefaultGuard,
};
use tracing_subscriber::{
    Layer, Registry,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
};

use super::wishes;
use crate::identity::testing::{PASSWORD, World, answered, send};

/// Has proved the address.
const ADA: &str = "ada@example.org";
/// Has not.
const BEA: &str = "bea@example.org";
/// Was suspended.
const SUE: &str = "sue@example.org";
/// Has no account.
const EVE: &str = "eve@example.org";

/// The statements of requests, with how many rows each changed and read: without those of other
/// tasks, which no answer waits for.
#[derive(Clone, Default)]
struct Statements(Arc<Mutex<Vec<String>>>);

impl Statements {
    fn watch() -> (Self, DefaultGuard) {
        let statements = Self::default();
        let watching = Registry::default().with(statements.clone());
        (statements, tracing::subscriber::set_default(watching))
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Statements {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut spans = context.event_scope(event).into_iter().flatten();
        if event.metadata().target() == "sqlx::query" && spans.any(|span| span.name() == "request")
        {
            let mut written = Written::default();
            event.record(&mut written);
            self.0.lock().unwrap().push(written.0);
        }
    }
}

#[derive(Default)]
struct Written(String);

impl Visit for Written {
    fn record_str(&mut self, field: &Field, value: &str) {
        if matches!(field.name(), "summary" | "db.statement") {
            self.0.push_str(value);
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        let _ = write!(self.0, " {}: {value}", field.name());
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

/// What a request cost, and what was answered.
#[derive(Debug, PartialEq)]
struct Cost {
    statements: Vec<String>,
    hashes: usize,
    status: u16,
    body: Value,
}

async fn cost(world: &World, path: &str, token: Option<&str>, body: Value) -> Cost {
    let (statements, _watching) = Statements::watch();
    let hashed = world.state.passwords.hashed();
    let bearer = token.map(|token| format!("Bearer {token}"));
    let headers: Vec<(&str, &str)> =
        bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
    let mut answer = answered(send(&world.edge, "POST", path, &headers, body).await).await;
    if let Some(fields) = answer.body.as_object_mut() {
        fields.remove("trace_id");
    }
    Cost {
        statements: statements.take(),
        hashes: world.state.passwords.hashed() - hashed,
        status: answer.status,
        body: answer.body,
    }
}

async fn a_world() -> World {
    let world = World::start().await;
    world.an_account(ADA).await;
    world.register(BEA).await;
    let sue = world.an_account(SUE).await;
    sqlx::query("UPDATE identity.accounts SET suspended_at = now() WHERE id = $1::uuid")
        .bind(sue.account)
        .execute(world.database.owner())
        .await
        .unwrap();
    world
}

#[tokio::test]
async fn registering_costs_the_same_for_every_address() {
    let world = a_world().await;
    let body = |email: &str| json!({"email": email, "password": PASSWORD, "name": "Ada"});
    let of_nobody = cost(&world, "/auth/register", None, body(EVE)).await;
    assert_eq!((of_nobody.status, of_nobody.hashes), (202, 2), "its guesses, its hash");
    let [written] = &of_nobody.statements[..] else { panic!("{of_nobody:?}") };
    assert!(written.contains("INSERT INTO identity.wishes"), "{written}");
    for known in [ADA, BEA, SUE, EVE] {
        assert_eq!(cost(&world, "/auth/register", None, body(known)).await, of_nobody, "{known}");
    }
    wishes::grant_all(&world.state).await;
    assert_eq!(world.mails(ADA).await, ["verify_email", "account_exists"]);
    assert_eq!(world.mails(SUE).await, ["verify_email", "account_exists"]);
    assert_eq!(world.mails(EVE).await, ["verify_email"]);
}

#[tokio::test]
async fn a_forgotten_password_costs_the_same_for_every_address() {
    let world = a_world().await;
    let body = |email: &str| json!({"email": email});
    let of_nobody = cost(&world, "/auth/password/forgot", None, body(EVE)).await;
    assert_eq!((of_nobody.status, of_nobody.statements.len()), (202, 1));
    for known in [ADA, BEA, SUE] {
        let of_known = cost(&world, "/auth/password/forgot", None, body(known)).await;
        assert_eq!(of_known, of_nobody, "{known}");
    }
    wishes::grant_all(&world.state).await;
    assert_eq!(world.mails(ADA).await, ["verify_email", "password_reset"]);
    assert_eq!(world.mails(SUE).await, ["verify_email"]);
    assert_eq!(world.mails(EVE).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_refused_log_in_costs_the_same_for_every_address() {
    let world = a_world().await;
    let body = |email: &str, password: &str| json!({"email": email, "password": password});
    let wrong = "wrong horse battery staple";
    let mut of_nobody = cost(&world, "/auth/login", None, body(EVE, wrong)).await;
    assert_eq!((of_nobody.status, of_nobody.hashes, of_nobody.statements.len()), (401, 1, 1));
    // One account is found, or none: that is what was asked.
    let rows = |cost: &mut Cost| {
        let read = cost.statements[0].find(" rows_affected").unwrap();
        cost.statements[0].truncate(read);
    };
    rows(&mut of_nobody);
    // Whoever registers an address doesn't learn by it either whether that made an account.
    for (known, password) in [(ADA, wrong), (SUE, wrong), (BEA, wrong), (BEA, PASSWORD)] {
        let mut of_known = cost(&world, "/auth/login", None, body(known, password)).await;
        rows(&mut of_known);
        assert_eq!(of_known, of_nobody, "{known}");
    }
    let right = cost(&world, "/auth/login", None, body(ADA, PASSWORD)).await;
    assert_eq!(right.status, 200);
    assert!(right.statements.len() > 3, "seen to count: {:?}", right.statements);
}

#[tokio::test]
async fn another_address_costs_the_same_whoever_has_it() {
    let world = a_world().await;
    let ada = world.log_in(ADA).await.access;
    let body = |email: &str| json!({"email": email, "password": PASSWORD});
    let of_nobody = cost(&world, "/account/email", Some(&ada), body(EVE)).await;
    assert_eq!((of_nobody.status, of_nobody.hashes), (202, 1), "{of_nobody:?}");
    for known in [BEA, SUE] {
        let of_known = cost(&world, "/account/email", Some(&ada), body(known)).await;
        assert_eq!(of_known, of_nobody, "{known}");
    }
    wishes::grant_all(&world.state).await;
    assert_eq!(world.mails(EVE).await, ["email_change"]);
    assert_eq!(world.mails(SUE).await, ["verify_email", "account_exists"]);
}

#[tokio::test]
async fn who_knows_the_password_of_an_unproved_address_gets_another_link() {
    let world = a_world().await;
    world.clock.advance(TimeDelta::minutes(2));
    let refused = world.try_log_in(BEA, PASSWORD).await;
    assert_eq!(refused.problem(), (401, "invalid-credentials"));
    let mut mails = Vec::new();
    for _ in 0..500 {
        mails = world.mails(BEA).await;
        if mails.len() > 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(mails, ["verify_email", "verify_email"]);
    let token = world.mailed(BEA, "verify_email").await.unwrap();
    assert_eq!(world.post("/auth/verify-email", json!({"token": token})).await.status, 200);
}

#[tokio::test]
async fn a_wish_is_sealed_granted_once_and_given_up_in_the_end() {
    let world = World::start().await;
    let body = json!({"email": EVE, "password": PASSWORD, "name": "canary"});
    cost(&world, "/auth/register", None, body.clone()).await;
    let stored = "SELECT coalesce(string_agg(w::text, ''), '') FROM identity.wishes AS w";
    let waiting = async || {
        let rows: String =
            sqlx::query_scalar(stored).fetch_one(world.database.owner()).await.unwrap();
        rows
    };
    let written = waiting().await;
    for secret in [EVE, "canary", &hex::encode(EVE), &hex::encode("$argon2id")] {
        assert!(!written.is_empty() && !written.contains(secret), "{written}");
    }
    wishes::grant_all(&world.state).await;
    assert_eq!(waiting().await, "");
    assert_eq!(world.mails(EVE).await, ["verify_email"]);

    cost(&world, "/auth/register", None, body).await;
    sqlx::query("UPDATE identity.wishes SET content_key = 'lost'")
        .execute(world.database.owner())
        .await
        .unwrap();
    for _ in 0..20 {
        assert_ne!(waiting().await, "");
        world.clock.advance(TimeDelta::hours(1));
        wishes::try_one(&world.state).await;
    }
    assert_eq!(waiting().await, "", "whoever wished it asks again");
}
