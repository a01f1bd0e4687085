//! Puts the service together, runs it, and stops it in order.

use anyhow::Context;
use shared::{
    auth::{AccessTokens, ApiKeys, Authenticator, Withdrawn},
    clock::Clock,
    config::Secret,
    event_log::{
        EventLog,
        subscription::{Bookkeeping, Feed, Subscription},
    },
    http::{
        Edge, EdgeSettings, Readiness, ServeSettings, document, listen, serve, serve_metrics,
        shutdown_on_signal,
    },
    id::IdSource,
    postgres,
    ticket_code::TicketCodes,
    vault::{SealPlainError, Vault, VaultKeys, seal_plain},
};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio_cron_scheduler::JobScheduler;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    app::{App, Parts},
    box_office,
    config::Config,
    identity::{
        self, Exports, IdentityParts, IdentityState, ProviderSettings, Providers, RelyingParty,
    },
    mail::{self, OrderReader, Outbox},
    media::{self, MediaState},
    payment::{self, Payments},
    policy::{self, Fulfilment},
    runtime::{BoxOffices, Limits},
    vault::{PersonKey, Persons},
};

/// The OpenAPI document of this service.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let title = "Fullhouse";
    let description = "Sells tickets: events, holds, payments, orders, tickets and their history.";
    let mut whole = OpenApiRouter::with_openapi(document(title, description))
        .merge(box_office::http::routes())
        .merge(identity::routes_documented())
        .into_openapi();
    whole.merge(payment::routes().into_openapi());
    whole.merge(media::routes().into_openapi());
    whole
}

/// Runs the service until it is told to stop.
///
/// # Errors
///
/// If the database can't be reached or isn't durable, an address is taken, or a key is malformed.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let recorder = shared::telemetry::install(&config.log)?;
    let stop = shutdown_on_signal()?;
    let database = &config.database;
    let pool = postgres::connect(database.database_url.expose(), database.database_connections)
        .await
        .context("the database can't be reached")?;
    postgres::require_durable(&pool).await?;
    let api = listen(config.listen.listen).context("the API's address")?;
    let metrics = TcpListener::bind(config.listen.metrics_listen).await?;

    let service = Service::start(&config, pool.clone(), stop.clone()).await?;
    let readiness = Readiness::new(pool.clone());
    let settings =
        EdgeSettings::new(config.edge.clone(), config.load.max_in_flight).counting_in(pool);
    let edge = service.edge(settings, readiness.clone())?;
    let metrics = tokio::spawn(serve_metrics(metrics, recorder, edge.clone(), stop.clone()));
    readiness.open();
    tracing::info!(address = %config.listen.listen, "the command service takes commands");

    let settings =
        ServeSettings { max_connections: config.load.max_connections, ..Default::default() };
    serve(api, edge, settings, stop.clone()).await;
    readiness.close();
    service.stop().await;
    metrics.await??;
    tracing::info!("the command service has stopped");
    Ok(())
}

/// The vault under these keys, with everything in it sealed.
async fn open_vault(pool: &PgPool, keys: &VaultKeys) -> Result<Vault, SealPlainError> {
    let vault = Vault::new(keys);
    let sealed = seal_plain(pool, &vault).await?;
    if sealed > 0 {
        tracing::info!(persons = sealed, "people from before are sealed");
    }
    Ok(vault)
}

/// Where people can log in from elsewhere, told to the pages too.
async fn login_providers(
    config: &Config,
    pool: &PgPool,
    clock: &Clock,
) -> anyhow::Result<Providers> {
    let setting = config.login_providers.as_ref().map_or("[]", Secret::expose);
    let settings = ProviderSettings::parse_all(setting).context("FULLHOUSE_LOGIN_PROVIDERS")?;
    let public_url = &config.mail.public_url;
    let providers = Providers::try_new(settings, public_url, clock, identity::PATIENCE)?;
    providers.publish(pool).await?;
    Ok(providers)
}

/// Whoever runs the platform from the start, by a key or by an account.
async fn appoint_admins(identity: &IdentityState, config: &Config) -> anyhow::Result<()> {
    if let Some(key) = &config.bootstrap_admin_key {
        identity::bootstrap_admin_key(identity, key).await?;
    }
    if let Some(email) = &config.platform_admin_email {
        identity::appoint_platform_admin(identity, email).await?;
    }
    Ok(())
}

/// Everything that runs beside the HTTP server.
struct Service {
    app: App,
    identity: IdentityState,
    media: MediaState,
    authenticator: Authenticator,
    scheduler: JobScheduler,
    tasks: TaskTracker,
}

