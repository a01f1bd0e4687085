//! Runs the payment simulator until it is told to stop.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Context;
use clap::Parser;
use payment_simulator::{Settings, Simulator};
use shared::{clock::Clock, config::LogArgs};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A payment provider to try things out with, in the manner of Stripe.
#[derive(Parser)]
struct Arguments {
    /// Where to listen.
    #[arg(long, env = "FULLHOUSE_LISTEN", default_value = "127.0.0.1:8083")]
    listen: SocketAddr,
    /// Where webhooks go.
    #[arg(long, env = "FULLHOUSE_WEBHOOK_URL")]
    webhook_url: Option<String>,
    /// The key that may do everything.
    #[arg(long, env = "FULLHOUSE_STRIPE_SECRET_KEY", hide_env_values = true)]
    secret_key: String,
    /// Webhooks are signed with each of these.
    #[arg(
        long,
        env = "FULLHOUSE_STRIPE_WEBHOOK_SECRETS",
        value_delimiter = ',',
        hide_env_values = true
    )]
    webhook_secrets: Vec<String>,
    /// The account named in webhooks.
    #[arg(long, env = "FULLHOUSE_STRIPE_ACCOUNT")]
    account: Option<String>,
    /// A journal that outlives a restart; without it everything is forgotten.
    #[arg(long, env = "FULLHOUSE_SIMULATOR_STATE")]
    state: Option<PathBuf>,
    #[command(flatten)]
    log: LogArgs,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    shared::telemetry::install(&arguments.log)?;
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| anyhow::anyhow!("a TLS provider is installed already"))?;
    let settings = Settings {
        secret_key: arguments.secret_key,
        webhook_url: arguments.webhook_url,
        webhook_secrets: arguments.webhook_secrets,
        account: arguments.account.filter(|account| !account.is_empty()),
        state: arguments.state,
    };
    let listener = shared::http::listen(arguments.listen)
        .with_context(|| format!("can't listen on {}", arguments.listen))?;
    let simulator = Simulator::open(settings, Clock::system())?;
    tracing::info!(address = %arguments.listen, "the payment simulator takes payments");
    let stop = CancellationToken::new();
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn({
        let stop = stop.clone();
        async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            stop.cancel();
        }
    });
    simulator.serve(listener, stop).await?;
    Ok(())
}
