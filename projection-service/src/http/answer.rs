//! Answers to questions: JSON with the log position it is true for, and 304 where nothing changed.

use std::convert::Infallible;

use axum::{
    Json,
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use serde::Serialize;

use crate::freshness::AsOf;

/// Tells up to where the answer includes the log.
pub const LOG_POSITION: HeaderName = HeaderName::from_static("log-position");

/// What the client has already, from `If-None-Match`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IfNoneMatch(Option<HeaderValue>);

impl IfNoneMatch {
    /// Whether the client has exactly this.
    pub fn is(&self, etag: &HeaderValue) -> bool {
        self.0.as_ref().is_some_and(|known| {
            known.as_bytes().split(|byte| *byte == b',').any(|one| {
                let one = one.trim_ascii();
                one.strip_prefix(b"W/").unwrap_or(one) == etag.as_bytes()
            })
        })
    }
}

impl<S: Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.headers.get(header::IF_NONE_MATCH).cloned()))
    }
}

/// An answer, true as of a log position.
#[derive(Debug)]
pub struct Answer<T> {
    as_of: AsOf,
    body: T,
}

impl<T: Serialize> Answer<T> {
    /// An answer that includes the log up to there.
    pub fn new(as_of: AsOf, body: T) -> Self {
        Self { as_of, body }
    }

    /// The answer with its version as `ETag`; 304 if the client has that version.
    pub fn versioned(self, version: i64, known: &IfNoneMatch) -> Response {
        let Ok(etag) = HeaderValue::try_from(format!("\"{version}\"")) else {
            return self.into_response();
        };
        let mut response = if known.is(&etag) {
            (StatusCode::NOT_MODIFIED, self.as_of, ()).into_response()
        } else {
            self.into_response()
        };
        response.headers_mut().insert(header::ETAG, etag);
        response
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        (self.as_of, Json(self.body)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(text: &'static str) -> IfNoneMatch {
        IfNoneMatch(Some(HeaderValue::from_static(text)))
    }

    #[test]
    fn knows_what_the_client_has() {
        let etag = HeaderValue::from_static("\"7\"");
        for text in ["\"7\"", "W/\"7\"", "\"6\", \"7\""] {
            assert!(known(text).is(&etag), "{text}");
        }
        for text in ["\"8\"", "7", ""] {
            assert!(!known(text).is(&etag), "{text}");
        }
        assert!(!IfNoneMatch::default().is(&etag));
    }
}
