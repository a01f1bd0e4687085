//! A sale opens while a flood of log-ins comes in: how much longer buyers wait than without it.

use std::{net::SocketAddr, sync::atomic::Ordering, time::Duration};

use anyhow::{Context as _, ensure};
use serde_json::json;
use sqlx::PgPool;
use tokio::time::{sleep, timeout};

use super::{
    Context,
    rush::{self, Speed},
};
use crate::{
    figure,
    load::{Counts, Flood, LogIns, Pace, Plan, Tally, drive},
    platform::{Client, Parts, RateLimits, Sale, System},
    report::{self, Line},
};

/// Log-ins a second: many times of what two cores could hash if they did nothing else.
const PER_SECOND: u32 = 1_000;
const CONNECTIONS: u64 = 128;
const ACCOUNTS: u32 = 16;
const PASSWORD: &str = "correct horse battery staple";
const PLENTY: u32 = 4_000_000;
/// Until all accounts are made.
const PATIENCE: Duration = Duration::from_secs(30);

/// One way to flood.
struct Variant {
    name: &'static str,
    rate_limits: RateLimits,
    clients: u32,
    words: &'static str,
}

/// Without limits nothing but the queue before Argon2 stands between the flood and the sale.
const VARIANTS: [Variant; 3] = [
    Variant {
        name: "login",
        rate_limits: RateLimits::Off,
        clients: 1_000,
        words: "rate limits off",
    },
    Variant {
        name: "login/many-addresses",
        rate_limits: RateLimits::On,
        clients: 1_000,
        words: "rate limits as usual, 1,000 addresses stay below them",
    },
    Variant {
        name: "login/few-addresses",
        rate_limits: RateLimits::On,
        clients: 2,
        words: "rate limits as usual, 2 addresses",
    },
];

pub async fn run(context: &mut Context) -> anyhow::Result<()> {
    for variant in &VARIANTS {
        report::tell(&format!("on sale with and without a flood of log-ins, {}", variant.words));
        let line = measure(context, variant).await?;
        context.report.line(&line)?;
    }
    Ok(())
}

async fn measure(context: &Context, variant: &Variant) -> anyhow::Result<Line> {
    let parts = Parts { rate_limits: variant.rate_limits, ..Parts::default() };
    let (database, system) = context.start(parts).await?;
    let log = database.pool(2).await?;
    let emails = accounts(&system, &log).await?;
    let flood = Flood { emails, password: PASSWORD.to_owned(), clients: variant.clients };
    let sale = Sale::open(&system.admin(), PLENTY, 4_500).await?;
    let server = system.command_address();
    let hold =
        |duration| rush::hold_for(std::slice::from_ref(&sale), server, Pace::Closed, duration);

    let mut accepted = hold(Duration::from_secs(1)).await?.accepted; // the warm-up
    let (mut alone, mut beside, mut flooded) = (Vec::new(), Vec::new(), Flooded::default());
    for _ in 0..context.runs {
        alone.push(hold(context.duration).await?);
        let (holds, log_ins) =
            tokio::join!(hold(context.duration), try_for(&flood, server, context.duration));
        beside.push(holds?);
        flooded.add(log_ins?);
    }
    accepted += alone.iter().chain(&beside).map(|tally| tally.accepted).sum::<u64>();
    rush::recorded_exactly(&log, &sale, accepted).await?;
    log.close().await;
    context.end(database, system).await?;

    let (alone, beside) = (Speed::median(&alone), Speed::median(&beside));
    let words = flooded.words()?;
    let note = format!(
        "p99 of on-sale with and without a flood of {PER_SECOND} log-ins/s, goal ≤ 2; {}; {words}; \
         holds/s {:.0} with, {:.0} without",
        variant.words, beside.per_second, alone.per_second
    );
    let line = Line::new(variant.name, beside.p99_ms, alone.p99_ms, "ms (p99)");
    Ok(line.latencies(beside.p50_ms, beside.p99_ms).note(note))
}

/// Accounts that may log in: registered over HTTP, proved by hand.
async fn accounts(system: &System, database: &PgPool) -> anyhow::Result<Vec<String>> {
    let client = Client::new(system.command_address());
    let mut emails = Vec::new();
    for number in 0..ACCOUNTS {
        let email = format!("account-{number}@example.com");
        let body = json!({ "email": email, "password": PASSWORD });
        let post = hyper::Method::POST;
        client.send(post, "/api/v1/auth/register", &[], &body).await?.expect_status(202)?;
        emails.push(email);
    }
    timeout(PATIENCE, proved(database)).await.context("not all accounts were made")??;
    Ok(emails)
}

/// Proves the addresses of all accounts. They are made behind the answers.
async fn proved(database: &PgPool) -> anyhow::Result<()> {
    loop {
        let proved = sqlx::query("UPDATE identity.accounts SET email_verified_at = now()")
            .execute(database)
            .await?
            .rows_affected();
        if proved == u64::from(ACCOUNTS) {
            return Ok(());
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// What came of all floods.
#[derive(Default)]
struct Flooded {
    let_in: u64,
    turned_away: u64,
    busy: u64,
    limited: u64,
    elapsed: Duration,
    tallies: Vec<Tally>,
}

impl Flooded {
    fn add(&mut self, (tally, counts, elapsed): (Tally, std::sync::Arc<Counts>, Duration)) {
        self.let_in += counts.let_in.load(Ordering::Relaxed);
        self.turned_away += counts.turned_away.load(Ordering::Relaxed);
        self.busy += counts.busy.load(Ordering::Relaxed);
        self.limited += counts.limited.load(Ordering::Relaxed);
        self.elapsed += elapsed;
        self.tallies.push(tally);
    }

    fn words(&self) -> anyhow::Result<String> {
        let mut all = Tally::new()?;
        for tally in &self.tallies {
            all.merge(tally)?;
        }
        let served = self.let_in + self.turned_away;
        ensure!(self.let_in > 0 && self.turned_away > 0, "nobody was served beside the sale");
        Ok(format!(
            "log-ins served {:.1}/s ({} let in, {} wrong; p50 {:.0} ms), shed {} with 503, {} with 429",
            figure::per_second(served, self.elapsed),
            self.let_in,
            self.turned_away,
            all.p50_ms(),
            self.busy,
            self.limited
        ))
    }
}

async fn try_for(
    flood: &Flood,
    server: SocketAddr,
    duration: Duration,
) -> anyhow::Result<(Tally, std::sync::Arc<Counts>, Duration)> {
    let (log_ins, counts) = LogIns::all(flood.clone(), CONNECTIONS);
    let plan = Plan { servers: vec![server], pace: Pace::PerSecond(PER_SECOND), at_most: duration };
    let began = std::time::Instant::now();
    let tally = drive(plan, log_ins).await?.sound()?;
    Ok((tally, counts, began.elapsed()))
}
