//! What is measured of a subscriber.

use std::time::Duration;

use metrics::{Counter, Gauge, Histogram};

use crate::{
    clock::{Clock, Timestamp},
    event_log::Shard,
};

/// The measures of one shard of one subscriber.
pub(super) struct Measures {
    lag_events: Gauge,
    lag_seconds: Gauge,
    delay_seconds: Histogram,
    pub(super) hole: Gauge,
    pub(super) events: Counter,
    pub(super) failures: Counter,
    pub(super) batch_seconds: Histogram,
    clock: Clock,
}

impl Measures {
    pub(super) fn new(name: &'static str, version: i32, shard: Shard) -> Self {
        let labels = [
            ("subscriber", name.to_owned()),
            ("version", version.to_string()),
            ("shard", shard.to_string()),
        ];
        Self {
            lag_events: metrics::gauge!("subscription_lag_events", &labels),
            lag_seconds: metrics::gauge!("subscription_lag_seconds", &labels),
            delay_seconds: metrics::histogram!("subscription_delay_seconds", "subscriber" => name),
            hole: metrics::gauge!("subscription_hole", &labels),
            events: metrics::counter!("subscription_events_total", &labels),
            failures: metrics::counter!("subscription_failures_total", &labels),
            batch_seconds: metrics::histogram!("subscription_batch_seconds", "subscriber" => name),
            clock: Clock::system(),
        }
    }

    /// A batch is committed whose oldest event was recorded at this time.
    pub(super) fn handled(&self, oldest: Option<Timestamp>) {
        let delay = oldest.and_then(|at| (self.clock.now() - at).to_std().ok());
        self.delay_seconds.record(delay.unwrap_or_default());
    }

    /// So many events aren't handled yet.
    pub(super) fn lag_events(&self, behind: i64) {
        self.lag_events.set(u32::try_from(behind).unwrap_or(u32::MAX));
    }

    /// The first of them was recorded so long ago.
    pub(super) fn lag_seconds(&self, waiting: Duration) {
        self.lag_seconds.set(waiting);
    }

    /// Another process reports from now on.
    pub(super) fn gone(&self) {
        self.lag_events.set(0_u32);
        self.lag_seconds.set(Duration::ZERO);
        self.hole.set(0_u32);
    }
}

/// Events that wait for an operator, over all shards.
pub(super) fn parked(name: &'static str, version: i32, events: i64) {
    let labels = [("subscriber", name.to_owned()), ("version", version.to_string())];
    metrics::gauge!("subscription_parked", &labels).set(u32::try_from(events).unwrap_or(u32::MAX));
}

/// A shard changed hands.
pub(super) fn lease_taken(name: &'static str) {
    metrics::counter!("subscription_leases_total", "subscriber" => name).increment(1);
}
