//! `fullhouse mail …`

use std::process::ExitCode;

use anyhow::ensure;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use crate::{database::Database, print};

/// Mails that aren't sent yet, or won't be.
#[derive(Debug, Subcommand)]
pub enum Mail {
    /// Lists the mails that wait or were given up, without saying to whom they go.
    List(List),
    /// Has mails that were given up sent after all, and waiting ones at once.
    Retry(Retry),
}

#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    database: Database,
    /// Only those that were given up.
    #[arg(long)]
    failed: bool,
    /// Lines at most, the oldest first.
    #[arg(long, default_value_t = 100)]
    limit: i64,
}

#[derive(Debug, Args)]
pub struct Retry {
    #[command(flatten)]
    database: Database,
    /// The numbers of the mails, as listed.
    ids: Vec<i64>,
    /// All that were given up.
    #[arg(long, conflicts_with = "ids")]
    all: bool,
}

impl Mail {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(command) => command.run().await,
            Self::Retry(command) => command.run().await,
        }
    }
}

type Row = (i64, String, String, i32, DateTime<Utc>, DateTime<Utc>, Option<String>);

impl List {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let mut connection = self.database.connect().await?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, kind, status, attempts, created_at, next_attempt_at, last_error
               FROM outbox.messages
              WHERE status = 'failed' OR (status = 'waiting' AND NOT $1)
              ORDER BY id LIMIT $2",
        )
        .bind(self.failed)
        .bind(self.limit)
        .fetch_all(&mut connection)
        .await?;
        for (id, kind, status, attempts, created_at, next, error) in rows {
            let when = created_at.format("%F %T");
            let next = if status == "waiting" {
                format!(", next at {}", next.format("%F %T"))
            } else {
                String::new()
            };
            let error = error.map_or_else(String::new, |error| format!(": {error}"));
            print::line(&format!(
                "{id} {kind} {status} of {when} UTC, {attempts} attempts{next}{error}"
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Retry {
    async fn run(self) -> anyhow::Result<ExitCode> {
        ensure!(self.all || !self.ids.is_empty(), "say which mails, or --all");
        let mut connection = self.database.connect().await?;
        let done = sqlx::query(
            "UPDATE outbox.messages
                SET status = 'waiting', attempts = 0, next_attempt_at = now(), last_error = NULL
              WHERE ($1 AND status = 'failed') OR (status <> 'sent' AND id = ANY($2))",
        )
        .bind(self.all)
        .bind(&self.ids)
        .execute(&mut connection)
        .await?;
        print::line(&format!("{} mails are to be sent", done.rows_affected()));
        Ok(if done.rows_affected() > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
