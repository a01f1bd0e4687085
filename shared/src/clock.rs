//! Time, passed in: nothing else in the workspace asks the operating system what time it is.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// An instant in UTC, at microsecond precision (what PostgreSQL keeps).
pub type Timestamp = DateTime<Utc>;

/// Tells the time. A clone shows the same time.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    // Added to the time: tests move it, production leaves it at zero.
    offset_micros: Arc<AtomicI64>,
    /// The time that a clock stands at; the system's goes on.
    stands_at: Option<Timestamp>,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that only [`Clock::advance`] moves, and no delay.
    pub fn standing() -> Self {
        Self { stands_at: Some(Self::system().now()), ..Self::default() }
    }

    /// Now, truncated to microseconds.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn now(&self) -> Timestamp {
        let offset = TimeDelta::microseconds(self.offset_micros.load(Ordering::Relaxed));
        (self.stands_at.unwrap_or_else(Utc::now) + offset).trunc_subsecs(6)
    }

    /// Moves this clock and its clones forward.
    pub fn advance(&self, by: TimeDelta) {
        let micros = by.num_microseconds().unwrap_or(i64::MAX);
        self.offset_micros.fetch_add(micros, Ordering::Relaxed);
    }
}
