//! A thousand listeners of one event's availability while everybody buys.
//!
//! The latency is that of a change on its way to one listener: from the moment when a buyer has the
//! answer to a hold until the listener has a message that includes the hold's position. Holds are
//! sampled evenly over all buyers and the whole run, and each of them counts once for every
//! listener. A message that is there before the buyer's answer counts as zero.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use sqlx::PgPool;

use super::{
    Context,
    rush::{self, IN_FLIGHT},
};
use crate::{
    cpu::Meter,
    figure,
    load::{Listeners, Message, Pace, Plan, Sample, Samples, Tally, drive},
    platform::{Parts, Sale, System},
    report::{self, Line},
};

const LISTENERS: usize = 1_000;
const GOAL_MS: u32 = 250;
const PLENTY: u32 = 8_000_000;
/// Holds a second where the platform isn't busy.
const GENTLE_RATE: u32 = 2_000;
/// One of so many holds of each buyer is looked for in every stream.
const SAMPLED: u64 = 16;
/// What a listener, its gateway and its service may have open, and what else is.
const OPEN_FILES: u64 = 8_192;
/// Until every listener has the first message, or the last one.
const PATIENCE: Duration = Duration::from_secs(10);

pub async fn run(context: &mut Context) -> anyhow::Result<()> {
    allow_open_files()?;
    let parts = Parts { projection: true, gateway: true, ..Parts::default() };
    let (database, system) = context.start(parts).await?;
    let log = database.pool(2).await?;
    let sale = Sale::open(&system.admin(), PLENTY, 4_500).await?;
    shown(&system, &sale).await?;

    for (name, pace) in [("live", Pace::Closed), ("live/at-2k", Pace::PerSecond(GENTLE_RATE))] {
        report::tell(&format!("{LISTENERS} listeners, {pace:?}"));
        let mut runs = Vec::new();
        run_once(&system, &sale, pace, Duration::from_secs(2)).await?;
        let meter = Meter::start(&system, log.clone()).await?;
        for _ in 0..context.runs {
            runs.push(run_once(&system, &sale, pace, context.duration).await?);
        }
        context.report.line(&summary(name, &runs, &meter).await?)?;
    }
    let alone = without_listeners(context, &system, &sale, &log).await?;
    context.report.line(&alone)?;
    log.close().await;
    context.end(database, system).await
}

/// One rush and what listeners had of it.
struct Run {
    holds: Tally,
    latencies: Tally,
    /// Messages a second that one listener had.
    messages: f64,
}

async fn run_once(
    system: &System,
    sale: &Sale,
    pace: Pace,
    duration: Duration,
) -> anyhow::Result<Run> {
    let server = system.gateway_address();
    let listeners =
        Listeners::open(server, &format!("{}/stream", sale.availability_path()), LISTENERS)?;
    wait_for(|| listeners.hearing() == LISTENERS).await.context("not everybody hears something")?;
    let samples = Samples::of_every(SAMPLED);
    let began = Instant::now();
    let holds = hold(sale, server, pace, duration, &samples).await?;
    let ended = Instant::now();
    // The last change is on its way.
    tokio::time::sleep(2 * Duration::from_millis(u64::from(GOAL_MS))).await;
    let heard = listeners.end()?;
    let within = |message: &&Message| message.at >= began && message.at < ended;
    let messages: usize = heard.iter().map(|one| one.iter().filter(within).count()).sum();
    let messages = figure::per_second(u64::try_from(messages)?, ended - began);
    let messages = figure::ratio(messages, figure::from(u64::try_from(LISTENERS)?));
    Ok(Run { holds, latencies: latencies(&samples.taken(), &heard)?, messages })
}

async fn hold(
    sale: &Sale,
    server: SocketAddr,
    pace: Pace,
    at_most: Duration,
    samples: &Samples,
) -> anyhow::Result<Tally> {
    let holders = rush::holders(std::slice::from_ref(sale), IN_FLIGHT);
    let holders = holders.into_iter().map(|holder| holder.sampled(samples)).collect();
    drive(Plan { servers: vec![server], pace, at_most }, holders).await?.sound()
}