impl Service {
    async fn start(config: &Config, pool: PgPool, stop: CancellationToken) -> anyhow::Result<Self> {
        let (clock, ids, limits) = (Clock::system(), IdSource, Limits::default());
        let log = EventLog::start_in(pool.clone(), config.log_lanes.unwrap_or_default());
        let tasks = TaskTracker::new();
        tasks.spawn(identity::audit::start_recorder(pool.clone(), log.clone(), stop.clone()));
        let vault = open_vault(&pool, &config.keys.vault_keys).await?;
        let persons = Persons::start(pool.clone(), vault.clone());
        let withdrawn = Withdrawn::start(pool.clone(), &tasks, stop.clone()).await?;
        let offices = BoxOffices::new(log, pool.clone(), persons.clone(), clock.clone(), limits)
            .heeding(withdrawn.clone());
        let identity = IdentityState::new(IdentityParts {
            pool: pool.clone(),
            keys: ApiKeys::new(pool.clone(), clock.clone()),
            offices: offices.clone(),
            token_keys: config.tokens.token_keys.clone(),
            persons,
            person_key: PersonKey::new(&config.person_key),
            vault: vault.clone(),
            outbox: Outbox::new(vault.clone()),
            providers: login_providers(config, &pool, &clock).await?,
            passkeys: RelyingParty::of(&config.mail.public_url),
            ids: ids.clone(),
            clock: clock.clone(),
        });
        appoint_admins(&identity, config).await?;
        let access_tokens = AccessTokens::new(&config.keys.access_key);
        let payments =
            Payments::try_new(&config.stripe, pool.clone(), offices.clone(), clock.clone())?;
        let scheduler = sweeping(&pool, &offices, &clock).await?;
        let feed = Feed::start(pool.clone(), Some(policy::WANTED.to_vec()), stop.clone());
        let fulfilment = Fulfilment::new(offices.clone(), Outbox::new(vault.clone()));
        let following =
            Subscription::start(fulfilment, &feed, pool.clone(), Bookkeeping::Policy, stop.clone());
        tasks.spawn(following.stopped());
        payment::start(&payments, &feed, &scheduler, &tasks, &stop).await?;
        let needs = mail::Needs {
            pool: pool.clone(),
            vault,
            offices: offices.clone(),
            access_tokens: access_tokens.clone(),
            ticket_codes: TicketCodes::new(&config.keys.ticket_keys),
            clock: clock.clone(),
            settings: &config.mail,
        };
        let sender = mail::start(needs, &tasks, &stop)?;
        start_granting(&identity, sender.order_reader(), &tasks, &stop);
        scheduler.start().await?;
        let app = App::new(Parts {
            offices,
            person_key: PersonKey::new(&config.person_key),
            access_tokens: access_tokens.clone(),
            payments,
            ids,
            clock,
        });
        let authenticator = identity.authenticator(access_tokens).heeding(withdrawn);
        let media = MediaState::new(pool, app.offices.clone(), app.clock.clone());
        Ok(Self { app, identity, media, authenticator, scheduler, tasks })
    }

    fn edge(&self, settings: EdgeSettings, readiness: Readiness) -> anyhow::Result<Edge> {
        let routes = OpenApiRouter::new()
            .merge(box_office::http::routes().with_state(self.app.clone()))
            .merge(payment::routes().with_state(self.app.payments.clone()))
            .merge(media::routes().with_state(self.media.clone()))
            .merge(identity::routes(self.identity.clone()));
        Ok(Edge::try_new(routes, readiness.routes(), self.authenticator.clone(), settings)?)
    }

    /// The policies first, then the mailboxes: what was accepted is still answered.
    async fn stop(mut self) {
        if let Err(error) = self.scheduler.shutdown().await {
            tracing::warn!(%error, "the scheduler did not stop");
        }
        self.tasks.close();
        self.tasks.wait().await;
        self.app.offices.stop().await;
    }
}

/// Grants what people asked for and nobody waits for: exports, and wishes.
fn start_granting(
    identity: &IdentityState,
    orders: OrderReader,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) {
    tasks.spawn(Exports::new(identity.clone(), orders).run(stop.clone()));
    tasks.spawn(identity::grant_wishes(identity.clone(), stop.clone()));
}

/// A scheduler that sweeps up holds that fell due while nobody asked.
async fn sweeping(
    pool: &PgPool,
    offices: &BoxOffices,
    clock: &Clock,
) -> anyhow::Result<JobScheduler> {
    let scheduler = JobScheduler::new().await?;
    policy::start_expiry_sweep(&scheduler, pool.clone(), offices.clone(), clock.clone()).await?;
    Ok(scheduler)
}
