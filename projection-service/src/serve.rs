//! Puts the service together, runs it, and stops it in order.

use anyhow::Context;
use shared::{
    auth::{
        AccessTokens, ApiKeys, Authenticator, PublicTokenKeys, RevokedDevices, TokenVerifier,
        Withdrawn,
    },
    clock::Clock,
    config::{KeyArgs, PublicTokenKeyArgs, SecretKey},
    event_log::subscription::Feed,
    http::{
        Edge, EdgeSettings, Readiness, ServeSettings, listen, serve, serve_metrics,
        shutdown_on_signal,
    },
    postgres,
    ticket_code::TicketCodes,
    vault::{PersonKey, Vault},
};
use sqlx::{PgPool, postgres::PgConnectOptions};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    accounts,
    app::{App, Parts},
    availability::{memory::Availability, stream::Rhythm, tail},
    config::Config,
    database::{folding_pool, scoped_pool},
    exports,
    freshness::Freshness,
    live::{Live, Sources},
    openapi,
    pages::{self, CurrentSite, Origin, Pages},
};

/// Connections that follow the log, fold it, and answer organizers and buyers; the others are for
/// what everybody may ask.
const FOLLOWING: u32 = 3;
const FOLDING: u32 = 6;
const SCOPED: u32 = 6;
/// Long histories read at a time.
const REPLAYS: usize = 2;

/// Runs the service until it is told to stop.
///
/// # Errors
///
/// If the database can't be reached, an address is taken, or a rebuild fails.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let recorder = shared::telemetry::install(&config.log)?;
    let stop = shutdown_on_signal()?;
    let api = listen(config.listen.listen).context("the API's address")?;
    let metrics = TcpListener::bind(config.listen.metrics_listen)
        .await
        .context("the address of the metrics")?;
    let options = postgres::options(config.database.database_url.expose())?;
    let others = FOLLOWING + FOLDING + SCOPED;
    let queries = config.database.database_connections.saturating_sub(others).max(2);
    let pool = postgres::pool_options(queries)
        .connect_with(options.clone())
        .await
        .context("the database can't be reached")?;

    let clock = Clock::system();
    let settings = Settings {
        keys: Keys { codes: config.keys, tokens: config.tokens, persons: config.person_key },
        public_url: config.pages.public_url.clone(),
        rhythm: config.streams.into(),
    };
    let service = Service::start(options, pool.clone(), settings, clock, stop.clone()).await?;
    let site = CurrentSite::read(&config.pages);
    let following = tokio::spawn(site.clone().follow(stop.clone()));
    let shared_pool = pool.clone();
    let readiness = Readiness::new(pool);
    let settings =
        EdgeSettings::new(config.edge.clone(), config.load.max_in_flight).counting_in(shared_pool);
    let edge = service.edge(readiness.clone(), settings, Pages::new(site, config.pages))?;
    let metrics = tokio::spawn(serve_metrics(metrics, recorder, edge.clone(), stop.clone()));
    readiness.open();
    tracing::info!(address = %config.listen.listen, "the projection service answers");

    let settings =
        ServeSettings { max_connections: config.load.max_connections, ..Default::default() };
    serve(api, edge, settings, stop).await;
    readiness.close();
    service.stopped().await;
    following.await?;
    metrics.await??;
    tracing::info!("the projection service has stopped");
    Ok(())
}

/// What credentials and codes are checked with.
pub struct Keys {
    pub codes: KeyArgs,
    pub tokens: PublicTokenKeyArgs,
    pub persons: SecretKey,
}

/// What the service is told, beside where its database is.
pub struct Settings {
    pub keys: Keys,
    /// Where people find the pages.
    pub public_url: Origin,
    /// How often listeners are told something.
    pub rhythm: Rhythm,
}

/// The read tables being filled and whatever answers from them.
pub struct Service {
    app: App,
    authenticator: Authenticator,
    token_keys: PublicTokenKeys,
    tasks: TaskTracker,
}

impl Service {
    /// Makes or rebuilds read tables where that is due, and starts to follow the log until `stop`.
    /// `pool` is for queries.
    ///
    /// # Errors
    ///
    /// If the database refuses or a rebuild fails.
    pub async fn start(
        options: PgConnectOptions,
        pool: PgPool,
        settings: Settings,
        clock: Clock,
        stop: CancellationToken,
    ) -> anyhow::Result<Self> {
        let scoped = scoped_pool(options.clone(), SCOPED);
        let folding = folding_pool(options.clone(), FOLDING);
        let following = folding_pool(options, FOLLOWING);
        // Together the projections want nearly every type of event.
        let feed = Feed::start(following, None, stop.clone());
        let freshness = Freshness::new(feed.heads(), pool.clone());
        let availability = Availability::default();
        let sources = Sources { feed: feed.clone(), pool: folding };
        let live = Live::start(sources, freshness.clone(), stop.clone()).await?;
        let tasks = TaskTracker::new();
        tasks.spawn(live.run());
        tasks.spawn(tail::keep(feed, pool.clone(), availability.clone(), stop.clone()));
        let withdrawn = Withdrawn::start(pool.clone(), &tasks, stop.clone()).await?;
        let api_keys = ApiKeys::new(pool.clone(), clock.clone());
        let Settings { keys, public_url, rhythm } = settings;
        let token_keys = keys.tokens.token_public_keys;
        let access_tokens = AccessTokens::new(&keys.codes.access_key);
        let authenticator = Authenticator::new(api_keys, access_tokens)
            .with_sessions(TokenVerifier::new(&token_keys, clock.clone()))
            .with_devices(RevokedDevices::new(pool.clone(), clock.clone()))
            .heeding(withdrawn.clone());
        let ticket_codes = TicketCodes::new(&keys.codes.ticket_keys);
        let replays = Semaphore::new(REPLAYS);
        let app = App::new(Parts {
            pool,
            scoped,
            freshness,
            availability,
            rhythm,
            ticket_codes,
            vault: Vault::new(&keys.codes.vault_keys),
            person_key: PersonKey::new(&keys.persons),
            withdrawn,
            public_url,
            clock,
            replays,
            stop,
        });
        tasks.spawn(exports::run(app.clone()));
        tasks.close();
        Ok(Self { app, authenticator, token_keys, tasks })
    }

    /// What requests come in through.
    ///
    /// # Errors
    ///
    /// If a route has no policy.
    pub fn edge(
        &self,
        readiness: Readiness,
        settings: EdgeSettings,
        pages: Pages,
    ) -> anyhow::Result<Edge> {
        let open = readiness
            .routes()
            .merge(openapi::pages())
            .merge(accounts::jwks::routes(&self.token_keys))
            .merge(pages::routes(self.app.clone(), pages));
        Ok(Edge::try_new(openapi::routes(&self.app), open, self.authenticator.clone(), settings)?)
    }

    /// Whether availability follows the log by now, instead of being read from the tables.
    #[cfg(test)]
    pub fn is_live(&self) -> bool {
        self.app.availability.is_live()
    }

    /// Waits until the last batches are committed, after `stop`.
    pub async fn stopped(self) {
        self.tasks.wait().await;
    }
}
