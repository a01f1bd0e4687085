//! `fullhouse parked …`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use sqlx::PgConnection;

use crate::{database::Database, print};

/// Events that could not be handled, and all later ones of their streams.
#[derive(Debug, Subcommand)]
pub enum Parked {
    /// Lists the parked streams and why the first event of each couldn't be handled.
    List(List),
    /// Asks for the events of a stream to be handled again, in order, within seconds. What fails
    /// again stays parked.
    Retry(Retry),
}

#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub struct Retry {
    #[command(flatten)]
    database: Database,
    /// The name of the projection or policy.
    subscriber: String,
    /// The stream as TYPE/ID; without it, all streams of this subscriber.
    stream: Option<String>,
}

impl Parked {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(command) => command.run().await,
            Self::Retry(command) => command.run().await,
        }
    }
}

impl List {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let mut connection = self.database.connect().await?;
        let streams: Vec<(String, i32, String, i64, String)> = sqlx::query_as(
            "SELECT name, version, aggregate_type || '/' || aggregate_id AS stream, count(*),
                    (array_agg(shard || ':' || position || ' ' || reason ORDER BY position))[1]
               FROM (SELECT name, version, aggregate_type, aggregate_id, shard, position, reason
                       FROM read.parked
                      UNION ALL
                     SELECT name, version, aggregate_type, aggregate_id, shard, position, reason
                       FROM policy.parked) AS parked
              GROUP BY name, version, stream ORDER BY name, version, stream",
        )
        .fetch_all(&mut connection)
        .await?;
        for (name, version, stream, events, first) in streams {
            print::line(&format!("{name} v{version} {stream}: {events} events, first {first}"));
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Retry {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let mut connection = self.database.connect().await?;
        let mut asked = 0;
        for statement in [
            "UPDATE read.parked SET retry_requested_at = now()
              WHERE name = $1
                AND aggregate_type || '/' || aggregate_id = coalesce($2, aggregate_type || '/' || aggregate_id)",
            "UPDATE policy.parked SET retry_requested_at = now()
              WHERE name = $1
                AND aggregate_type || '/' || aggregate_id = coalesce($2, aggregate_type || '/' || aggregate_id)",
        ] {
            asked += self.ask(&mut connection, statement).await?;
        }
        print::line(&format!("{asked} events are to be handled again"));
        Ok(if asked > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    async fn ask(
        &self,
        connection: &mut PgConnection,
        statement: &'static str,
    ) -> Result<u64, sqlx::Error> {
        let done = sqlx::query(statement)
            .bind(&self.subscriber)
            .bind(&self.stream)
            .execute(connection)
            .await?;
        Ok(done.rows_affected())
    }
}
