//! Whoever asks to be forgotten is: not in the database, not in what waits to be sent, not in logs.
//!
//! A canary is a text that stands nowhere else. Each of 50 people leaves twenty of them in the places
//! where people leave texts; then all of them erase their accounts.

use std::{collections::BTreeSet, fs, process::Command, time::Duration};

use embedded_postgres::{Options, Overrides};
use futures::{StreamExt, stream};
use reqwest::Method;
use serde_json::json;
use shared::{clock::Clock, testing::TestDatabase};

use crate::{
    client::{Answer, Api, OnSale, answer},
    mails::mails_to,
    payments::signature,
    platform::{ACCOUNT, Platform, Program, WEBHOOK_SECRET, bin_dir},
};

const PEOPLE: usize = 50;
/// At once: a slow machine still hashes all passwords in time.
const AT_ONCE: usize = 4;
const PASSWORD: &str = "a lantern over seven quiet harbours";

#[tokio::test]
async fn a_thousand_canaries_are_in_no_dump_queue_or_log_after_erasure() {
    let database = TestDatabase::create().await;
    let logs = tempfile::tempdir().expect("a folder");
    let folder = logs.path().to_owned();
    let mut platform = Platform::start_logging_into(folder, &database).await;
    let (_, organizer) = platform.api().organizer().await;
    let sale = OnSale::publish(&organizer, 10_000, json!({})).await;

    let planting = (0..PEOPLE).map(|number| Canary { number, platform: &platform, sale: &sale });
    let planted: Vec<Planted> =
        stream::iter(planting).map(Canary::plant).buffer_unordered(AT_ONCE).collect().await;
    assert_eq!(planted.len() * KINDS.len(), 1_000);
    let dumped = dump(&database);
    let before = canaries_in(&dumped);
    let devices = before.iter().filter(|canary| canary.ends_with("browser")).count();
    assert_eq!(devices, PEOPLE, "seen to find what is there: {before:?}");
    let webhooks = String::from_utf8_lossy(&dumped).matches("stripe\tevt_of_person_").count();
    assert_eq!(webhooks, PEOPLE, "what the provider told is there");
    let told = before.iter().any(|canary| canary.contains("receipt") || canary.contains("billing"));
    assert!(!told, "and nothing of who paid, even before the erasure: {before:?}");
    for person in &planted {
        let shown = person.api.get("/account").await.expect(200).to_string();
        assert!(shown.contains("calledxname"), "seen to be there: {shown}");
    }

    let erasing = planted.iter().map(|person| person.api.delete("/account"));
    let erased: Vec<Answer> = stream::iter(erasing).buffer_unordered(AT_ONCE).collect().await;
    for gone in erased {
        assert_eq!(gone.status, 204, "{gone:?}");
    }
    let left = canaries_in(&dump(&database));
    assert_eq!(left, BTreeSet::new(), "in the dump, queues included");
    for program in [Program::Command, Program::Projection] {
        platform.stop(program);
    }
    for program in ["command-service", "projection-service"] {
        let log = fs::read(logs.path().join(program)).expect("a log");
        assert!(log.len() > 1_000, "{program} has said something");
        assert_eq!(canaries_in(&log), BTreeSet::new(), "in the log of {program}");
    }
    let verified = Command::new(bin_dir().join("fullhouse"))
        .args(["log", "verify", "--database-url", &database.owner_url()])
        .output()
        .expect("fullhouse runs");
    assert!(verified.status.success(), "{verified:?}");
}

/// Where people leave texts (`x` keeps the parts of a canary apart): of the account, names in orders,
/// keys of requests, what the payment provider tells, searches.
const KINDS: [&str; 20] = [
    "mail",
    "name",
    "browser",
    "phone",
    "calledxname",
    "newmail",
    "buyer1",
    "buyer2",
    "buyer3",
    "buyer4",
    "key1",
    "key2",
    "key3",
    "key4",
    "receipt",
    "billing",
    "search1",
    "search2",
    "search3",
    "search4",
];

/// Somebody who will be forgotten.
struct Canary<'a> {
    number: usize,
    platform: &'a Platform,
    sale: &'a OnSale,
}

/// What is left of planting: a session with a fresh proof.
struct Planted {
    api: Api,
}

