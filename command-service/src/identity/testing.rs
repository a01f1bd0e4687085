//! The identity routes on a real database, through the edge, with a mailbox to look into.

use axum::{Router, body::to_bytes, response::Response};
use http::{HeaderMap, Request, header};
use serde_json::{Value, json};
use shared::{
    auth::{AccessTokens, ApiKeySecret, ApiKeys, TokenKeys},
    clock::Clock,
    config::{Secret, SecretKey},
    event_log::{EventLog, StreamId, read},
    events::identity::STREAM_TYPE,
    http::{Edge, EdgeSettings},
    id::{ApiKeyId, IdSource, PersonId},
    testing::TestDatabase,
    vault::Vault,
};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    IdentityParts, IdentityState, Providers, RelyingParty, accounts::wishes, audit,
    bootstrap_admin_key, routes,
};
use crate::{
    mail::{Mail, Outbox},
    runtime::{BoxOffices, Limits},
    vault::{PersonKey, Persons},
};

/// Where people reach the pages.
pub const ORIGIN: &str = "https://tickets.example.org";
pub const PASSWORD: &str = "correct horse battery staple";

/// See the module.
pub struct World {
    pub edge: Edge,
    /// A second process: it doesn't notice by itself what the first one does.
    pub elsewhere: Edge,
    pub state: IdentityState,
    pub clock: Clock,
    /// A key of the platform's admin.
    pub admin: String,
    pub database: TestDatabase,
    pub log: EventLog,
}

/// What was answered.
#[derive(Debug)]
pub struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answered {
    /// The cookies that were set, by name.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let prefix = format!("{name}=");
        let lines = self.headers.get_all(header::SET_COOKIE).iter();
        let lines = lines.filter_map(|line| line.to_str().ok());
        lines.filter_map(|line| line.strip_prefix(&*prefix)).map(str::to_owned).next()
    }

    /// A text of the body.
    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        self.body[name].as_str().unwrap_or_else(|| panic!("no {name} in {self:?}")).to_owned()
    }

    /// The code of a problem, with its status.
    pub fn problem(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }
}

/// Someone who is logged in as a program is.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    pub account: String,
    pub access: String,
    pub refresh: String,
}

fn vault() -> Vault {
    Vault::new(&format!("v1:{}", "0a".repeat(32)).parse().unwrap())
}

impl World {
    pub async fn start() -> Self {
        Self::start_with(|_| Providers::default()).await
    }

    /// The same, with log-in providers.
    pub async fn start_with(providers: impl Fn(&Clock) -> Providers) -> Self {
        Self::start_at(Clock::system(), providers).await
    }

    /// The same, by this clock.
    pub async fn start_at(clock: Clock, providers: impl Fn(&Clock) -> Providers) -> Self {
        let database = TestDatabase::create().await;
        let (edge, state) = process(database.command(), &clock, &vault(), providers(&clock));
        let (elsewhere, _) = process(database.command(), &clock, &vault(), providers(&clock));
        state.providers.publish(&state.pool).await.unwrap();
        let admin = ApiKeySecret::generate(ApiKeyId::new(IdSource.next())).unwrap().expose();
        bootstrap_admin_key(&state, &Secret::new(&*admin)).await.unwrap();
        let log = EventLog::start(database.command().clone());
        Self { edge, elsewhere, state, clock, admin, database, log }
    }

    /// The process begins anew with other master keys.
    pub fn restart_with(&mut self, vault: &Vault) {
        let providers = self.state.providers.clone();
        (self.edge, self.state) = process(self.database.command(), &self.clock, vault, providers);
    }

    pub fn person(&self, email: &str) -> PersonId {
        self.state.person_key.person(email)
    }

