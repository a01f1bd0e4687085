//! The moment a sale opens: everybody holds at once.

use std::{net::SocketAddr, time::Duration};

use anyhow::ensure;
use sqlx::PgPool;

use super::Context;
use crate::{
    cpu::Meter,
    figure,
    load::{Holder, Pace, Plan, Tally, drive},
    platform::{Client, Sale, System},
};

/// Buyers with a request under way at the same time.
pub const IN_FLIGHT: u64 = 256;

/// No rush lasts longer.
const AT_MOST: Duration = Duration::from_mins(2);

/// Long enough to load a long history, too.
const WARM_UP: Duration = Duration::from_secs(3);

/// Enough to know the speed roughly, and to warm everything up.
const WARM_UP_CAPACITY: u32 = 40_000;

const PRICE_MINOR: u32 = 4_500;

/// What a measured rush came to, as medians over its runs.
#[derive(Clone, Copy, Debug)]
pub struct Speed {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

impl Speed {
    /// The median of each figure.
    pub fn median(tallies: &[Tally]) -> Self {
        let median =
            |figure: fn(&Tally) -> f64| figure::median(tallies.iter().map(figure).collect());
        Self {
            per_second: median(Tally::rate),
            p50_ms: median(Tally::p50_ms),
            p99_ms: median(Tally::p99_ms),
        }
    }
}

/// Sales that were sold out one after the other.
pub struct Rushes {
    /// With what came of them, the warm-up first.
    pub sales: Vec<(Sale, Tally)>,
    /// Where the processor's time went, warm-up excluded.
    pub cpu: String,
}

impl Rushes {
    /// The medians, warm-up excluded.
    pub fn speed(&self) -> Speed {
        let tallies: Vec<_> = self.sales.iter().skip(1).map(|(_, tally)| tally.clone()).collect();
        Speed::median(&tallies)
    }
}

/// Opens one sale after the other and sells each of them out over `server`.
///
/// # Errors
///
/// If anything fails or a sale isn't sold out exactly.
pub async fn sell_out_repeatedly(
    context: &Context,
    system: &System,
    server: SocketAddr,
    log: &PgPool,
) -> anyhow::Result<Rushes> {
    let admin = system.admin();
    let warm_up = sell_one_out(&admin, WARM_UP_CAPACITY, server, log).await?;
    let mut sales = vec![warm_up];
    let meter = Meter::start(system, log.clone()).await?;
    for _ in 0..context.runs {
        let rate = sales.last().map_or(0.0, |(_, before)| before.rate());
        let capacity = capacity_for(rate, context.duration);
        sales.push(sell_one_out(&admin, capacity, server, log).await?);
    }
    let accepted = sales.iter().skip(1).map(|(_, tally)| tally.accepted).sum();
    let cpu = meter.micros_each(accepted).await?;
    Ok(Rushes { sales, cpu })
}

async fn sell_one_out(
    admin: &Client,
    capacity: u32,
    server: SocketAddr,
    log: &PgPool,
) -> anyhow::Result<(Sale, Tally)> {
    let sale = Sale::open(admin, capacity, PRICE_MINOR).await?;
    let tally = sell_out(&sale, server).await?;
    recorded_exactly(log, &sale, tally.accepted).await?;
    Ok((sale, tally))
}

/// Holds again and again from sales that last far longer; also where the processor's time went.
///
/// # Errors
///
/// If anything fails.
pub async fn hold_repeatedly(
    context: &Context,
    system: &System,
    sales: &[Sale],
    log: &PgPool,
) -> anyhow::Result<(Speed, String)> {
    let server = system.command_address();
    hold_for(sales, server, Pace::Closed, WARM_UP).await?;
    let meter = Meter::start(system, log.clone()).await?;
    let mut tallies = Vec::new();
    for _ in 0..context.runs {
        tallies.push(hold_for(sales, server, Pace::Closed, context.duration).await?);
    }
    let cpu = meter.micros_each(tallies.iter().map(|tally| tally.accepted).sum()).await?;
    Ok((Speed::median(&tallies), cpu))
}

/// Holds from sales that last longer than the run, at `pace`.
///
/// # Errors
///
/// If anything fails.
pub async fn hold_for(
    sales: &[Sale],
    server: SocketAddr,
    pace: Pace,
    duration: Duration,
) -> anyhow::Result<Tally> {
    let plan = Plan { servers: vec![server], pace, at_most: duration };
    drive(plan, holders(sales, IN_FLIGHT)).await?.sound()
}

/// Buyers spread evenly over the sales.
pub fn holders(sales: &[Sale], count: u64) -> Vec<Holder> {
    let first = first_number();
    let numbered = (0..count).zip(sales.iter().cycle());
    numbered
        .map(|(number, sale)| {
            Holder::new(&sale.reservations_path(), &sale.ticket_type_id, number, count, first)
        })
        .collect()
}

/// The capacity that lasts about as long as told.
pub fn capacity_for(rate: f64, duration: Duration) -> u32 {
    let holds = figure::within(rate, duration).clamp(1_000, 400_000);
    u32::try_from(holds).unwrap_or(400_000) * Holder::QUANTITY
}

async fn sell_out(sale: &Sale, server: SocketAddr) -> anyhow::Result<Tally> {
    let plan = Plan { servers: vec![server], pace: Pace::Closed, at_most: AT_MOST };
    let tally = drive(plan, holders(std::slice::from_ref(sale), IN_FLIGHT)).await?.sound()?;
    let sold = tally.accepted * u64::from(Holder::QUANTITY);
    ensure!(sold == u64::from(sale.capacity), "{sold} of {} tickets were sold", sale.capacity);
    ensure!(tally.refused == IN_FLIGHT, "{} were refused, not {IN_FLIGHT}", tally.refused);
    Ok(tally)
}

/// Compares what buyers were told with what is recorded.
///
/// # Errors
///
/// If they differ.
pub async fn recorded_exactly(log: &PgPool, sale: &Sale, accepted: u64) -> anyhow::Result<()> {
    let recorded: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM es.events
          WHERE aggregate_type = 'box_office' AND aggregate_id = $1
            AND event_type = 'ReservationCreated'",
    )
    .bind(&sale.event_id)
    .fetch_one(log)
    .await?;
    let accepted = i64::try_from(accepted)?;
    ensure!(recorded == accepted, "{accepted} holds were accepted and {recorded} are recorded");
    Ok(())
}

/// No two runs share a buyer or an idempotency key.
pub fn first_number() -> u64 {
    let (high, _) = shared::id::IdSource.next().as_u64_pair();
    high << 16
}
