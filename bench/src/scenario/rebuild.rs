//! Read tables made anew from a million recorded facts.

use std::path::Path;

use anyhow::ensure;
use shared::event_log::{
    LogPosition,
    read::{self, Selection},
};
use sqlx::PgPool;
use tokio::process::Command;

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
    report::tell("reading them only, then building every read table from them at the same time");
    let reading = workers::run(read_only(database.clone())).await?;
    let parts = Parts { projection: true, ..Parts::default() };
    let log = database.pool(2).await?;
    let system = context.start_on(&database, parts).await?;
    let at_once = progress::caught_up(&log).await?;
    log.close().await;
    report::tell("rebuilding one projection after the other, while the others are read");
    let rebuilt = rebuild_each(&context.bin, &database).await?;
    context.end(database, system).await?;
    for (projection, speed) in &rebuilt {
        let line = Line::new(&format!("rebuild/{projection}"), *speed, reading, "events/s");
        context.report.line(&line)?;
    }
    let line = Line::new("rebuild/at-once", at_once, reading, "events/s");
    context.report.line(&line.note("all projections at the same time, as at a first start"))?;
    let slowest = rebuilt.iter().map(|(_, speed)| *speed).fold(f64::INFINITY, f64::min);
    let line = Line::new("rebuild", slowest, reading, "events/s");
    let note = "the slowest of them, against reading and decoding the same facts shard by shard";
    context.report.line(&line.note(note))
}

/// Events per second of each projection, rebuilt as an operator does it: by the operator's program,
/// beside the running service.
async fn rebuild_each(bin: &Path, database: &Database) -> anyhow::Result<Vec<(String, f64)>> {
    let output = Command::new(bin.join("fullhouse"))
        .args(["projection", "rebuild", "--all"])
        .env_clear()
        .env("FULLHOUSE_DATABASE_URL", database.owner_url())
        .kill_on_drop(true)
        .output()
        .await?;
    let told = String::from_utf8(output.stdout)?;
    ensure!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    let rebuilt: Vec<_> = told.lines().filter_map(speed).collect();
    ensure!(!rebuilt.is_empty(), "no projection was rebuilt: {told}");
    Ok(rebuilt)
}

/// What a line such as `orders: 1000 of 1000 events, 9000/s, rebuilt` says.
fn speed(line: &str) -> Option<(String, f64)> {
    let (projection, rest) = line.strip_suffix("/s, rebuilt")?.split_once(": ")?;
    let (_, speed) = rest.rsplit_once(' ')?;
    Some((projection.to_owned(), speed.parse().ok()?))
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

#[cfg(test)]
mod tests {
    use super::speed;

    #[test]
    fn the_last_line_of_a_rebuild_is_understood() {
        let told = speed("orders: 1000 of 1000 events, 9000/s, rebuilt");
        assert_eq!(told, Some(("orders".to_owned(), 9000.0)));
        assert_eq!(speed("orders: 10 of 1000 events, 9000/s"), None);
    }
}
