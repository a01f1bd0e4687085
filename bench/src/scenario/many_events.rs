//! The rush spread over 64 events.

use sqlx::PgPool;

use super::{
    Context,
    rush::{self, Speed},
};
use crate::{
    platform::{Parts, Sale, System},
    report::{self, Line},
};

const EVENTS: usize = 64;

/// More than any run can sell.
const PLENTY: u32 = 1_000_000;

pub async fn run(context: &mut Context) -> anyhow::Result<()> {
    report::tell("64 events, then one");
    let (database, system) = context.start(Parts::default()).await?;
    let log = database.pool(2).await?;
    let (many, cpu) = speed(context, &system, EVENTS, &log).await?;
    let (one, cpu_of_one) = speed(context, &system, 1, &log).await?;
    log.close().await;
    context.end(database, system).await?;
    let line = Line::new("many-events", many.per_second, one.per_second, "holds/s");
    let note = format!("one event ({cpu_of_one}); {EVENTS} events: {cpu}");
    context.report.line(&line.latencies(many.p50_ms, many.p99_ms).note(note))
}

async fn speed(
    context: &Context,
    system: &System,
    events: usize,
    log: &PgPool,
) -> anyhow::Result<(Speed, String)> {
    let admin = system.admin();
    let mut sales = Vec::with_capacity(events);
    for _ in 0..events {
        sales.push(Sale::open(&admin, PLENTY, 4_500).await?);
    }
    rush::hold_repeatedly(context, system, &sales, log).await
}
