//! Read tables made anew from a million recorded facts.

use anyhow::ensure;
use shared::event_log::{
    LogPosition,
    read::{self, Selection},
};
use sqlx::PgPool;

use super::Context;
use crate::{
    figure, history,
    platform::{Database, Parts},
    progress,
    report::{self, Line},
    workers,
};

const LENGTH: u64 = 1_000_000;

/// The facts are about so many events, one in each shard on average.
const EVENTS: u64 = 16;

/// Facts read at once.
const BATCH: i64 = 5_000;

pub async fn run(context: &mut Context) -> anyhow::Result<()> {
    report::tell("1M facts about 16 events");
    let database = context.server.migrated().await?;
    workers::run(write(database.clone())).await?;
    context.server.settle().await?;
    report::tell("reading them only, then building every read table from them");
    let reading = workers::run(read_only(database.clone())).await?;
    let parts = Parts { projection: true, ..Parts::default() };
    let log = database.pool(2).await?;
    let system = context.start_on(&database, parts).await?;
    let built = progress::caught_up(&log).await?;
    log.close().await;
    context.end(database, system).await?;
    let line = Line::new("rebuild", built, reading, "events/s");
    context.report.line(&line.note("reading and decoding the same facts, one shard at a time"))
}

async fn write(database: Database) -> anyhow::Result<()> {
    let pool = database.command_pool(16).await?;
    let pasts = (0..EVENTS).map(|_| history::Past::new(LENGTH / EVENTS)).collect();
    history::write_all(pool.clone(), pasts, 1_000).await?;
    pool.close().await;
    Ok(())
}

/// Events per second that can be read and decoded, nothing else.
async fn read_only(database: Database) -> anyhow::Result<f64> {
    let pool = database.pool(2).await?;
    let start = std::time::Instant::now();
    let mut decoded = 0;
    for head in read::heads(&pool).await? {
        decoded += read_shard(&pool, head.log_position).await?;
    }
    pool.close().await;
    ensure!(decoded >= LENGTH, "only {decoded} facts are recorded");
    Ok(figure::per_second(decoded, start.elapsed()))
}

async fn read_shard(pool: &PgPool, head: LogPosition) -> anyhow::Result<u64> {
    let (mut after, mut decoded) = (0, 0);
    while after < head.position {
        let through = head.position.min(after + BATCH);
        for fact in read::shard(pool, head.shard, after..through, &Selection::All).await? {
            fact.box_office()?;
            decoded += 1;
        }
        after = through;
    }
    Ok(decoded)
}
