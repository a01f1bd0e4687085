//! `fullhouse log verify`

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Args;
use shared::event_log::{
    Shard,
    verify::{self, VerifyError},
};

use crate::{database::Database, print};

/// How often progress is told.
const PAUSE: Duration = Duration::from_secs(1);

/// Recomputes the hash chain from the stored events. Prints the end of each chain: kept elsewhere,
/// it shows later that nothing was cut off.
#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    database: Database,
    /// Only this shard (0 to 15); may be repeated.
    #[arg(long = "shard", value_parser = parse_shard)]
    shards: Vec<Shard>,
}

impl Verify {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let mut connection = self.database.connect().await?;
        let shards = if self.shards.is_empty() { Shard::all().collect() } else { self.shards };
        let mut intact = true;
        for shard in shards {
            let mut told = Instant::now();
            let progress = |position, head| {
                if told.elapsed() >= PAUSE {
                    print::progress(&format!("shard {shard}: {position} of {head} events"));
                    told = Instant::now();
                }
            };
            match verify::shard(&mut connection, shard, progress).await {
                Ok(verified) => print::line(&format!(
                    "shard {shard}: intact, {} events in {} batches, chain {}",
                    verified.position,
                    verified.batches,
                    hex::encode(&verified.chain)
                )),
                Err(VerifyError::Unavailable(error)) => return Err(error.into()),
                Err(broken @ (VerifyError::Broken { .. } | VerifyError::StreamVersion { .. })) => {
                    intact = false;
                    print::line(&format!("BROKEN: {broken}"));
                }
            }
        }
        Ok(if intact { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn parse_shard(text: &str) -> Result<Shard, String> {
    text.parse().ok().and_then(Shard::try_new).ok_or_else(|| "a number from 0 to 15".to_owned())
}
