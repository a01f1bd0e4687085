//! A running service on a database of its own, asked through its edge and told through the log.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::body::{Body, Bytes, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use serde_json::Value;
use shared::{
    auth::{AccessTokens, ApiKeyRole, ApiKeySecret, TokenKeys},
    clock::{Clock, Timestamp},
    config::{KeyArgs, PublicTokenKeyArgs, SecretKey},
    event_log::{
        EventLog, LogPosition, Metadata, NewEvent, Shard, StreamAppend, StreamId,
        subscription::Feed,
    },
    events::box_office::{BoxOfficeEvent, STREAM_TYPE},
    http::{Edge, EdgeSettings, Readiness},
    id::{ApiKeyId, CommandId, EventId, IdSource, OrganizationId, PersonId, ReservationId},
    postgres,
    testing::TestDatabase,
    vault::{SealedPersons, Vault},
};
use sqlx::PgPool;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    Keys, Service, Settings,
    database::folding_pool,
    live::Sources,
    pages::{CurrentSite, PageSettings, Pages},
    samples,
};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

/// See the module.
pub struct Fixture {
    pub database: TestDatabase,
    pub log: EventLog,
    pub clock: Clock,
    /// Keys of the platform, of the organization of the samples, and of another one.
    pub admin: String,
    pub organizer: String,
    pub foreigner: String,
    pub foreign_organization: OrganizationId,
    web_dist: PathBuf,
    running: Option<Running>,
    recorded: Mutex<Recorded>,
}

struct Running {
    service: Service,
    edge: Edge,
    stop: CancellationToken,
}

#[derive(Default)]
struct Recorded {
    versions: HashMap<EventId, i64>,
    last: BTreeMap<Shard, LogPosition>,
}

/// What was answered.
#[derive(Debug)]
pub struct Answered {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answered {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// A problem without what differs from request to request.
    pub fn problem(&self) -> Value {
        let mut problem = self.json();
        problem.as_object_mut().unwrap().remove("trace_id").unwrap();
        problem
    }
}

impl Fixture {
    /// Stores what is known about a person.
    pub async fn know(&self, person: PersonId, email: &str, name: &str) {
        let vault = Vault::new(&format!("v1:{}", "0a".repeat(32)).parse().unwrap());
        let persons = [(person, email, Some(name))];
        let mut sealed = SealedPersons::seal(&vault, persons.into_iter()).unwrap();
        sqlx::query(
            "INSERT INTO vault.persons (person_id, data_key, master_key, sealed_email,
                    sealed_name, likeness, updated_at)
             VALUES ($1, $2, 'v1', $3, $4, $5, now())",
        )
        .bind(person.uuid())
        .bind(sealed.data_keys.remove(0))
        .bind(sealed.emails.remove(0))
        .bind(sealed.names.remove(0))
        .bind(sealed.likenesses.remove(0))
        .execute(self.database.owner())
        .await
        .unwrap();
    }

    /// A service that follows an empty log, without a front end.
    pub async fn start() -> Self {
        Self::with_pages(PathBuf::from("not-built")).await
    }

    /// A service that follows an empty log and serves this front end.
    pub async fn with_pages(web_dist: PathBuf) -> Self {
        let database = TestDatabase::create().await;
        let foreign_organization = OrganizationId::new(Uuid::from_u128(0x0F0E));
        for id in [samples::organization_id(), foreign_organization] {
            organization(database.owner(), id).await;
        }
        let admin = api_key(database.owner(), ApiKeyRole::Admin, None).await;
        let organizer = samples::organization_id();
        let organizer = api_key(database.owner(), ApiKeyRole::Organizer, Some(organizer)).await;
        let foreigner =
            api_key(database.owner(), ApiKeyRole::Organizer, Some(foreign_organization)).await;
        let log = EventLog::start(database.command().clone());
        let mut fixture = Self {
            database,
            log,
            clock: Clock::system(),
            admin,
            organizer,
            foreigner,
            foreign_organization,
            web_dist,
            running: None,
            recorded: Mutex::default(),
        };
        fixture.go_on().await;
        fixture
    }