impl Canary<'_> {
    fn text(&self, kind: &str) -> String {
        assert!(KINDS.contains(&kind));
        format!("canaryx{:03}x{kind}", self.number)
    }

    async fn plant(self) -> Planted {
        let (api, email) = (self.platform.api(), self.text("mail") + "@example.org");
        let body = json!({"email": email, "password": PASSWORD, "name": self.text("name")});
        self.as_device(&api, "browser", "/auth/register", body).await.expect(202);
        let token = self.token(&email, "/verify#token=").await;
        let body = json!({"token": token, "session": "token"});
        self.as_device(&api, "browser", "/auth/verify-email", body).await.expect(200);
        let body = json!({"email": email, "password": PASSWORD, "session": "token"});
        let opened = self.as_device(&api, "phone", "/auth/login", body).await.expect(200);
        let api = api.with(opened["access_token"].as_str().expect("a token"));
        self.buy(&api, &email).await;
        self.pay(&api).await;
        let body = json!({"name": self.text("calledxname")});
        api.edit(Method::PUT, "/account/profile", 1, body).await.expect(204);
        let new = self.text("newmail") + "@example.org";
        let body = json!({"email": new, "password": PASSWORD});
        api.post("/account/email", body).await.expect(202);
        let token = self.token(&new, "/email-change#token=").await;
        api.post("/account/email/confirm", json!({"token": token})).await.expect(204);
        for number in 1..=4 {
            let text = self.text(&format!("search{number}"));
            api.get(&format!("/events?q={text}")).await.expect(200);
        }
        api.post("/account/export", json!({})).await.expect(202);
        Planted { api }
    }

    /// Holds under several names.
    async fn buy(&self, api: &Api, email: &str) {
        for number in 1..=4 {
            let mut hold = self.sale.hold(email, 1);
            hold["contact"]["name"] = json!(self.text(&format!("buyer{number}")));
            let key = self.text(&format!("key{number}"));
            api.post_as(&key, &self.sale.reservations(), hold).await.expect(201);
        }
    }

    /// The provider tells of a payment all that it knows of who paid.
    async fn pay(&self, api: &Api) {
        let billing = json!({"name": self.text("billing"), "email": self.text("receipt")});
        let body = json!({
            "id": format!("evt_of_person_{:03}", self.number), "account": ACCOUNT,
            "livemode": false, "type": "payment_intent.succeeded",
            "data": {"object": {
                "id": format!("pi_of_person_{:03}", self.number), "object": "payment_intent",
                "status": "succeeded", "livemode": false, "created": 1_700_000_000,
                "amount": 4500, "amount_received": 4500, "currency": "eur",
                "receipt_email": self.text("receipt") + "@example.org",
                "metadata": {"note": self.text("billing")},
                "charges": {"data": [{"billing_details": billing}]},
            }},
        })
        .to_string();
        let signed = signature(WEBHOOK_SECRET, Clock::system().now().timestamp(), &body);
        let request = api.request(Method::POST, "/webhooks/stripe").body(body);
        answer(request.header("Stripe-Signature", signed)).await.expect(200);
    }

    async fn as_device(
        &self,
        api: &Api,
        device: &str,
        path: &str,
        body: serde_json::Value,
    ) -> Answer {
        let request = api.request(Method::POST, path).header("User-Agent", self.text(device));
        answer(request.json(&body)).await
    }

    async fn token(&self, email: &str, marker: &str) -> String {
        for _ in 0..200 {
            for mail in mails_to(self.platform, email).await {
                let text = mail["text"].as_str().unwrap_or_default().to_owned();
                if let Some((_, rest)) = text.split_once(marker) {
                    return rest.split_whitespace().next().expect("a token").to_owned();
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no mail with {marker} came to {email}");
    }
}

/// Everything in the database, as a backup has it.
fn dump(database: &TestDatabase) -> Vec<u8> {
    let project = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let overrides = Overrides::from_env();
    let found = embedded_postgres::find(&Options::kept(&project).downloads, None, &overrides);
    let bin = overrides.bin.or(found.map(|found| found.bin)).expect("PostgreSQL is installed");
    let url = database.owner_url();
    let dumped = Command::new(bin.join("pg_dump")).arg(&url).output().expect("pg_dump runs");
    assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
    assert!(dumped.stdout.len() > 100_000, "a dump has something in it");
    dumped.stdout
}

/// The canaries in a text: as they are, in hexadecimal digits, or in base64.
fn canaries_in(text: &[u8]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(text).to_lowercase();
    let mut found = BTreeSet::new();
    for (start, _) in text.match_indices("canaryx") {
        let is_part = |c: &char| c.is_ascii_alphanumeric();
        found.insert(text[start..].chars().take_while(is_part).collect());
    }
    let digits = hex::encode("canaryx");
    for (start, _) in text.match_indices(&digits) {
        found.insert(format!("in digits: {}", &text[start..text.len().min(start + 64)]));
    }
    // "canaryx" at each of the three places that a byte has in base64, in lower case like the text.
    for encoded in ["y2fuyxj5e", "nhbmfyexg", "jyw5hcnl4"] {
        for (start, _) in text.match_indices(encoded) {
            found.insert(format!("in base64: {}", &text[start..text.len().min(start + 64)]));
        }
    }
    found
}

#[test]
fn canaries_are_found_however_they_are_written() {
    let found = |text: &str| canaries_in(text.as_bytes()).len();
    assert_eq!(found("a canaryx007xmail@example.org, a CANARYX007XNAME"), 2);
    assert_eq!(found(&format!("\\x{}", hex::encode("my canaryx007xname"))), 1);
    for encoded in ["Y2FuYXJ5eDAwMXh6eg==", "AGNhbmFyeXgwMDF4eno=", "AABjYW5hcnl4MDAxeHp6"] {
        assert_eq!(found(encoded), 1, "{encoded}");
    }
    assert_eq!(found("nothing of that kind"), 0);
}
