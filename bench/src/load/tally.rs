//! What came of a run.

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::figure;

/// Counts and times of one run.
#[derive(Clone, Debug)]
pub struct Tally {
    /// What was wanted happened.
    pub accepted: u64,
    /// A rule said no.
    pub refused: u64,
    /// Broken or unforeseen answers.
    pub failed: u64,
    /// The first of them, for the person who has to find out.
    pub first_failure: Option<String>,
    /// From the first request to the last acceptance.
    pub elapsed: Duration,
    latencies: Histogram<u64>,
}

impl Tally {
    /// Nothing yet.
    ///
    /// # Errors
    ///
    /// Never with these bounds; the histogram's constructor can refuse others.
    pub fn new() -> anyhow::Result<Self> {
        // Microseconds up to a minute, three digits.
        let latencies = Histogram::new_with_bounds(1, 60_000_000, 3)?;
        let (accepted, refused, failed) = (0, 0, 0);
        let elapsed = Duration::ZERO;
        Ok(Self { accepted, refused, failed, first_failure: None, elapsed, latencies })
    }

    /// Counts an acceptance.
    pub fn accept(&mut self, latency: Duration, since_start: Duration) {
        self.accepted += 1;
        self.elapsed = self.elapsed.max(since_start);
        self.latencies.saturating_record(u64::try_from(latency.as_micros()).unwrap_or(u64::MAX));
    }

    /// Adds what came of another part of the same run.
    ///
    /// # Errors
    ///
    /// Never: all tallies have the same bounds.
    pub fn merge(&mut self, other: &Self) -> anyhow::Result<()> {
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.failed += other.failed;
        self.elapsed = self.elapsed.max(other.elapsed);
        if self.first_failure.is_none() {
            self.first_failure.clone_from(&other.first_failure);
        }
        self.latencies.add(&other.latencies)?;
        Ok(())
    }

    /// Counts a failure, keeping the first one's words.
    pub fn fail(&mut self, words: impl FnOnce() -> String) {
        self.failed += 1;
        self.first_failure.get_or_insert_with(words);
    }

    /// Accepted per second.
    pub fn rate(&self) -> f64 {
        figure::per_second(self.accepted, self.elapsed)
    }

    /// The latency that half of the accepted stayed below, in milliseconds.
    pub fn p50_ms(&self) -> f64 {
        figure::micros_as_ms(self.latencies.value_at_quantile(0.5))
    }

    /// The latency that 95 of 100 accepted stayed below, in milliseconds.
    pub fn p95_ms(&self) -> f64 {
        figure::micros_as_ms(self.latencies.value_at_quantile(0.95))
    }

    /// The latency that 99 of 100 accepted stayed below, in milliseconds.
    pub fn p99_ms(&self) -> f64 {
        figure::micros_as_ms(self.latencies.value_at_quantile(0.99))
    }

    /// Passes the tally on if nothing failed.
    ///
    /// # Errors
    ///
    /// With the first failure's words.
    pub fn sound(self) -> anyhow::Result<Self> {
        let words = self.first_failure.as_deref().unwrap_or_default();
        anyhow::ensure!(
            self.failed == 0,
            "{} requests failed, the first with: {words}",
            self.failed
        );
        Ok(self)
    }
}
