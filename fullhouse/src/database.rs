//! The connection of the tool: patient, because what it asks may take long.

use anyhow::Context;
use clap::Args;
use shared::postgres;
use sqlx::{ConnectOptions, PgConnection, PgPool, postgres::PgConnectOptions};

/// Which database.
#[derive(Debug, Args)]
pub struct Database {
    /// URL of the database, as a role that may do this.
    #[arg(long, env = "FULLHOUSE_DATABASE_URL", hide_env_values = true)]
    database_url: String,
}

impl Database {
    /// One connection without a limit on statements.
    pub async fn connect(&self) -> anyhow::Result<PgConnection> {
        self.options()?.connect().await.context("the database can't be reached")
    }

    /// A small pool, connected when needed.
    pub fn pool(&self) -> anyhow::Result<PgPool> {
        Ok(postgres::pool_options(2).connect_lazy_with(self.options()?))
    }

    /// The options of its connections.
    pub fn options(&self) -> anyhow::Result<PgConnectOptions> {
        let options = postgres::options(&self.database_url).context("the URL can't be read")?;
        Ok(options.options([("statement_timeout", "0"), ("lock_timeout", "60s")]))
    }
}