/// Each sampled hold on its way to each listener.
fn latencies(samples: &[Sample], heard: &[Vec<Message>]) -> anyhow::Result<Tally> {
    ensure!(!samples.is_empty(), "no hold was sampled");
    let mut latencies = Tally::new()?;
    for messages in heard {
        let mut messages = messages.iter().peekable();
        for sample in samples {
            while messages.next_if(|message| message.position < sample.position).is_some() {}
            let message = messages.peek().context("a hold never reached a listener")?;
            let latency = message.at.saturating_duration_since(sample.answered);
            latencies.accept(latency, latency);
        }
    }
    Ok(latencies)
}

async fn summary(name: &str, runs: &[Run], meter: &Meter) -> anyhow::Result<Line> {
    let median = |figure: fn(&Run) -> f64| figure::median(runs.iter().map(figure).collect());
    let line = Line::new(name, median(|run| run.latencies.p95_ms()), f64::from(GOAL_MS), "ms p95");
    let holds = runs.iter().map(|run| run.holds.accepted).sum();
    let note = format!(
        "the goal; {:.0} holds/s, {:.1} messages/s for each of {LISTENERS}; {}",
        median(|run| run.holds.rate()),
        median(|run| run.messages),
        meter.micros_each(holds).await?
    );
    let (p50, p99) = (median(|run| run.latencies.p50_ms()), median(|run| run.latencies.p99_ms()));
    Ok(line.latencies(p50, p99).note(note))
}

/// What nobody listening is worth, in holds.
async fn without_listeners(
    context: &Context,
    system: &System,
    sale: &Sale,
    log: &PgPool,
) -> anyhow::Result<Line> {
    report::tell("the same without listeners");
    let meter = Meter::start(system, log.clone()).await?;
    let sales = std::slice::from_ref(sale);
    let server = system.gateway_address();
    let holds = rush::hold_for(sales, server, Pace::Closed, context.duration).await?;
    let cpu = meter.micros_each(holds.accepted).await?;
    let line = Line::new("live/nobody-listens", holds.rate(), 0.0, "holds/s");
    Ok(line.latencies(holds.p50_ms(), holds.p99_ms()).note(cpu))
}

async fn shown(system: &System, sale: &Sale) -> anyhow::Result<()> {
    let (reader, path) = (system.reader(), sale.availability_path());
    let began = Instant::now();
    while reader.get(&path).await?.status != 200 {
        ensure!(began.elapsed() < PATIENCE, "the event is never shown");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

async fn wait_for(is_so: impl Fn() -> bool) -> anyhow::Result<()> {
    let began = Instant::now();
    while !is_so() {
        ensure!(began.elapsed() < PATIENCE, "in {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Raises the limit of open files, which the programs inherit, where it is low.
fn allow_open_files() -> anyhow::Result<()> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    ensure!(hard >= OPEN_FILES, "{OPEN_FILES} open files are needed: raise `ulimit -Hn`");
    if soft < OPEN_FILES {
        setrlimit(Resource::RLIMIT_NOFILE, OPEN_FILES, hard)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hold_counts_for_every_listener() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let samples = [
            Sample { position: 2, answered: at(10) },
            Sample { position: 3, answered: at(100) },
            Sample { position: 9, answered: at(40) },
        ];
        let quick = vec![
            Message { at: at(5), position: 1 },
            Message { at: at(30), position: 2 },
            Message { at: at(90), position: 9 },
        ];
        let slow = vec![Message { at: at(210), position: 11 }];
        let both = latencies(&samples, &[quick, slow]).unwrap();
        // 20, 0 (before the answer), 50; 200, 110, 170.
        assert_eq!(both.accepted, 6);
        assert!((both.p99_ms() - 200.0).abs() < 1.0, "{}", both.p99_ms());
        assert!((both.p50_ms() - 50.0).abs() < 1.0, "{}", both.p50_ms());
    }

    #[test]
    fn a_hold_that_nobody_is_told_of_is_an_error() {
        let answered = Instant::now();
        let samples = [Sample { position: 2, answered }];
        let heard = vec![vec![Message { at: answered, position: 1 }]];
        assert!(latencies(&samples, &heard).is_err());
        assert!(latencies(&[], &heard).is_err());
    }
}
