//! The speed of an event that has a long history behind it.

use std::time::Duration;

use super::{
    Context, cold_start,
    rush::{self, Speed},
};
use crate::{
    history,
    load::Pace,
    platform::{Database, Parts, Sale},
    progress,
    report::{self, Line},
    workers,
};

const LENGTHS: [(&str, u64); 3] = [("1k", 1_000), ("100k", 100_000), ("1M", 1_000_000)];

/// Tickets left when the history ends.
const LEFT: u32 = 3_000_000;

pub async fn run(context: &mut Context) -> anyhow::Result<()> {
    let mut speeds: Vec<(&str, (Speed, String))> = Vec::new();
    for (words, length) in LENGTHS {
        report::tell(&format!("an event with {words} facts behind it"));
        speeds.push((words, measure(context, length).await?));
    }
    let Some((_, (first, cpu_of_first))) = speeds.first() else { return Ok(()) };
    for (words, (speed, cpu)) in speeds.iter().skip(1) {
        let name = if *words == "1M" { "growth".to_owned() } else { format!("growth/{words}") };
        let line = Line::new(&name, speed.per_second, first.per_second, "holds/s");
        let note = format!("with 1 k facts ({cpu_of_first}); with {words}: {cpu}");
        context.report.line(&line.latencies(speed.p50_ms, speed.p99_ms).note(note))?;
    }
    Ok(())
}

async fn measure(context: &Context, length: u64) -> anyhow::Result<(Speed, String)> {
    let database = context.server.migrated().await?;
    let sale = past(&database, length).await?;
    context.server.settle().await?;
    let system = context.start_on(&database, Parts::default()).await?;
    let (sales, server) = (std::slice::from_ref(&sale), system.command_address());
    // Loads the history and warms up. What was replayed is then written down, and once more what
    // was added, when nobody asks for a while.
    rush::hold_for(sales, server, Pace::Closed, Duration::from_secs(3)).await?;
    let log = database.pool(2).await?;
    let version: i64 = sqlx::query_scalar("SELECT version FROM es.streams WHERE aggregate_id = $1")
        .bind(&sale.event_id)
        .fetch_one(&log)
        .await?;
    let nearly = version - version / 50 - 1_000;
    cold_start::snapshot(&log, &sale, nearly.try_into()?).await?;
    // The history was written past the services. One that sold it has its policies at its end;
    // here they would go through a million facts beside the buyers.
    progress::policies_caught_up(&log).await?;
    let measured = rush::hold_repeatedly(context, &system, sales, &log).await?;
    log.close().await;
    context.end(database, system).await?;
    Ok(measured)
}

/// Writes an event's history of that length and puts it on sale.
///
/// # Errors
///
/// If the log can't be written.
pub async fn past(database: &Database, length: u64) -> anyhow::Result<Sale> {
    let past = history::Past::new(length);
    let url = database.clone();
    workers::run(async move {
        let pool = url.command_pool(8).await?;
        history::write_all(pool.clone(), vec![past], LEFT).await?;
        pool.close().await;
        Ok(())
    })
    .await?;
    // As a server that has had them for a while: autovacuum would come at some point of the rush.
    let owner = database.pool(1).await?;
    sqlx::raw_sql("VACUUM (ANALYZE) es.events").execute(&owner).await?;
    owner.close().await;
    Ok(Sale {
        organization_id: history::ORGANIZATION.to_string(),
        event_id: past.event.to_string(),
        ticket_type_id: past.ticket_type.to_string(),
        capacity: past.capacity(LEFT),
    })
}
