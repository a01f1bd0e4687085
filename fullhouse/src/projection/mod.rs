//! `fullhouse projection …`

mod compare;
mod list;
mod rebuild;

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use projection_service::projection::{self, Projection as Fold};
use sqlx::postgres::PgConnectOptions;

use crate::database::Database;

/// Read tables, which are folded from the log.
#[derive(Debug, Subcommand)]
pub enum Projection {
    /// Shows which tables are read and how far they are.
    List(list::List),
    /// Builds read tables anew from the log while the old ones are read, then changes over.
    Rebuild(rebuild::Rebuild),
    /// Folds the log afresh and compares row by row: there must be no difference.
    Compare(compare::Compare),
}

impl Projection {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(command) => command.run().await,
            Self::Rebuild(command) => command.run().await,
            Self::Compare(command) => command.run().await,
        }
    }
}

/// Which projections.
#[derive(Debug, Args)]
struct Which {
    /// Names of projections.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    names: Vec<String>,
    /// All of them.
    #[arg(long)]
    all: bool,
}

impl Which {
    fn projections(&self) -> anyhow::Result<Vec<&'static dyn Fold>> {
        if self.all {
            return Ok(projection::all().to_vec());
        }
        self.names.iter().map(|name| find(name)).collect()
    }
}

fn find(name: &str) -> anyhow::Result<&'static dyn Fold> {
    let Some(found) = projection::find(name) else {
        let known: Vec<_> = projection::all().iter().map(|one| one.name()).collect();
        bail!("there is no projection `{name}`, only {}", known.join(", "));
    };
    Ok(found)
}

/// Acts as the role that owns the read tables, whoever logs in: what it makes, the service must be
/// able to change.
fn options(database: &Database) -> anyhow::Result<PgConnectOptions> {
    let options = database.options().context("the URL can't be read")?;
    Ok(options.options([("role", "fullhouse_projection")]))
}
