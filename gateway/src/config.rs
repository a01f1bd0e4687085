//! Settings, read once: where to listen, where the services are, and the limits.

use std::{net::SocketAddr, num::NonZeroUsize, time::Duration};

use clap::Parser;
use shared::{config::LogArgs, http::TrustedProxies};

use crate::upstream::UpstreamAddress;

/// Settings of the gateway.
#[derive(Debug, Clone, Parser)]
#[command(about = "One origin for both services: the method of a request picks the process")]
pub struct Config {
    /// Address of the origin.
    #[arg(long, env = "FULLHOUSE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Address of Prometheus metrics; keep it off the public network.
    #[arg(long, env = "FULLHOUSE_METRICS_LISTEN", default_value = "127.0.0.1:9080")]
    pub metrics_listen: SocketAddr,
    /// The command service: `host:port`, `http://host:port` or `unix:/path`.
    #[arg(long, env = "FULLHOUSE_COMMAND_UPSTREAM", default_value = "127.0.0.1:8081")]
    pub command_upstream: UpstreamAddress,
    /// The projection service, written the same way.
    #[arg(long, env = "FULLHOUSE_PROJECTION_UPSTREAM", default_value = "127.0.0.1:8082")]
    pub projection_upstream: UpstreamAddress,
    /// Threads that serve connections; one per processor unless said otherwise.
    #[arg(long, env = "FULLHOUSE_GATEWAY_WORKERS")]
    pub workers: Option<NonZeroUsize>,
    /// Proxies before this one that are believed in `X-Forwarded-For`: addresses and networks.
    #[arg(long, env = "FULLHOUSE_TRUSTED_PROXIES", default_value = "")]
    pub trusted_proxies: TrustedProxies,
    /// Limits on what a client may do.
    #[command(flatten)]
    pub limits: Limits,
    /// How it logs.
    #[command(flatten)]
    pub log: LogArgs,
}

/// What a client may do, and for how long.
#[derive(Debug, Clone, clap::Args)]
pub struct Limits {
    /// Bytes of a request body; the services set tighter limits by route.
    #[arg(long, env = "FULLHOUSE_MAX_BODY_BYTES", default_value_t = 6_291_456)]
    pub body_bytes: u64,
    /// Connections open at once; more are answered 503.
    #[arg(long, env = "FULLHOUSE_MAX_CONNECTIONS", default_value_t = 8_192)]
    pub connections: usize,
    /// Connections open at once from one address (a /64 in IPv6); more are answered 503.
    #[arg(long, env = "FULLHOUSE_MAX_CONNECTIONS_PER_ADDRESS", default_value_t = 4_096)]
    pub connections_per_address: usize,
    /// How long things may take.
    #[clap(skip)]
    pub times: Times,
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// From the first byte of a request to the end of its head.
    pub request_head: Duration,
    /// From the end of the head to the end of the body.
    pub request_body: Duration,
    /// From the end of the request's head to the head of the response.
    pub response_head: Duration,
    /// Between two requests on one connection.
    pub idle: Duration,
    /// Without a byte taken by a client that has some to read.
    pub stalled: Duration,
    /// From the end of the last response on a connection to the end of the connection.
    pub linger: Duration,
    /// To connect to a service.
    pub connect: Duration,
    /// For requests under way when the gateway stops.
    pub grace: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            request_head: Duration::from_secs(5),
            request_body: Duration::from_secs(15),
            response_head: Duration::from_secs(30),
            idle: Duration::from_secs(30),
            stalled: Duration::from_secs(30),
            linger: Duration::from_secs(1),
            connect: Duration::from_secs(1),
            grace: Duration::from_secs(10),
        }
    }
}
