//! The first command on an event with a million recorded facts, after the service was restarted.

use std::time::{Duration, Instant};

use anyhow::ensure;
use hyper::Method;
use serde_json::json;
use sqlx::PgPool;

use super::{Context, growth};
use crate::{
    figure,
    platform::{Client, Database, Parts, Sale},
    report::{self, Line},
};

const LENGTH: u64 = 1_000_000;

pub async fn run(context: &mut Context) -> anyhow::Result<()> {
    report::tell("an event with 1M facts behind it, without a snapshot");
    let database = context.server.migrated().await?;
    let sale = growth::past(&database, LENGTH).await?;
    let system = context.start_on(&database, Parts::default()).await?;
    let replayed = first_hold(&Client::new(system.command_address()), &sale).await?;
    report::tell("waiting for its snapshot, then restarting");
    let log = database.pool(2).await?;
    snapshot(&log, &sale, LENGTH).await?;
    system.stop().await?;

    let mut times = Vec::new();
    for _ in 0..context.runs.max(3) {
        times.push(figure::ms(restarted(context, &database, &sale).await?));
    }
    log.close().await;
    context.server.remove(database).await?;
    let slowest = times.iter().copied().fold(0.0, f64::max);
    let median = figure::median(times);
    let line = Line::new("cold-start", median, figure::ms(replayed), "ms");
    let note = "the same without a snapshot (1M facts folded)";
    context.report.line(&line.latencies(median, slowest).note(note))
}

/// How long the first hold of a fresh process takes.
async fn restarted(
    context: &Context,
    database: &Database,
    sale: &Sale,
) -> anyhow::Result<Duration> {
    let system = context.start_on(database, Parts::default()).await?;
    let took = first_hold(&Client::new(system.command_address()), sale).await?;
    system.stop().await?;
    Ok(took)
}

/// Makes a hold; tries again while the service sheds load because of the loading.
async fn first_hold(client: &Client, sale: &Sale) -> anyhow::Result<Duration> {
    let key = shared::id::IdSource.next().to_string();
    let body = json!({
        "items": [{"ticket_type_id": sale.ticket_type_id, "quantity": 2}],
        "contact": {"email": format!("{key}@example.com")},
    });
    let path = sale.reservations_path();
    let began = Instant::now();
    loop {
        let headers = [("Idempotency-Key", key.as_str())];
        let answered = client.send(Method::POST, &path, &headers, &body).await?;
        if answered.status == 503 && began.elapsed() < Duration::from_mins(2) {
            continue;
        }
        answered.expect_status(201)?;
        return Ok(began.elapsed());
    }
}

/// Waits until the snapshot holds a history of that length.
///
/// # Errors
///
/// If none is taken within a minute.
pub async fn snapshot(log: &PgPool, sale: &Sale, length: u64) -> anyhow::Result<()> {
    for _ in 0..600 {
        let sequence: Option<i64> =
            sqlx::query_scalar("SELECT max(sequence) FROM es.snapshots WHERE aggregate_id = $1")
                .bind(&sale.event_id)
                .fetch_one(log)
                .await?;
        if sequence >= i64::try_from(length).ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    ensure!(false, "no snapshot is taken");
    Ok(())
}
