//! `fullhouse projection compare`

use std::process::ExitCode;

use clap::Args;
use projection_service::{
    compare::{Comparison, Side, compare},
    database::folding_pool,
    projection::Projection,
};

use super::{Which, options};
use crate::{database::Database, print};

/// Folds the log afresh and compares row by row with the tables that are read. Exit code 1 if
/// anything differs.
#[derive(Debug, Args)]
pub struct Compare {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    which: Which,
}

impl Compare {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let pool = folding_pool(options(&self.database)?, 2);
        let mut all_agree = true;
        for projection in self.which.projections()? {
            let compared = compare(&pool, projection).await?;
            all_agree &= compared.differing == 0;
            tell(projection, &compared);
        }
        Ok(if all_agree { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn tell(projection: &dyn Projection, compared: &Comparison) {
    let name = projection.name();
    let Comparison { rows, differing, differences } = compared;
    print::line(&format!("{name}: {rows} rows, {differing} differences"));
    for difference in differences {
        let side = match difference.side {
            Side::ReadTable => "read, but not in the log",
            Side::Log => "in the log, but not read",
        };
        print::line(&format!("  {} ({side}): {}", difference.table, difference.row));
    }
    let shown = i64::try_from(differences.len()).unwrap_or(i64::MAX);
    if shown < *differing {
        print::line(&format!("  and {} more", differing - shown));
    }
}
