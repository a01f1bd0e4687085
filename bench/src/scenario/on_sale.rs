//! One event, many concurrent buyers, until it is sold out: exactly.

use std::time::Duration;

use anyhow::{Context as _, ensure};

use super::{
    Context,
    rush::{self, IN_FLIGHT, Speed},
};
use crate::{
    baseline::{Script, row_lock, stock},
    in_process,
    load::Tally,
    platform::{Client, Database, Parts, Sale, System},
    report::{self, Line},
    workers,
};

const UNIT: &str = "holds/s";

pub async fn run(context: &mut Context) -> anyhow::Result<()> {
    report::tell("baselines: SELECT … FOR UPDATE, then plain cqrs-es");
    let (lock, how) =
        row_lock(&context.server, context.project(), Script::Hold, context.duration).await?;
    let plain = stock(&context.server, context.duration).await?;

    report::tell("on sale in process");
    let inside = in_process(context).await?;
    context.report.line(&line("on-sale/in-process", inside, lock).note(how))?;

    report::tell("on sale over HTTP: directly, then through the gateway");
    let parts = Parts { gateway: true, ..Parts::default() };
    let (database, system) = context.start(parts).await?;
    let log = database.pool(2).await?;
    let server = system.command_address();
    let direct = rush::sell_out_repeatedly(context, &system, server, &log).await?;
    let server = system.gateway_address();
    let through = rush::sell_out_repeatedly(context, &system, server, &log).await?;
    log.close().await;
    system.stop().await?;
    shown_exactly(context, &database, direct.sales.iter().chain(&through.sales)).await?;
    context.server.remove(database).await?;

    let (speed, cpu) = (direct.speed(), &direct.cpu);
    let note = format!("{how}; {cpu}");
    context.report.line(&line("on-sale/for-update", speed, lock).note(note))?;
    let note = "plain cqrs-es + postgres-es, 32 callers";
    context.report.line(&line("on-sale/cqrs-es", speed, plain).note(note))?;
    let note = format!("the same, directly; {}", through.cpu);
    let per_second = speed.per_second;
    context.report.line(&line("on-sale/gateway", through.speed(), per_second).note(note))?;
    everything_running(context, per_second).await
}

fn line(name: &str, speed: Speed, baseline: f64) -> Line {
    Line::new(name, speed.per_second, baseline, UNIT).latencies(speed.p50_ms, speed.p99_ms)
}

async fn in_process(context: &Context) -> anyhow::Result<Speed> {
    let database = context.server.migrated().await?;
    context.server.settle().await?;
    let (runs, duration) = (context.runs, context.duration);
    let measured = in_process::sell_out_repeatedly(database.clone(), IN_FLIGHT, runs, duration);
    let tallies = workers::run(measured).await?;
    context.server.remove(database).await?;
    Ok(Speed::median(&tallies))
}

/// The same rush while projections follow on the same cores.
async fn everything_running(context: &mut Context, direct: f64) -> anyhow::Result<()> {
    report::tell("on sale with every service running");
    let parts = Parts { gateway: true, projection: true, simulator: false, ..Parts::default() };
    let (database, system) = context.start(parts).await?;
    let log = database.pool(2).await?;
    let server = system.gateway_address();
    let rushes = rush::sell_out_repeatedly(context, &system, server, &log).await?;
    log.close().await;
    for (sale, _) in &rushes.sales {
        sold_out_as_shown(&system.reader(), sale).await?;
    }
    context.end(database, system).await?;
    let note = format!("directly, projections not running; {}", rushes.cpu);
    context.report.line(&line("on-sale/all-services", rushes.speed(), direct).note(note))
}

/// Has projections fold what was sold and compares.
async fn shown_exactly(
    context: &Context,
    database: &Database,
    sales: impl Iterator<Item = &(Sale, Tally)>,
) -> anyhow::Result<()> {
    let parts = Parts { projection: true, ..Parts::default() };
    let system: System = context.start_on(database, parts).await?;
    let reader = system.reader();
    for (sale, _) in sales {
        sold_out_as_shown(&reader, sale).await?;
    }
    system.stop().await
}

/// Waits until availability shows everything taken.
async fn sold_out_as_shown(reader: &Client, sale: &Sale) -> anyhow::Result<()> {
    let mut shown = String::new();
    for _ in 0..600 {
        let answered = reader.get(&sale.availability_path()).await?;
        if answered.status == 200 && answered.count("/available")? == 0 {
            let taken = answered.count("/held")? + answered.count("/sold")?;
            ensure!(taken == u64::from(sale.capacity), "{taken} of {} are taken", sale.capacity);
            return Ok(());
        }
        shown = answered.body.to_string();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(anyhow::anyhow!("{shown}")).context("availability never shows that everything is taken")
}
