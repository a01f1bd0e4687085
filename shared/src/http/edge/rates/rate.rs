//! How much, how often: a rate and what may be taken at once.

use std::{str::FromStr, time::Duration};

use thiserror::Error;

const NANOS: u64 = 1_000_000_000;

/// So many units on the average, and so many at once after a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub(super) nanos_per_unit: u64,
    pub(super) burst: u64,
}

/// A rate that may be lifted: `500/s,10000` (so many a second, so many at once), `10/m,20`, `5/h,5`,
/// or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(pub Option<Rate>);

/// Not a [`Limit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a limit is off, or units per s, m or h and units at once, as in 500/s,10000 or 10/m,20")]
pub struct InvalidLimit;

impl Rate {
    /// `units` in `period` on the average, `burst` at once; none if one of them is nothing, or they
    /// are beyond all measure.
    pub fn try_new(units: u32, period: Duration, burst: u32) -> Option<Self> {
        let nanos = u64::try_from(period.as_nanos()).ok()?;
        let nanos_per_unit = nanos.checked_div(u64::from(units))?.max(1);
        // A century fits into what is counted with.
        let window = nanos_per_unit.checked_mul(u64::from(burst))?;
        let is_bounded = window <= 100 * 366 * 24 * 3600 * NANOS;
        (burst > 0 && is_bounded).then_some(Self { nanos_per_unit, burst: u64::from(burst) })
    }

    /// So many times as much.
    pub(super) fn times(self, factor: u32) -> Self {
        let factor = u64::from(factor.max(1));
        let nanos_per_unit = (self.nanos_per_unit / factor).max(1);
        Self { nanos_per_unit, burst: self.burst.saturating_mul(factor) }
    }

    /// From nothing to full.
    pub(super) fn window(&self) -> Duration {
        Duration::from_nanos(self.nanos_per_unit.saturating_mul(self.burst))
    }
}

impl FromStr for Limit {
    type Err = InvalidLimit;

    fn from_str(text: &str) -> Result<Self, InvalidLimit> {
        if text == "off" {
            return Ok(Self(None));
        }
        let (rate, burst) = text.split_once(',').ok_or(InvalidLimit)?;
        let (units, period) = rate.split_once('/').ok_or(InvalidLimit)?;
        let period = Duration::from_secs(match period {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            _ => return Err(InvalidLimit),
        });
        let units = units.parse().map_err(|_| InvalidLimit)?;
        let burst = burst.parse().map_err(|_| InvalidLimit)?;
        Rate::try_new(units, period, burst).map(|rate| Self(Some(rate))).ok_or(InvalidLimit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_from_its_text() {
        assert_eq!("off".parse(), Ok(Limit(None)));
        let Limit(rate) = "10/m,20".parse().unwrap();
        assert_eq!(rate, Rate::try_new(10, Duration::from_mins(1), 20));
        assert_eq!(rate.unwrap().window(), Duration::from_mins(2));
    }

    #[test]
    fn what_limits_nothing_or_everything_is_refused() {
        for text in ["", "10", "10/s", "0/s,5", "5/s,0", "5/d,5", "-1/s,5", "1/h,4294967295"] {
            assert_eq!(text.parse::<Limit>(), Err(InvalidLimit), "{text}");
        }
    }
}
