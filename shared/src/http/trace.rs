//! Trace ids: one name for a request from the first proxy to the recorded fact.

use std::{cell::Cell, convert::Infallible, fmt};

use axum::extract::FromRequestParts;
use http::{HeaderMap, HeaderName, HeaderValue, request::Parts};
use serde::{Serialize, Serializer};

tokio::task_local! {
    static CURRENT: TraceId;
}

thread_local! {
    static SEED: Cell<u64> = Cell::new(seed());
}

/// The response header that tells the trace id.
pub(super) const TRACE_ID: HeaderName = HeaderName::from_static("trace-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// 128 bits that name a request in logs, problems and recorded facts; 32 hex digits when written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TraceId([u8; 16]);

impl TraceId {
    /// The trace a request belongs to: that of a valid `traceparent`, else a new one.
    pub fn of(headers: &HeaderMap) -> Self {
        let parent = headers.get(TRACEPARENT).and_then(|value| parse_parent(value.as_bytes()));
        parent.unwrap_or_else(Self::random)
    }

    /// A new one. Unique, not secret: it doesn't cost a call to the operating system.
    pub fn random() -> Self {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&next_random().to_be_bytes());
        bytes[8..].copy_from_slice(&next_random().to_be_bytes());
        Self(bytes)
    }

    /// The trace of the request this task answers, if it answers one.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|trace| *trace).ok()
    }

    /// Runs a future as part of this trace.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        CURRENT.scope(self, future).await
    }

    /// Runs a closure as part of this trace.
    pub fn enter<T>(self, closure: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self, closure)
    }

    pub(super) fn header(self) -> Option<HeaderValue> {
        let mut digits = [0; 32];
        hex::encode_to_slice(self.0, &mut digits).ok()?;
        HeaderValue::from_bytes(&digits).ok()
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for TraceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads `version-trace-parent-flags` of W3C Trace Context.
fn parse_parent(value: &[u8]) -> Option<TraceId> {
    let text = std::str::from_utf8(value).ok()?;
    let mut fields = text.split('-');
    let (version, trace, parent) = (fields.next()?, fields.next()?, fields.next()?);
    let flags = fields.next()?;
    let lengths = [version.len(), trace.len(), parent.len(), flags.len()];
    let is_lower_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-');
    if lengths != [2, 32, 16, 2] || version == "ff" || !text.bytes().take(55).all(is_lower_hex) {
        return None;
    }
    // Version 00 ends here; later versions may go on.
    if version == "00" && fields.next().is_some() {
        return None;
    }
    let mut bytes = [0; 16];
    hex::decode_to_slice(trace, &mut bytes).ok()?;
    (bytes != [0; 16] && parent != "0000000000000000").then_some(TraceId(bytes))
}

/// `SplitMix64`: each thread walks its own way from a random start.
fn next_random() -> u64 {
    SEED.with(|seed| {
        let state = seed.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        seed.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    })
}

fn seed() -> u64 {
    // Without randomness at start, the address of a local still differs between threads.
    getrandom::u64().unwrap_or_else(|_| {
        let here = 0_u8;
        u64::try_from(std::ptr::from_ref(&here).addr()).unwrap_or_default()
    })
}

/// The trace of this request, for handlers that pass it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestTrace(pub TraceId);

impl<S: Sync> FromRequestParts<S> for RequestTrace {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(TraceId::current().unwrap_or_else(|| TraceId::of(&parts.headers))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn of(parent: &str) -> TraceId {
        let value = HeaderValue::from_str(parent).unwrap();
        TraceId::of(&HeaderMap::from_iter([(TRACEPARENT, value)]))
    }

    #[test]
    fn continues_the_trace_of_a_valid_parent() {
        let trace = of(&format!("00-{TRACE}-00f067aa0ba902b7-01"));
        assert_eq!(trace.to_string(), TRACE);
        assert_eq!(trace.header().unwrap(), TRACE);
    }

    #[test]
    fn a_later_version_may_say_more() {
        assert_eq!(of(&format!("01-{TRACE}-00f067aa0ba902b7-01-more")).to_string(), TRACE);
    }

    #[test]
    fn starts_a_new_trace_when_the_parent_is_not_valid() {
        let zeros = "0".repeat(32);
        for parent in [
            String::new(),
            "garbage".to_owned(),
            format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{zeros}-00f067aa0ba902b7-01"),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase()),
            format!("00-{TRACE}-00f067aa0ba902b7-01-more"),
            format!("00-{TRACE}-00f067aa0ba902b7"),
        ] {
            let trace = of(&parent).to_string();
            assert_eq!(trace.len(), 32);
            assert_ne!(trace, TRACE, "{parent}");
        }
    }

    #[test]
    fn new_traces_differ_in_and_between_threads() {
        let here = TraceId::random();
        assert_ne!(here, TraceId::random());
        let there = std::thread::spawn(TraceId::random).join().unwrap();
        assert_ne!(here, there);
    }
}
