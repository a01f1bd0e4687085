//! The rush spread over 64 events.

use super::{
    Context,
    rush::{self, Speed},
};
use crate::{
    load::{Holder, Pace},
    platform::{Parts, Sale, System},
    report::{self, Line},
};

const EVENTS: usize = 64;

/// More than any run can sell.
const PLENTY: u32 = 1_000_000;

pub async fn run(context: &mut Context) -> anyhow::Result<()> {
    report::tell("64 events, then one");
    let (database, system) = context.start(Parts::default()).await?;
    let many = speed(context, &system, EVENTS).await?;
    let one = speed(context, &system, 1).await?;
    context.end(database, system).await?;
    let line = Line::new("many-events", many.per_second, one.per_second, "holds/s");
    let note = format!("one event; {EVENTS} events, {} tickets a hold", Holder::QUANTITY);
    context.report.line(&line.latencies(many.p50_ms, many.p99_ms).note(note))
}

async fn speed(context: &Context, system: &System, events: usize) -> anyhow::Result<Speed> {
    let admin = system.admin();
    let mut sales = Vec::with_capacity(events);
    for _ in 0..events {
        sales.push(Sale::open(&admin, PLENTY, 4_500).await?);
    }
    let mut tallies = Vec::new();
    for _ in 0..=context.runs {
        let server = system.command_address();
        tallies.push(rush::hold_for(&sales, server, Pace::Closed, context.duration).await?);
    }
    tallies.remove(0); // the warm-up
    Ok(Speed::median(&tallies))
}
