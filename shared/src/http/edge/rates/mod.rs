//! Rate limits: how often an address, a caller and everybody together may ask, by what it costs.

mod attempts;
mod buckets;
mod exchange;
mod rate;

use std::{hash::Hash, sync::Arc, time::Instant};

use axum::response::Response;
use clap::{Args, ValueEnum};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use sqlx::PgPool;
use tokio::sync::Notify;
use uuid::Uuid;

use self::{
    attempts::Attempts,
    buckets::{Buckets, Empty, Level},
};
use super::{
    client::ClientAddress,
    demand::{Demand, Kind},
    lanes::Lane,
};
use crate::{
    auth::{Actor, Caller},
    http::Problem,
};

pub use rate::{InvalidLimit, Limit, Rate};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Whether limits count at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// They do.
    On,
    /// Nobody is refused: for measurements.
    Off,
}

/// Rate limits; each is `off` or units per s, m or h and units at once, as in `500/s,10000`.
///
/// Ten thousand buyers may share one address, so what an address may do is much; what one caller may
/// do is less.
#[derive(Debug, Clone, Copy, Args)]
pub struct RateArgs {
    /// `off` lifts all of them.
    #[arg(long, env = "FULLHOUSE_RATE_LIMITS", value_enum, default_value_t = Switch::On)]
    pub rate_limits: Switch,
    /// Units that one address (a /56 in IPv6) may use; a question costs 1, a command 2, a report 20.
    #[arg(long, env = "FULLHOUSE_RATE_LIMIT_ADDRESS", default_value = "5000/s,100000")]
    pub rate_limit_address: Limit,
    /// Holds that one address may ask for.
    #[arg(long, env = "FULLHOUSE_RATE_LIMIT_HOLDS", default_value = "1000/s,30000")]
    pub rate_limit_holds: Limit,
    /// Units that one account or API key may use.
    #[arg(long, env = "FULLHOUSE_RATE_LIMIT_CALLER", default_value = "2000/s,40000")]
    pub rate_limit_caller: Limit,
    /// Units that the holder of one reservation may use.
    #[arg(long, env = "FULLHOUSE_RATE_LIMIT_HOLDER", default_value = "50/s,1000")]
    pub rate_limit_holder: Limit,
    /// Holds of one event that all together may ask for.
    #[arg(long, env = "FULLHOUSE_RATE_LIMIT_EVENT", default_value = "50000/s,200000")]
    pub rate_limit_event: Limit,
    /// Wrong credentials that one address may present.
    #[arg(long, env = "FULLHOUSE_RATE_LIMIT_CREDENTIALS", default_value = "30/m,300")]
    pub rate_limit_credentials: Limit,
    /// Attempts at what can be guessed (logging in, codes, tokens of mails) that one address may
    /// make on one route, counted for all processes together.
    #[arg(long, env = "FULLHOUSE_RATE_LIMIT_ATTEMPTS", default_value = "60/m,1000")]
    pub rate_limit_attempts: Limit,
}

/// The rate limits at work.
#[derive(Debug, Default)]
pub(super) struct Rates {
    address: Option<Limited>,
    holds: Option<Limited>,
    caller: Option<Limited>,
    holder: Option<Limited>,
    event: Option<Limited>,
    credentials: Option<Limited>,
    attempts: Option<(Attempts, Told)>,
}

#[derive(Debug)]
struct Limited {
    buckets: Arc<Buckets>,
    told: Told,
}

/// How a limit is told to clients.
#[derive(Debug, Clone)]
struct Told {
    name: &'static str,
    policy: Option<HeaderValue>,
    burst: u64,
}

/// Where a request comes from and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub(super) client: Option<ClientAddress>,
    pub(super) at: Instant,
}

/// What is left of the limit that is nearest to its end.
#[derive(Debug, Default)]
pub(super) struct Left<'a>(Option<(&'a Told, Level)>);

impl Rates {
    /// These limits, for all processes together that use this database; without one for this
    /// process alone, and attempts aren't counted.
    pub(super) fn new(args: RateArgs, shared: Option<PgPool>) -> Self {
        if args.rate_limits == Switch::Off {
            return Self::default();
        }
        let wake = shared.as_ref().map(|_| Arc::new(Notify::new()));
        let limited = |name, limit| Limited::new(name, limit, wake.as_ref());
        let rates = Self {
            address: limited("address", args.rate_limit_address),
            holds: limited("holds", args.rate_limit_holds),
            caller: limited("caller", args.rate_limit_caller),
            holder: limited("holder", args.rate_limit_holder),
            event: limited("event", args.rate_limit_event),
            credentials: limited("credentials", args.rate_limit_credentials),
            attempts: args
                .rate_limit_attempts
                .0
                .zip(shared.clone())
                .map(|(rate, pool)| (Attempts::new(pool, rate), Told::new("attempts", rate))),
        };
        if let (Some(pool), Some(wake)) = (shared, wake) {
            exchange::start(pool, &rates.buckets(), wake);
        }
        rates
    }

    fn buckets(&self) -> Vec<Arc<Buckets>> {
        let all = [
            &self.address,
            &self.holds,
            &self.caller,
            &self.holder,
            &self.event,
            &self.credentials,
        ];
        all.into_iter().flatten().map(|limited| Arc::clone(&limited.buckets)).collect()
    }

    /// Refuses a request that comes for a place among passwords and can't be let in, before it takes
    /// one. Attempts are counted by [`take`](Self::take) only, of those who found a place.
    ///
    /// # Errors
    ///
    /// 429.
    pub(super) fn knock(&self, demand: &Demand, arrival: Arrival) -> Result<(), Problem> {
        let (Lane::Passwords, Some((attempts, told)), Some(client)) =
            (demand.lane, &self.attempts, arrival.client)
        else {
            return Ok(());
        };
        let knocked = attempts.knock(demand.name, &client.prefix().bytes(), arrival.at);
        knocked.map_err(|empty| told.refuse(empty))
    }

