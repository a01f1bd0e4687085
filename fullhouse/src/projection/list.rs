//! `fullhouse projection list`

use std::process::ExitCode;

use clap::Args;
use projection_service::{database::folding_pool, generations, projection};
use shared::event_log::read;

use super::options;
use crate::{database::Database, print};

/// Shows which tables are read and how far they are.
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    database: Database,
}

impl List {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let pool = folding_pool(options(&self.database)?, 1);
        let active = generations::active(&pool).await?;
        let heads = read::heads(&pool).await?;
        let head: i64 = heads.iter().map(|head| head.log_position.position).sum();
        for projection in projection::all() {
            let name = projection.name();
            let Some(active) = active.get(name) else {
                print::line(&format!("{name}: no tables yet"));
                continue;
            };
            let position = generations::position(&pool, projection, active.number).await?;
            print::line(&format!(
                "{name}: generation {}, code version {}, {position} of {head} events",
                active.number, active.code_version
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}
