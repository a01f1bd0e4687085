//! How fast read tables follow the log, and how far they are behind while holds come in.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Context, rush};
use crate::{
    lag::Reader,
    load::{Pace, Tally},
    platform::{Parts, Sale},
    progress,
    report::{self, Line},
};

const PLENTY: u32 = 4_000_000;
const GENTLE_RATE: u32 = 10_000;
const GOAL_MS: u32 = 250;

pub async fn run(context: &mut Context) -> anyhow::Result<()> {
    report::tell("a log of rushes, recorded without projections");
    let (database, system) = context.start(Parts::default()).await?;
    let log = database.pool(4).await?;
    let server = system.command_address();
    let recording = rush::sell_out_repeatedly(context, &system, server, &log).await?.speed();
    system.stop().await?;

    report::tell("projections alone on that log");
    let parts = Parts { projection: true, ..Parts::default() };
    let system = context.start_on(&database, parts).await?;
    let folding = progress::caught_up(&log).await?;
    log.close().await;
    context.end(database, system).await?;

    report::tell("projections beside a rush");
    let full = lag(context, Pace::Closed).await?;
    report::tell("projections beside 10,000 holds/s");
    let gentle = lag(context, Pace::PerSecond(GENTLE_RATE)).await?;
    let line = Line::new("projection", folding, recording.per_second, "events/s");
    let note = "events recorded by on-sale; latencies: until read, beside on-sale at full speed";
    let line = line.latencies(full.lag.p50_ms(), full.lag.p99_ms()).note(note);
    context.report.line(&line)?;
    let line = Line::new("projection/lag-at-10k", gentle.lag.p99_ms(), f64::from(GOAL_MS), "ms");
    let note = format!("the goal; {:.0} holds/s were accepted", gentle.holds.rate());
    let line = line.latencies(gentle.lag.p50_ms(), gentle.lag.p99_ms()).note(note);
    context.report.line(&line)
}

struct Beside {
    holds: Tally,
    lag: Tally,
}

async fn lag(context: &Context, pace: Pace) -> anyhow::Result<Beside> {
    let parts = Parts { projection: true, ..Parts::default() };
    let (database, system) = context.start(parts).await?;
    let sales = [Sale::open(&system.admin(), PLENTY, 4_500).await?];
    let server = system.command_address();
    rush::hold_for(&sales, server, pace, Duration::from_secs(2)).await?;
    let log = database.pool(2).await?;
    progress::caught_up(&log).await?;
    let stop = CancellationToken::new();
    let reader = Reader::new(system.reader(), &sales[0], log.clone());
    let watching = tokio::spawn(reader.lag_until(stop.clone()));
    let holds = rush::hold_for(&sales, server, pace, 2 * context.duration).await?;
    stop.cancel();
    let lag = watching.await??;
    log.close().await;
    context.end(database, system).await?;
    Ok(Beside { holds, lag })
}
