//! Values in read tables that this program can't have written.

use thiserror::Error;

/// A read table holds a value that this program doesn't know.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a read table holds {value:?} as {what}")]
pub struct Unreadable {
    what: &'static str,
    value: String,
}

impl Unreadable {
    /// `value` stands where a `what` should.
    pub fn new(what: &'static str, value: impl Into<String>) -> Self {
        Self { what, value: value.into() }
    }
}

/// A count that was stored as `bigint`, because PostgreSQL has no unsigned numbers.
///
/// # Errors
///
/// [`Unreadable`] if it is negative or too large.
pub fn count(stored: i64) -> Result<u32, Unreadable> {
    u32::try_from(stored).map_err(|_| Unreadable::new("count", stored.to_string()))
}
