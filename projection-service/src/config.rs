//! Settings of the projection service, read once from flags and the environment.

use clap::Parser;
use shared::{
    config::{DatabaseArgs, KeyArgs, ListenArgs, LoadArgs, LogArgs, PublicTokenKeyArgs, SecretKey},
    http::EdgeArgs,
};

use crate::{availability::stream::StreamArgs, pages::PageSettings};

/// Folds the log into read tables and answers every question.
#[derive(Debug, Parser)]
#[command(name = "projection-service", version)]
pub struct Config {
    #[command(flatten)]
    pub listen: ListenArgs,
    #[command(flatten)]
    pub database: DatabaseArgs,
    #[command(flatten)]
    pub load: LoadArgs,
    #[command(flatten)]
    pub edge: EdgeArgs,
    #[command(flatten)]
    pub keys: KeyArgs,
    #[command(flatten)]
    pub tokens: PublicTokenKeyArgs,
    /// Key under which e-mail addresses become person ids, 32 bytes in hex; the same as the command
    /// service's.
    #[arg(long, env = "FULLHOUSE_PERSON_KEY", hide_env_values = true)]
    pub person_key: SecretKey,
    #[command(flatten)]
    pub pages: PageSettings,
    #[command(flatten)]
    pub streams: StreamArgs,
    #[command(flatten)]
    pub log: LogArgs,
}
