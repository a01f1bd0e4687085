//! A client as anyone could write it from the OpenAPI document.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use reqwest::{Method, RequestBuilder, header::HeaderMap};
use serde_json::{Value, json};

use crate::platform::ADMIN_KEY;

/// How long what was written is asked for again.
const REPEATED_FOR: Duration = Duration::from_secs(30);

static KEYS: AtomicU64 = AtomicU64::new(0);

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The body, if this is the status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        self.body
    }

    /// The code of the problem, if this is the status.
    #[track_caller]
    pub fn problem(&self, status: u16) -> &str {
        assert_eq!(self.status, status, "{:#}", self.body);
        let kind = self.headers.get("content-type").map(|kind| kind.to_str().unwrap_or_default());
        assert_eq!(kind, Some("application/problem+json"));
        self.body["code"].as_str().expect("a problem has a code")
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Speaks to the platform; the method decides to which process.
#[derive(Clone, Debug)]
pub struct Api {
    http: reqwest::Client,
    command: String,
    projection: String,
    token: Option<String>,
}

impl Api {
    pub fn new(command: String, projection: String) -> Self {
        Self { http: http(), command, projection, token: None }
    }

    /// The same client with a bearer token.
    pub fn with(&self, token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// The same client with the key of the platform's admin.
    pub fn admin(&self) -> Self {
        self.with(ADMIN_KEY)
    }

    /// The same client, sending commands to another process.
    pub fn commands_to(&self, command: String) -> Self {
        Self { command, ..self.clone() }
    }

    /// A request that can still be changed.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let base = if method == Method::GET { &self.projection } else { &self.command };
        let request = self.http.request(method, format!("{base}/api/v1{path}"));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    /// Reads what a command has just written: waits for its position.
    pub async fn get_after(&self, written: &Answer, path: &str) -> Answer {
        let position = written.header("log-position").expect("commands tell their position");
        let asked = Instant::now();
        loop {
            let request = self.request(Method::GET, path).header("Min-Log-Position", position);
            let answer = answer(request).await;
            // On a busy machine it may take longer than a request waits. Then it is told to repeat.
            if answer.body["code"] != "not-yet-visible" || asked.elapsed() > REPEATED_FOR {
                return answer;
            }
        }
    }

    /// Sends a command under a fresh idempotency key.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.post_as(&fresh_key(), path, body).await
    }

    /// Sends a command under this idempotency key.
    pub async fn post_as(&self, key: &str, path: &str, body: Value) -> Answer {
        let request = self.request(Method::POST, path).header("Idempotency-Key", key).json(&body);
        answer(request).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        answer(self.request(Method::DELETE, path)).await
    }

    /// Edits what is at this version.
    pub async fn edit(&self, method: Method, path: &str, version: u64, body: Value) -> Answer {
        let request = self.request(method, path).header("If-Match", format!("\"{version}\""));
        answer(request.json(&body)).await
    }

    /// An organisation and a client with its key.
    pub async fn organizer(&self) -> (String, Self) {
        let admin = self.admin();
        let made = admin.post("/organizations", json!({"name": "The Hall"})).await.expect(201);
        let id = made["organization_id"].as_str().expect("an id").to_owned();
        let body = json!({"label": "tests", "role": "organizer"});
        let key = admin.post(&format!("/organizations/{id}/api-keys"), body).await.expect(201);
        (id, self.with(key["secret"].as_str().expect("a secret")))
    }
}

/// An event on sale, with one type at 45.00 EUR.
#[derive(Clone, Debug)]
pub struct OnSale {
    pub event: String,
    pub ticket_type: String,
}

impl OnSale {
    /// Drafts and publishes an event with `extra` fields.
    pub async fn publish(organizer: &Api, capacity: u32, extra: Value) -> Self {
        let mut draft = json!({
            "title": "An evening of chamber music", "starts_at": "2035-06-01T18:00:00Z",
            "time_zone": "Europe/Berlin", "currency": "EUR", "total_capacity": capacity,
        });
        let fields = draft.as_object_mut().expect("an object");
        fields.extend(extra.as_object().expect("an object").clone());
        let event = organizer.post("/events", draft).await.expect(201);
        let event = event["event_id"].as_str().expect("an id").to_owned();
        let kind = json!({"name": "Seat", "price": {"kind": "fixed", "amount": 4500}});
        let added =
            organizer.post(&format!("/events/{event}/ticket-types"), kind).await.expect(201);
        let ticket_type = added["ticket_types"][1]["ticket_type_id"].as_str().expect("an id");
        organizer.post(&format!("/events/{event}/publish"), json!({})).await.expect(200);
        Self { event, ticket_type: ticket_type.to_owned() }
    }

    /// The body of a hold.
    pub fn hold(&self, email: &str, quantity: u32) -> Value {
        json!({
            "items": [{"ticket_type_id": self.ticket_type, "quantity": quantity}],
            "contact": {"email": email},
        })
    }

    /// Where holds are made.
    pub fn reservations(&self) -> String {
        format!("/events/{}/reservations", self.event)
    }

    /// Where one hold is paid.
    pub fn payments_of(&self, reservation: &str) -> String {
        format!("/events/{}/reservations/{reservation}/payments", self.event)
    }
}

/// A client with timeouts.
pub fn http() -> reqwest::Client {
    // The first one of the process installs the provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().timeout(Duration::from_secs(20));
    // All programs speak plain HTTP: reading the system's certificates would take longer than they do.
    let client = client.no_proxy().tls_certs_only([]);
    client.pool_max_idle_per_host(256).build().expect("a client")
}

/// A text nobody has used before.
pub fn fresh_key() -> String {
    let number = KEYS.fetch_add(1, Ordering::Relaxed);
    format!("test-{}-{number}", std::process::id())
}

/// Sends a request and reads the answer, JSON or not.
pub async fn answer(request: RequestBuilder) -> Answer {
    try_answer(request).await.expect("the platform answers")
}

/// The same, where the platform may be gone.
pub async fn try_answer(request: RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = serde_json::from_slice(&response.bytes().await?).unwrap_or(Value::Null);
    Ok(Answer { status, headers, body })
}
