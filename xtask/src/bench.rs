//! `cargo xtask bench`: measures, on a server of its own.

use std::time::Duration;

use clap::Args;
use embedded_postgres::{Cluster, Options};

use crate::{
    build::{self, Profile},
    console::Console,
    run::run,
    workspace::Workspace,
};

/// Measures speed and size; without a name, everything. The PostgreSQL is private, on the disk,
/// and durable.
#[derive(Args)]
pub struct Bench {
    /// Passed on: names of measurements, --json for one JSON object a line.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

impl Bench {
    /// Builds in release mode and measures.
    ///
    /// # Errors
    ///
    /// If a measurement can't be made.
    pub async fn run(self) -> anyhow::Result<()> {
        let console = Console::new();
        let workspace = Workspace::find()?;
        let mut wanted = build::PROGRAMS.to_vec();
        wanted.push("bench");
        let programs = build::build(&workspace, Profile::Release, &wanted).await?;
        let options = Options::ephemeral_on_disk(workspace.root());
        let say = move |line: &str| console.note(line);
        let mut cluster = Cluster::start(&options, &say).await?;
        drop(cluster.take_output());
        let mut command = std::process::Command::new(programs.join("bench"));
        command
            .args(&self.arguments)
            .env("FULLHOUSE_BENCH_DATABASE_URL", cluster.url())
            .env("FULLHOUSE_POSTGRES_BIN", &cluster.binaries().bin)
            .env("FULLHOUSE_BIN_DIR", &programs);
        embedded_postgres::die_with_parent(&mut command, nix::sys::signal::Signal::SIGKILL);
        let outcome = run(command.into()).await;
        cluster.stop(Duration::from_secs(10)).await?;
        outcome
    }
}
