//! `fullhouse projection rebuild`

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Args;
use projection_service::{
    live::Sources,
    projection::Projection,
    rebuild::{Done, rebuild},
};

use super::{Which, options};
use crate::{database::Database, print};

/// How often progress is told.
const PAUSE: Duration = Duration::from_secs(1);

/// Builds read tables anew from the log while the old ones are read, then changes over. Works with
/// and without a running service.
#[derive(Debug, Args)]
pub struct Rebuild {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    which: Which,
}

impl Rebuild {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        for projection in self.which.projections()? {
            let sources = Sources::of_one(options(&self.database)?, projection);
            let mut told = Instant::now();
            let progress = |done: Done| {
                if told.elapsed() >= PAUSE {
                    print::progress(&say(projection, done));
                    told = Instant::now();
                }
            };
            let done = rebuild(&sources, projection, progress).await?;
            print::line(&format!("{}, rebuilt", say(projection, done)));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn say(projection: &dyn Projection, done: Done) -> String {
    let millis = i64::try_from(done.elapsed.as_millis()).unwrap_or(i64::MAX).max(1);
    let speed = done.events.saturating_mul(1000) / millis;
    let Done { events, of, .. } = done;
    format!("{}: {events} of {of} events, {speed}/s", projection.name())
}
