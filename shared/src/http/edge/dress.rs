//! Headers of every answer.

use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

use crate::http::{TraceId, trace::TRACE_ID};

/// Sent unless the handler says otherwise: answers are data, and for whoever asked.
pub(super) const SAFE_HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];
/// Of pages, unless they say otherwise.
const OF_PAGES: [(HeaderName, HeaderValue); 2] = [
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), bluetooth=(), midi=()",
        ),
    ),
];
const ONLY_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// Adds them. `is_https` is whether our pages are reached over TLS.
pub(super) fn dress(response: &mut Response, trace: TraceId, is_https: bool) {
    let headers = response.headers_mut();
    headers.reserve(SAFE_HEADERS.len() + 1);
    for (name, value) in SAFE_HEADERS {
        headers.entry(name).or_insert(value);
    }
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    if kind.is_some_and(|kind| kind.starts_with(b"text/html")) {
        for (name, value) in OF_PAGES {
            headers.entry(name).or_insert(value);
        }
    }
    if is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, ONLY_TLS);
    }
    if let Some(value) = trace.header() {
        headers.insert(TRACE_ID, value);
    }
}
