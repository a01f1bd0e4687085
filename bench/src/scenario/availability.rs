//! Reads of availability, against a server that answers the same bytes without any work.

use std::{net::SocketAddr, time::Duration};

use tempfile::TempDir;

use super::{
    Context,
    rush::{IN_FLIGHT, Speed},
};
use crate::{
    baseline::constant_handler,
    load::{Pace, Plan, Reader, Tally, drive},
    platform::{Parts, Sale},
    report::{self, Line},
};

pub async fn run(context: &mut Context) -> anyhow::Result<()> {
    let parts = Parts { projection: true, gateway: true, simulator: false, ..Parts::default() };
    let (database, system) = context.start(parts).await?;
    let sale = Sale::open(&system.admin(), 10_000, 4_500).await?;
    let path = sale.availability_path();
    let shown = shown(&system.reader(), &path).await?;

    report::tell("reads of a constant, then of availability");
    let logs = TempDir::new()?;
    let (constant, address) = constant_handler(&shown, logs.path()).await?;
    let baseline = speed(context, address, crate::baseline::CONSTANT_PATH).await?;
    constant.stop().await?;
    let ours = speed(context, system.projection_address(), &path).await?;
    let gateway = speed(context, system.gateway_address(), &path).await?;
    context.end(database, system).await?;

    let line = |name, speed: Speed, baseline| {
        Line::new(name, speed.per_second, baseline, "reads/s").latencies(speed.p50_ms, speed.p99_ms)
    };
    let note = "an axum handler that returns the same bytes";
    context.report.line(&line("availability", ours, baseline.per_second).note(note))?;
    let note = "the same, directly";
    context.report.line(&line("availability/gateway", gateway, ours.per_second).note(note))
}

async fn speed(context: &Context, server: SocketAddr, path: &str) -> anyhow::Result<Speed> {
    let mut tallies = Vec::new();
    for run in 0..=context.runs {
        let duration = if run == 0 { Duration::from_secs(1) } else { context.duration };
        tallies.push(read_for(server, path, duration).await?);
    }
    tallies.remove(0); // the warm-up
    Ok(Speed::median(&tallies))
}

async fn read_for(server: SocketAddr, path: &str, at_most: Duration) -> anyhow::Result<Tally> {
    let readers = (0..IN_FLIGHT).map(|_| Reader::new(path)).collect();
    let plan = Plan { servers: vec![server], pace: Pace::Closed, at_most };
    drive(plan, readers).await?.sound()
}

/// Waits until the event is known; the answer as text.
async fn shown(reader: &crate::platform::Client, path: &str) -> anyhow::Result<String> {
    for _ in 0..100 {
        let answered = reader.get(path).await?;
        if answered.status == 200 {
            return Ok(answered.body.to_string());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("the event is never shown")
}