    /// Sends a request with a bearer token, or none.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Value,
    ) -> Answered {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<(&str, &str)> =
            bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
        self.send_with(method, path, &headers, body).await
    }

    /// Sends a request with these headers. What was wished for with it is granted at once.
    pub async fn send_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Answered {
        let answer = answered(send(&self.edge, method, path, headers, body).await).await;
        if path.starts_with("/auth/") || path == "/account/email" {
            wishes::grant_all(&self.state).await;
        }
        answer
    }

    pub async fn post(&self, path: &str, body: Value) -> Answered {
        self.send("POST", path, None, body).await
    }

    /// Registers without proving the address.
    pub async fn register(&self, email: &str) {
        let body = json!({"email": email, "password": PASSWORD, "name": "Ada"});
        assert_eq!(self.post("/auth/register", body).await.status, 202);
    }

    /// An account with a proved address, logged in by that proof.
    pub async fn an_account(&self, email: &str) -> LoggedIn {
        self.register(email).await;
        let token = self.mailed(email, "verify_email").await.expect("a mail");
        let body = json!({"token": token, "session": "token"});
        logged_in(&self.post("/auth/verify-email", body).await)
    }

    /// Logs in with the password: a fresh proof.
    pub async fn log_in(&self, email: &str) -> LoggedIn {
        logged_in(&self.try_log_in(email, PASSWORD).await)
    }

    pub async fn try_log_in(&self, email: &str, password: &str) -> Answered {
        let body = json!({"email": email, "password": password, "session": "token"});
        self.post("/auth/login", body).await
    }

    /// The kinds of the mails that someone was sent, in order.
    pub async fn mails(&self, email: &str) -> Vec<String> {
        sqlx::query_scalar("SELECT kind FROM outbox.messages WHERE person_id = $1 ORDER BY id")
            .bind(self.person(email).uuid())
            .fetch_all(self.database.owner())
            .await
            .unwrap()
    }

    /// The token in the latest mail of this kind.
    pub async fn mailed(&self, email: &str, kind: &str) -> Option<String> {
        let person = self.person(email);
        let (cause, content, key): (String, Vec<u8>, String) = sqlx::query_as(
            "SELECT cause, content, content_key FROM outbox.messages
              WHERE person_id = $1 AND kind = $2 ORDER BY id DESC LIMIT 1",
        )
        .bind(person.uuid())
        .bind(kind)
        .fetch_optional(self.database.owner())
        .await
        .unwrap()?;
        let id = person.uuid();
        let parts = [b"mail".as_slice(), kind.as_bytes(), id.as_bytes(), cause.as_bytes()];
        let content = vault().open(&parts.join(&0), &key, &content).unwrap();
        match serde_json::from_slice(&content).unwrap() {
            Mail::VerifyEmail { token }
            | Mail::PasswordReset { token }
            | Mail::EmailChange { token }
            | Mail::ConfirmLogin { token, .. }
            | Mail::Invitation { token, .. } => Some(token),
            other => panic!("{other:?} has no token"),
        }
    }

    /// What is recorded about an account or organisation, once everything noted is.
    pub async fn history(&self, id: &str) -> Vec<String> {
        audit::record_all(self.database.command(), &self.log).await;
        let id: Uuid = id.parse().unwrap();
        let stream = StreamId { stream_type: STREAM_TYPE, id };
        let events = read::stream(self.database.projection(), stream, 0, 1000).await.unwrap();
        events.into_iter().map(|event| event.event_type).collect()
    }
}

fn process(
    pool: &PgPool,
    clock: &Clock,
    vault: &Vault,
    providers: Providers,
) -> (Edge, IdentityState) {
    let token_keys: TokenKeys = format!("k1:{}", "0b".repeat(32)).parse().unwrap();
    let persons = Persons::start(pool.clone(), vault.clone());
    let (log, their_persons) = (EventLog::start(pool.clone()), persons.clone());
    let offices =
        BoxOffices::new(log, pool.clone(), their_persons, clock.clone(), Limits::default());
    let state = IdentityState::new(IdentityParts {
        pool: pool.clone(),
        keys: ApiKeys::new(pool.clone(), clock.clone()),
        offices,
        token_keys,
        persons,
        person_key: PersonKey::new(&SecretKey::new([7; 32])),
        vault: vault.clone(),
        outbox: Outbox::new(vault.clone()),
        providers,
        passkeys: RelyingParty::of(&ORIGIN.parse().unwrap()),
        ids: IdSource,
        clock: clock.clone(),
    });
    let tokens = AccessTokens::new(&SecretKey::new([3; 32]));
    let authenticator = state.authenticator(tokens);
    let settings = EdgeSettings::default();
    let edge = Edge::try_new(routes(state.clone()), Router::new(), authenticator, settings);
    (edge.unwrap(), state)
}

/// Sends a request to a process.
pub async fn send(
    edge: &Edge,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Value,
) -> Response {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("/api/v1{path}"))
        .header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    edge.respond(request.body(axum::body::Body::from(body.to_string())).unwrap()).await
}

/// Reads a response.
pub async fn answered(response: Response) -> Answered {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 100_000).await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Answered { status: parts.status.as_u16(), headers: parts.headers, body }
}

/// Reads the answer to a log-in as a program.
#[track_caller]
pub fn logged_in(answered: &Answered) -> LoggedIn {
    assert_eq!(answered.status, 200, "{answered:?}");
    let account = answered.body["account"]["account_id"].as_str();
    LoggedIn {
        account: account.unwrap_or_else(|| panic!("{answered:?}")).to_owned(),
        access: answered.text("access_token"),
        refresh: answered.text("refresh_token"),
    }
}
