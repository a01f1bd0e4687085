//! Hold, pay with the simulator, receive tickets.

use super::{
    Context,
    rush::{self, Speed},
};
use crate::{
    baseline::{Script, row_lock},
    load::{Pace, Plan, Purchaser, drive},
    platform::{Parts, Sale},
    report::{self, Line},
};

/// Purchases under way at the same time.
const BUYERS: u64 = 64;

const PLENTY: u32 = 1_000_000;

pub async fn run(context: &mut Context) -> anyhow::Result<()> {
    report::tell("baseline: hold and order in SQL");
    let (lock, how) =
        row_lock(&context.server, context.project(), Script::Purchase, context.duration).await?;
    report::tell("purchases: hold, payment, card, webhook, tickets");
    let parts = Parts { projection: true, gateway: false, simulator: true, ..Parts::default() };
    let (database, system) = context.start(parts).await?;
    let sale = Sale::open(&system.admin(), PLENTY, 4_500).await?;
    let servers =
        vec![system.command_address(), system.simulator_address(), system.projection_address()];
    let mut tallies = Vec::new();
    for _ in 0..=context.runs {
        let first = rush::first_number();
        let buyers = (0..BUYERS).map(|number| {
            Purchaser::new(&sale.event_id, &sale.ticket_type_id, number, BUYERS, first)
        });
        let plan = Plan { servers: servers.clone(), pace: Pace::Closed, at_most: context.duration };
        tallies.push(drive(plan, buyers.collect()).await?.sound()?);
    }
    context.end(database, system).await?;
    tallies.remove(0); // the warm-up
    let speed = Speed::median(&tallies);
    let line = Line::new("purchase", speed.per_second, lock, "orders/s");
    let note = format!("the same rows with {how}; no provider, no webhook");
    context.report.line(&line.latencies(speed.p50_ms, speed.p99_ms).note(note))
}
