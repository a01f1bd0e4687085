//! What is measured of a subscriber.

use std::time::Duration;

use metrics::{Counter, Gauge, Histogram};

use crate::{clock::Clock, clock::Timestamp, event_log::Shard};

/// The measures of one shard of one subscriber.
pub(super) struct Measures {
    pub(super) lag_events: Gauge,
    pub(super) lag_seconds: Gauge,
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
            hole: metrics::gauge!("subscription_hole", &labels),
            events: metrics::counter!("subscription_events_total", &labels),
            failures: metrics::counter!("subscription_failures_total", &labels),
            batch_seconds: metrics::histogram!("subscription_batch_seconds", "subscriber" => name),
            clock: Clock::system(),
        }
    }

    /// `behind` events are unhandled; the last handled one was recorded at `recorded_at`.
    pub(super) fn lag(&self, behind: i64, recorded_at: Option<Timestamp>) {
        self.lag_events.set(u32::try_from(behind).unwrap_or(u32::MAX));
        let age = recorded_at.and_then(|at| (self.clock.now() - at).to_std().ok());
        self.lag_seconds.set(age.filter(|_| behind > 0).unwrap_or_default());
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
