//! `fullhouse migrate`

use std::process::ExitCode;

use clap::Args;
use shared::migrations::{self, ServiceRole};

use crate::{database::Database, print};

/// Applies what is missing of the database's shape, as its owner.
#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    database: Database,
    /// Lets the role of the command service log in with this password.
    #[arg(long, env = "FULLHOUSE_COMMAND_PASSWORD", hide_env_values = true)]
    command_password: Option<String>,
    /// Lets the role of the projection service log in with this password.
    #[arg(long, env = "FULLHOUSE_PROJECTION_PASSWORD", hide_env_values = true)]
    projection_password: Option<String>,
}

impl Migrate {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let mut owner = self.database.connect().await?;
        migrations::migrate(&mut owner).await?;
        for (role, password) in [
            (ServiceRole::Command, &self.command_password),
            (ServiceRole::Projection, &self.projection_password),
        ] {
            if let Some(password) = password {
                migrations::set_password(&mut owner, role, password).await?;
            }
        }
        print::progress("the database is up to date");
        Ok(ExitCode::SUCCESS)
    }
}
