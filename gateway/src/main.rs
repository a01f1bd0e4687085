//! The gateway as a program.

use anyhow::Context;
use clap::Parser;
use gateway::{Config, Gateway, serve_metrics};
use shared::{http::shutdown_on_signal, telemetry};
use tokio::net::TcpListener;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let config = Config::parse();
    let shutdown = shutdown_on_signal()?;
    let metrics = telemetry::install(&config.log)?;
    let page = TcpListener::bind(config.metrics_listen)
        .await
        .with_context(|| format!("cannot serve metrics on {}", config.metrics_listen))?;
    let gateway =
        Gateway::start(&config).with_context(|| format!("cannot listen on {}", config.listen))?;
    tracing::info!(
        address = %gateway.address(),
        command = %config.command_upstream,
        projection = %config.projection_upstream,
        "The gateway listens",
    );
    tokio::select! {
        () = shutdown.cancelled() => {}
        Err(error) = serve_metrics(page, move || metrics.render()) => {
            tracing::error!(%error, "Metrics can't be served");
            shutdown.cancelled().await;
        }
    }
    tracing::info!("The gateway stops");
    gateway.stop().await;
    Ok(())
}