    /// Takes what a request costs before anybody knows who asks. `event` is the one it is about.
    ///
    /// # Errors
    ///
    /// 429, or 503 if attempts can't be counted.
    pub(super) async fn take<'a>(
        &'a self,
        demand: &Demand,
        event: Option<Uuid>,
        arrival: Arrival,
        left: &mut Left<'a>,
    ) -> Result<(), Problem> {
        let Some(client) = arrival.client.filter(|_| demand.kind != Kind::Free) else {
            return Ok(());
        };
        let prefix = client.prefix();
        // A proxy of ours is nobody's address: all it doesn't tell apart would share it.
        let is_somebody = !client.is_proxy();
        let address = self.address.as_ref().filter(|_| is_somebody);
        left.note(address, prefix, demand.units, arrival.at)?;
        match demand.kind {
            Kind::Free | Kind::Usual => {}
            Kind::Hold => {
                let holds = self.holds.as_ref().filter(|_| is_somebody);
                left.note(holds, prefix, 1, arrival.at)?;
                // What is no id shares one bucket, however it is written.
                left.note(self.event.as_ref(), event.unwrap_or_default(), 1, arrival.at)?;
            }
            Kind::Guess => {
                if let Some((attempts, told)) = &self.attempts {
                    let taken = attempts.take(demand.name, &prefix.bytes(), arrival.at).await;
                    let taken = taken.map_err(|error| Problem::unavailable(&error))?;
                    left.add(told, taken)?;
                }
            }
        }
        Ok(())
    }

    /// Takes what a request of this caller costs.
    ///
    /// # Errors
    ///
    /// 429.
    pub(super) fn take_of<'a>(
        &'a self,
        caller: &Caller,
        demand: &Demand,
        arrival: Arrival,
        left: &mut Left<'a>,
    ) -> Result<(), Problem> {
        let limited = match caller.actor() {
            Actor::Public => return Ok(()),
            Actor::Holder(_) => &self.holder,
            _ => &self.caller,
        };
        left.note(limited.as_ref(), caller.audit_name(), demand.units, arrival.at)
    }

    /// Notes that wrong credentials were presented: right ones are never refused for that, because
    /// others may share the address.
    ///
    /// # Errors
    ///
    /// 429 instead of the 401 if there were too many.
    pub(super) fn presented_wrong(&self, arrival: Arrival) -> Result<(), Problem> {
        let (Some(limited), Some(client)) = (&self.credentials, arrival.client) else {
            return Ok(());
        };
        let taken = limited.buckets.take(client.prefix(), 1, arrival.at);
        taken.map(drop).map_err(|empty| limited.told.refuse(empty))
    }
}

impl Limited {
    fn new(name: &'static str, limit: Limit, wake: Option<&Arc<Notify>>) -> Option<Self> {
        let rate = limit.0?;
        let buckets = Buckets::new(rate);
        let buckets = match wake {
            Some(wake) => buckets.shared(name, Arc::clone(wake)),
            None => buckets,
        };
        Some(Self { buckets: Arc::new(buckets), told: Told::new(name, rate) })
    }
}

impl<'a> Left<'a> {
    fn note(
        &mut self,
        limited: Option<&'a Limited>,
        subject: impl Hash,
        units: u32,
        now: Instant,
    ) -> Result<(), Problem> {
        let Some(limited) = limited else { return Ok(()) };
        self.add(&limited.told, limited.buckets.take(subject, units, now))
    }

    fn add(&mut self, told: &'a Told, taken: Result<Level, Empty>) -> Result<(), Problem> {
        let level = taken.map_err(|empty| told.refuse(empty))?;
        // Of limits of which more than half is left there is nothing to tell.
        let is_news = level.left < told.burst / 2
            && self.0.as_ref().is_none_or(|(nearest, known)| {
                u128::from(level.left) * u128::from(nearest.burst)
                    < u128::from(known.left) * u128::from(told.burst)
            });
        if is_news {
            self.0 = Some((told, level));
        }
        Ok(())
    }

    /// Tells the client, if it comes near to a limit.
    pub(super) fn tell(&self, response: &mut Response) {
        let Some((told, level)) = &self.0 else { return };
        let headers = response.headers_mut();
        if !headers.contains_key(RATE_LIMIT) {
            headers.extend(told.headers(*level));
        }
    }
}

impl Told {
    fn new(name: &'static str, rate: Rate) -> Self {
        let window = rate.window().as_secs().max(1);
        let policy = format!("\"{name}\";q={};w={window}", rate.burst);
        Self { name, policy: HeaderValue::try_from(policy).ok(), burst: rate.burst }
    }

    fn headers(&self, level: Level) -> HeaderMap {
        let seconds = level.full_in.as_millis().div_ceil(1000);
        let limit = format!("\"{}\";r={};t={seconds}", self.name, level.left);
        let headers = [
            (RATE_LIMIT_POLICY, self.policy.clone()),
            (RATE_LIMIT, HeaderValue::try_from(limit).ok()),
        ];
        headers.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    fn refuse(&self, empty: Empty) -> Problem {
        let detail = "Too many requests. Nothing was done; repeat it after Retry-After.";
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", detail)
            .retry_after(empty.again_in)
            .figure("limit", self.name);
        let headers = self.headers(empty.level);
        headers.into_iter().fold(problem, |problem, (name, value)| match name {
            Some(name) => problem.header(name, value),
            None => problem,
        })
    }
}

#[cfg(test)]
mod exchange_tests;
#[cfg(test)]
mod rush_tests;
