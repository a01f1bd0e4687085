//! Measures the platform on private servers and compares it with what others would do.
//!
//! `load` is the load driver, `platform` starts what is measured, `baseline` what it is compared
//! with, `history` writes long pasts; `scenario` has one file for each measurement.

mod baseline;
mod cpu;
mod figure;
mod history;
mod in_process;
mod lag;
mod load;
mod platform;
mod progress;
mod report;
mod scenario;
mod workers;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context as _, ensure};
use clap::{Parser, Subcommand, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    platform::Server,
    report::Report,
    scenario::{Context, Scenario},
};

// As our services: an in-process measurement and the driver pay for memory what they pay.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the platform.
#[derive(Debug, Parser)]
#[command(name = "bench", version)]
struct Arguments {
    #[command(subcommand)]
    helper: Option<Helper>,
    /// What to measure; everything if nothing is named.
    #[arg(value_enum)]
    names: Vec<Scenario>,
    /// One JSON object a line instead of a table.
    #[arg(long)]
    json: bool,
    /// How often a measurement is repeated; the median counts.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// How long one of them takes.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// A superuser's URL of a durable PostgreSQL. Without it one is started for the run.
    #[arg(long, env = "FULLHOUSE_BENCH_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// The folder with our programs, built in release mode. Without it that of this program.
    #[arg(long, env = "FULLHOUSE_BIN_DIR")]
    bin_dir: Option<PathBuf>,
    /// The checkout, below which data is kept.
    #[arg(long, default_value = ".")]
    project: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Helper {
    /// Answers every request with the same bytes: what `availability` is compared with.
    #[command(hide = true)]
    ConstantHandler {
        #[arg(long, env = "FULLHOUSE_LISTEN")]
        listen: SocketAddr,
        #[arg(long, env = "FULLHOUSE_BENCH_CONSTANT")]
        body: String,
    },
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if let Some(Helper::ConstantHandler { listen, body }) = arguments.helper {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        return runtime.block_on(baseline::serve_constant(listen, body));
    }
    // On one thread, the main one: the programs it starts end when it does.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(run(arguments));
    // A measurement that was broken off may still be running.
    runtime.shutdown_background();
    result
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    ensure!(arguments.runs > 0 && arguments.seconds > 0, "nothing would be measured");
    let bin = match arguments.bin_dir {
        Some(folder) => folder,
        None => std::env::current_exe()?.parent().context("this program is nowhere")?.to_owned(),
    };
    let project = arguments.project.canonicalize()?;
    let mut stop = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let server = Server::open(arguments.database_url.as_deref(), &project).await?;
    let mut context = Context {
        server,
        report: Report::new(arguments.json),
        project,
        bin,
        runs: arguments.runs,
        duration: Duration::from_secs(arguments.seconds),
    };
    let names = if arguments.names.is_empty() {
        Scenario::value_variants().to_vec()
    } else {
        arguments.names
    };
    let result = tokio::select! {
        result = all(&mut context, &names) => result,
        _ = stop.recv() => Err(anyhow::anyhow!("told to stop")),
        _ = interrupt.recv() => Err(anyhow::anyhow!("interrupted")),
    };
    let closed = context.server.close().await;
    result.and(closed)
}

async fn all(context: &mut Context, names: &[Scenario]) -> anyhow::Result<()> {
    for name in names {
        name.run(context).await.with_context(|| format!("{name:?}"))?;
    }
    Ok(())
}
