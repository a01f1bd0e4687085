//! What each service keeps in memory, idle and after a rush.

use std::time::Duration;

use super::{Context, rush};
use crate::{
    figure,
    platform::{Parts, Program, System},
    report::{self, Line},
};

/// What an idle service may take, in MB.
const GOAL_MB: u32 = 80;

pub async fn run(context: &mut Context) -> anyhow::Result<()> {
    report::tell("memory: idle, then after a rush");
    let parts = Parts { projection: true, gateway: true, simulator: false, ..Parts::default() };
    let (database, system) = context.start(parts).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let idle = sizes(&system)?;
    let log = database.pool(2).await?;
    let server = system.gateway_address();
    rush::sell_out_repeatedly(context, &system, server, &log).await?;
    log.close().await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let after = sizes(&system)?;
    context.end(database, system).await?;
    for (when, sizes) in [("idle", idle), ("after-on-sale", after)] {
        for (service, megabytes) in sizes {
            let name = format!("memory/{service}/{when}");
            let line = Line::new(&name, megabytes, f64::from(GOAL_MB), "MB");
            context.report.line(&line.note("the goal for an idle service"))?;
        }
    }
    Ok(())
}

fn sizes(system: &System) -> anyhow::Result<Vec<(&'static str, f64)>> {
    let mut sizes = Vec::new();
    let programs: [(&str, Option<&Program>); 3] = [
        ("command-service", Some(&system.command)),
        ("projection-service", system.projection.as_ref()),
        ("gateway", system.gateway.as_ref()),
    ];
    for (name, program) in programs {
        if let Some(program) = program {
            sizes.push((name, figure::megabytes(program.resident_bytes()?)));
        }
    }
    Ok(sizes)
}
