//! `fullhouse vault …`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use shared::vault::{Content, Vault as Keys, VaultKeys, reseal_batch, rotate_batch};
use sqlx::PgConnection;

use crate::{database::Database, print};

/// What is known about people, sealed.
#[derive(Debug, Subcommand)]
pub enum Vault {
    /// Wraps every data key, and seals everything else, with the newest master key. Safe to
    /// interrupt and to repeat; it ends with 0 once no older key is needed.
    Rotate(Rotate),
}

#[derive(Debug, Args)]
pub struct Rotate {
    #[command(flatten)]
    database: Database,
    /// Master keys `kid:hex,kid:hex`, the newest first, the one to be retired among them.
    #[arg(long, env = "FULLHOUSE_VAULT_KEYS", hide_env_values = true)]
    vault_keys: VaultKeys,
}

impl Vault {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Rotate(command) => command.run().await,
        }
    }
}

impl Rotate {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let keys = Keys::new(&self.vault_keys);
        let mut connection = self.database.connect().await?;
        let mut unreadable = wrap_data_keys(&mut connection, &keys).await?;
        for content in Content::ALL {
            unreadable += reseal(&mut connection, &keys, content).await?;
        }
        if unreadable == 0 {
            print::line("older master keys are needed no more");
            return Ok(ExitCode::SUCCESS);
        }
        print::line(&format!("{unreadable} can't be opened: a master key is missing"));
        Ok(ExitCode::FAILURE)
    }
}

/// Tells how many can't be opened.
async fn wrap_data_keys(connection: &mut PgConnection, keys: &Keys) -> anyhow::Result<usize> {
    let (mut after, mut wrapped, mut unreadable) = (None, 0, 0);
    while let Some(done) = rotate_batch(connection, keys, after).await? {
        after = Some(done.after);
        wrapped += done.wrapped;
        unreadable += done.unreadable;
        print::progress(&format!("{wrapped} data keys"));
    }
    print::line(&format!("{wrapped} data keys are wrapped with {}", keys.newest_kid()));
    Ok(unreadable)
}

/// Tells how many can't be opened.
async fn reseal(
    connection: &mut PgConnection,
    keys: &Keys,
    content: Content,
) -> anyhow::Result<usize> {
    let (mut after, mut sealed, mut unreadable) = (None, 0, 0);
    while let Some(done) = reseal_batch(connection, keys, content, after.as_deref()).await? {
        sealed += done.sealed;
        unreadable += done.unreadable;
        after = Some(done.after);
        print::progress(&format!("{sealed} {}", content.name()));
    }
    print::line(&format!("{sealed} {} are sealed with {}", content.name(), keys.newest_kid()));
    Ok(unreadable)
}