    /// Stops the service in order.
    pub async fn stop(&mut self) {
        let running = self.running.take().unwrap();
        running.stop.cancel();
        running.service.stopped().await;
    }

    /// Starts the service again.
    pub async fn go_on(&mut self) {
        let stop = CancellationToken::new();
        let options = postgres::options(&self.database.projection_url()).unwrap();
        let pool = self.database.projection().clone();
        let service =
            Service::start(options, pool.clone(), settings(), self.clock.clone(), stop.clone())
                .await
                .unwrap();
        let settings = PageSettings { web_dist: self.web_dist.clone(), ..page_settings() };
        let pages = Pages::new(CurrentSite::read(&settings), settings);
        let edge = service.edge(Readiness::new(pool), EdgeSettings::default(), pages).unwrap();
        // Until then figures come from the tables and a stream ends after one event. A service
        // far behind its log takes longer than any test waits.
        let until = Instant::now() + PATIENCE;
        while !service.is_live() && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.running = Some(Running { service, edge, stop });
    }

    /// Sources for folding beside the service, as the command line has them.
    pub fn sources(&self, stop: &CancellationToken) -> Sources {
        let options = postgres::options(&self.database.projection_url()).unwrap();
        let pool = folding_pool(options, 6);
        Sources { feed: Feed::start(pool.clone(), None, stop.clone()), pool }
    }

    /// Records facts about the event of the samples, decided at noon.
    pub async fn record(&self, facts: Vec<BoxOfficeEvent>) -> LogPosition {
        self.record_at(samples::event_id(), samples::noon(), facts).await
    }

    /// Records facts about an event.
    pub async fn record_at(
        &self,
        event: EventId,
        at: Timestamp,
        facts: Vec<BoxOfficeEvent>,
    ) -> LogPosition {
        let expected_version = self.recorded.lock().unwrap().versions.get(&event).copied();
        let expected_version = expected_version.unwrap_or_default();
        let count = i64::try_from(facts.len()).unwrap();
        let metadata = metadata(at);
        let append = StreamAppend {
            stream: StreamId { stream_type: STREAM_TYPE, id: event.uuid() },
            expected_version,
            next_deadline: None,
            events: facts.iter().map(|fact| NewEvent::box_office(fact, metadata.clone())).collect(),
        };
        let appended = self.log.append(append).await.unwrap();
        let mut recorded = self.recorded.lock().unwrap();
        recorded.versions.insert(event, expected_version + count);
        recorded.last.insert(appended.last.shard, appended.last);
        appended.last
    }

    /// Asks once everything recorded is visible.
    pub async fn get(&self, path: &str, token: Option<&str>) -> Answered {
        let last: Vec<_> = self.recorded.lock().unwrap().last.values().copied().collect();
        let mut answered = self.get_with(path, token, &[]).await;
        for position in last {
            let position = position.to_string();
            let until = Instant::now() + PATIENCE;
            loop {
                answered = self.get_with(path, token, &[("min-log-position", &position)]).await;
                let waits = answered.status == StatusCode::SERVICE_UNAVAILABLE;
                if !waits || Instant::now() > until {
                    break;
                }
            }
        }
        answered
    }

