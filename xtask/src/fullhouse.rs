//! `cargo xtask fullhouse …`: the operator's program, on the database of this checkout.

use clap::Args;
use embedded_postgres::Options;
use tokio::process::Command;

use crate::{
    build::{self, Profile},
    database::Database,
    run::run,
    secrets::{self, Secrets},
    workspace::Workspace,
};

/// Runs `fullhouse` with the given arguments on the database that `up` uses, while `up` runs.
#[derive(Args)]
pub struct Fullhouse {
    /// Passed on, for example `log verify`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

impl Fullhouse {
    /// Builds it and runs it.
    ///
    /// # Errors
    ///
    /// If it fails, or there is no database yet.
    pub async fn run(self) -> anyhow::Result<()> {
        let workspace = Workspace::find()?;
        let url = match Database::given() {
            Some(database) => database.owner_url().to_owned(),
            None => embedded_postgres::kept_url(&Options::kept(workspace.root()))?,
        };
        let programs = build::build(&workspace, Profile::Release, &["fullhouse"]).await?;
        let mut command = Command::new(programs.join("fullhouse"));
        command.args(&self.arguments).env("FULLHOUSE_DATABASE_URL", url);
        let secrets = Secrets::load(&workspace.data().join("secrets.env"))?;
        command.env(secrets::VAULT_KEYS, secrets.get(secrets::VAULT_KEYS)?);
        run(command).await
    }
}
