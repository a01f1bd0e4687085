//! `fullhouse vault …`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use shared::vault::{Vault as Keys, VaultKeys, rotate_batch};

use crate::{database::Database, print};

/// What is known about people, sealed.
#[derive(Debug, Subcommand)]
pub enum Vault {
    /// Wraps every data key with the newest master key. Safe to interrupt and to repeat.
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

/// What else is sealed under a master key and isn't sealed anew: until when it needs an older one.
const OTHERS: [(&str, &str); 3] = [
    (
        "mails need an older key until they are sent",
        "SELECT count(*) FROM outbox.messages WHERE content_key <> $1",
    ),
    (
        "second factors need an older key until they are set up anew",
        "SELECT count(*) FROM identity.second_factors WHERE secret_key <> $1",
    ),
    (
        "exports need an older key until they expire",
        "SELECT count(*) FROM vault.exports WHERE content_key <> $1",
    ),
];

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
        let (mut after, mut wrapped, mut unreadable) = (None, 0, 0);
        while let Some(done) = rotate_batch(&mut connection, &keys, after).await? {
            after = Some(done.after);
            wrapped += done.wrapped;
            unreadable += done.unreadable;
            print::progress(&format!("{wrapped} data keys"));
        }
        print::line(&format!("{wrapped} data keys are wrapped with {}", keys.newest_kid()));
        let mut others = 0;
        for (what, count) in OTHERS {
            let sealed: i64 = sqlx::query_scalar(count)
                .bind(keys.newest_kid())
                .fetch_one(&mut connection)
                .await?;
            if sealed > 0 {
                print::line(&format!("{sealed} {what}"));
            }
            others += sealed;
        }
        if unreadable > 0 {
            print::line(&format!(
                "{unreadable} data keys can't be opened: a master key is missing"
            ));
        }
        let is_done = others == 0 && unreadable == 0;
        Ok(if is_done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
