//! Settings of the edge.

use std::time::Duration;

use clap::Args;
use sqlx::PgPool;

use super::{LaneArgs, Limit, Origin, RateArgs, Switch, TrustedProxies};

/// Who is let in, from where, and how often.
#[derive(Debug, Clone, Args)]
pub struct EdgeArgs {
    /// Where our pages are, as in `https://tickets.example`; if over TLS, browsers are told to use
    /// nothing else.
    #[arg(long, env = "FULLHOUSE_PUBLIC_URL")]
    pub own_origin: Option<Origin>,
    /// Proxies that are believed in `X-Forwarded-For`: addresses and networks.
    #[arg(long, env = "FULLHOUSE_TRUSTED_PROXIES", default_value = "127.0.0.0/8,::1")]
    pub trusted_proxies: TrustedProxies,
    /// Other origins whose pages may use the API, with bearer tokens and without cookies.
    #[arg(long, env = "FULLHOUSE_CORS_ORIGINS", value_delimiter = ',')]
    pub cors_origins: Vec<Origin>,
    /// How often.
    #[command(flatten)]
    pub rates: RateArgs,
    /// How many at once.
    #[command(flatten)]
    pub lanes: LaneArgs,
}

/// Limits of the edge. By default nobody is limited by rate, as in tests.
#[derive(Debug, Clone)]
pub struct EdgeSettings {
    /// A request that takes longer is answered with 503; its handler is dropped. Routes may set less.
    pub request_timeout: Duration,
    /// Guarded requests without a lane of their own answered at once; more are answered with 503
    /// before anything is done.
    pub max_in_flight: usize,
    /// The rest.
    pub args: EdgeArgs,
    /// Where processes count together; without it each counts by itself.
    pub counting_in: Option<PgPool>,
}

impl EdgeSettings {
    /// These settings, with so many requests at once.
    pub fn new(args: EdgeArgs, max_in_flight: usize) -> Self {
        Self { max_in_flight, args, ..Self::default() }
    }

    /// The same, counting together with all processes that use this database.
    #[must_use]
    pub fn counting_in(self, pool: PgPool) -> Self {
        Self { counting_in: Some(pool), ..self }
    }
}

impl Default for EdgeSettings {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(15),
            max_in_flight: 4096,
            args: EdgeArgs::default(),
            counting_in: None,
        }
    }
}

impl Default for EdgeArgs {
    fn default() -> Self {
        Self {
            own_origin: None,
            trusted_proxies: TrustedProxies::default(),
            cors_origins: Vec::new(),
            rates: RateArgs::default(),
            lanes: LaneArgs {
                max_in_flight_checkout: 1024,
                max_in_flight_webhooks: 256,
                max_in_flight_passwords: 32,
            },
        }
    }
}

impl Default for RateArgs {
    fn default() -> Self {
        Self {
            rate_limits: Switch::Off,
            rate_limit_address: Limit(None),
            rate_limit_holds: Limit(None),
            rate_limit_caller: Limit(None),
            rate_limit_holder: Limit(None),
            rate_limit_event: Limit(None),
            rate_limit_credentials: Limit(None),
            rate_limit_attempts: Limit(None),
        }
    }
}
