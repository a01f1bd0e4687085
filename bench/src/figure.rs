//! The arithmetic of measurements. Nothing else here touches a float.

#![expect(
    clippy::float_arithmetic,
    reason = "rates and ratios of measurements, never money, never decided upon"
)]

use std::time::Duration;

/// How many per second.
pub fn per_second(count: u64, elapsed: Duration) -> f64 {
    ratio(from(count), elapsed.as_secs_f64())
}

/// `a ÷ b`, or 0 if there is nothing to divide by.
pub fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { 0.0 }
}

/// Microseconds in milliseconds.
pub fn micros_as_ms(micros: u64) -> f64 {
    from(micros) / 1e3
}

/// A duration in milliseconds.
pub fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Bytes in MB (10⁶ bytes).
pub fn megabytes(bytes: u64) -> f64 {
    from(bytes) / 1e6
}

/// What a run of this length has time for at this rate.
pub fn within(per_second: f64, duration: Duration) -> u64 {
    // Whole numbers far below 2^63: the text is digits only.
    format!("{:.0}", (per_second * duration.as_secs_f64()).max(0.0)).parse().unwrap_or(u64::MAX)
}

/// A count as a float; exact below 2⁵³.
pub fn from(count: u64) -> f64 {
    let (high, low) = (count >> 32, count & u64::from(u32::MAX));
    let part = |half| f64::from(u32::try_from(half).unwrap_or(u32::MAX));
    part(high) * 4_294_967_296.0 + part(low)
}

/// The middle one of several measurements (the lower of two), 0 of none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len().saturating_sub(1) / 2;
    values.get(middle).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divides_counts_by_time() {
        let rate = per_second(10_000_000_000, Duration::from_secs(2));
        assert!((rate - 5e9).abs() < 1.0, "{rate}");
        assert!(per_second(1, Duration::ZERO).abs() < f64::EPSILON);
    }

    #[test]
    fn the_median_is_a_measurement() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(vec![2.0, 1.0]) - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn counts_what_fits_into_a_time() {
        assert_eq!(within(1500.4, Duration::from_secs(2)), 3001);
    }
}