    /// Asks with these headers.
    pub async fn get_with(
        &self,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
    ) -> Answered {
        let response = self.respond(path, token, headers).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 10_000_000).await.unwrap();
        Answered { status: parts.status, headers: parts.headers, body }
    }

    /// Asks, as an admin, for what is at this position or behind it; again, while it is told to.
    pub async fn get_after(&self, path: &str, position: &str) -> Answered {
        let (until, wanted) = (Instant::now() + PATIENCE, [("min-log-position", position)]);
        loop {
            let answered = self.get_with(path, Some(&self.admin), &wanted).await;
            let too_early = answered.status == StatusCode::SERVICE_UNAVAILABLE
                && answered.json()["code"] == "not-yet-visible";
            if !too_early || Instant::now() > until {
                return answered;
            }
        }
    }

    /// Asks and leaves the body to be read.
    pub async fn respond(
        &self,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
    ) -> axum::response::Response {
        let mut request = Request::get(format!("/api/v1{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> axum::response::Response {
        self.running.as_ref().unwrap().edge.clone().respond(request).await
    }

    /// A path that everybody but its owner finds missing, owned by the organization of the samples.
    pub async fn is_foreign_to_others(&self, path: &str) {
        let missing = self.get(&format!("/orders/{}", Uuid::nil()), Some(&self.foreigner)).await;
        let foreign = self.get(path, Some(&self.foreigner)).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(foreign.problem(), missing.problem(), "{path}");
        assert_eq!(self.get(path, Some(&self.organizer)).await.status, StatusCode::OK, "{path}");
        assert_eq!(self.get(path, Some(&self.admin)).await.status, StatusCode::OK, "{path}");
    }

    /// The access token of a reservation.
    pub fn holder(reservation: ReservationId) -> String {
        AccessTokens::new(&keys().codes.access_key).issue(reservation)
    }
}

/// Waits until something is so.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let until = Instant::now() + PATIENCE;
    while !is_so().await {
        assert!(Instant::now() < until, "{what}");
        sleep(Duration::from_millis(20)).await;
    }
}

fn keys() -> Keys {
    let codes = KeyArgs {
        ticket_keys: format!("k1:{}", "07".repeat(32)).parse().unwrap(),
        access_key: SecretKey::new([9; 32]),
        vault_keys: format!("v1:{}", "0a".repeat(32)).parse().unwrap(),
    };
    let tokens = PublicTokenKeyArgs { token_public_keys: token_keys().public() };
    Keys { codes, tokens, persons: person_key() }
}

/// The key under which a command service would know people.
pub fn person_key() -> SecretKey {
    SecretKey::new([7; 32])
}

/// The keys that a command service would sign session tokens with.
pub fn token_keys() -> TokenKeys {
    format!("k1:{}", "0a".repeat(32)).parse().unwrap()
}

fn settings() -> Settings {
    let rhythm = crate::availability::stream::Rhythm::default();
    Settings { keys: keys(), public_url: page_settings().public_url, rhythm }
}

fn page_settings() -> PageSettings {
    PageSettings {
        web_dist: PathBuf::new(),
        public_url: "https://tickets.example.org".parse().unwrap(),
        payment_origins: vec!["https://pay.example.org".parse().unwrap()],
        stripe_publishable_key: None,
    }
}

fn metadata(at: Timestamp) -> Arc<str> {
    let metadata = Metadata {
        command_id: CommandId::new(IdSource.next()),
        at,
        actor: "api_key:test".to_owned(),
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".to_owned(),
        digest: None,
        causation: None,
    };
    metadata.to_json()
}

async fn organization(owner: &PgPool, id: OrganizationId) {
    sqlx::query(
        "INSERT INTO identity.organizations (id, name, created_at) VALUES ($1, 'O', now())",
    )
    .bind(id.uuid())
    .execute(owner)
    .await
    .unwrap();
}

async fn api_key(owner: &PgPool, role: ApiKeyRole, organization: Option<OrganizationId>) -> String {
    let secret = ApiKeySecret::generate(ApiKeyId::new(IdSource.next())).unwrap();
    sqlx::query(
        "INSERT INTO identity.api_keys (id, organization_id, role, label, secret_sha256, created_at)
         VALUES ($1, $2, $3, 'test', $4, now())",
    )
    .bind(secret.id().uuid())
    .bind(organization.map(OrganizationId::uuid))
    .bind(role.name())
    .bind(secret.sha256().to_vec())
    .execute(owner)
    .await
    .unwrap();
    secret.expose()
}
