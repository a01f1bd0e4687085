//! The JSON body of a request: limited, strict, and precise about what is wrong with it.

mod upload;

use std::{fmt::Write, time::Duration};

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use super::{
    FieldError, Problem,
    edge::Admitted,
    scan::{Unscannable, scan},
};

pub use upload::Upload;

const SLOWEST: Duration = Duration::from_secs(10);

/// How large a body may be and how deep its JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BodyLimits {
    pub(super) bytes: usize,
    pub(super) depth: u32,
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self { bytes: 64 * 1024, depth: 32 }
    }
}

impl BodyLimits {
    /// Refuses a body that is said to be too large, before any of it is read.
    pub(super) fn admit(self, headers: &HeaderMap) -> Result<(), Problem> {
        let Some(declared) = headers.get(header::CONTENT_LENGTH) else { return Ok(()) };
        let declared = declared.to_str().ok().and_then(|length| length.parse::<usize>().ok());
        // What is no length doesn't come so far.
        if declared.is_none_or(|length| length > self.bytes) {
            return Err(Problem::too_large(self.bytes));
        }
        Ok(())
    }
}

/// A JSON body, parsed, together with its bytes.
///
/// Refuses: another content type (415), more than the route takes, 64 kB unless it takes less (413), what is no JSON (400), what is JSON
/// but not a `T` (422 with the pointer of the first fault; unknown fields are faults if `T` says
/// `#[serde(deny_unknown_fields)]`), nesting deeper than the route takes, 32 at most (422).
#[derive(Debug, Clone)]
pub struct Body<T> {
    /// What the body says.
    pub value: T,
    bytes: Bytes,
}

impl<T> Body<T> {
    /// The bytes as sent: their digest tells a repeated request from another with its key.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::unsupported_media_type());
        }
        let limits = request.extensions().get().map(|admitted: &Admitted| admitted.body);
        let limits = limits.unwrap_or_default();
        let bytes = read(request, limits, SLOWEST).await?;
        scan(&bytes, limits.depth).map_err(|why| unscannable(why, limits))?;
        match serde_json::from_slice(&bytes) {
            Ok(value) => Ok(Self { value, bytes }),
            Err(error) => Err(explain::<T>(&bytes, &error)),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers.get(header::CONTENT_TYPE).map(|value| value.to_str()) else {
        return false;
    };
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
        && !headers.contains_key(header::CONTENT_ENCODING)
}

/// Reads the whole body, up to the limit, not for ever.
async fn read(request: Request, limits: BodyLimits, slowest: Duration) -> Result<Bytes, Problem> {
    limits.admit(request.headers())?;
    let largest = limits.bytes;
    let collected = Limited::new(request.into_body(), largest).collect();
    match tokio::time::timeout(slowest, collected).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::too_large(largest)),
        Ok(Err(_)) => Err(Problem::bad_request("incomplete-body", "The body broke off.")),
        Err(_) => Err(Problem::body_too_slow()),
    }
}

fn unscannable(why: Unscannable, limits: BodyLimits) -> Problem {
    let fault = match why {
        Unscannable::TooDeep => FieldError::new(
            "",
            "too-deep",
            format!("Arrays and objects may be nested {} levels deep.", limits.depth),
        ),
        Unscannable::NulCharacter => {
            FieldError::new("", "nul-character", "Text may not contain the character U+0000.")
        }
    };
    Problem::validation(vec![fault])
}

/// Parses again, slowly, to find out where the fault is.
fn explain<T: DeserializeOwned>(bytes: &[u8], error: &serde_json::Error) -> Problem {
    match error.classify() {
        Category::Data => {}
        Category::Io | Category::Syntax | Category::Eof => {
            return Problem::new(StatusCode::BAD_REQUEST, "malformed-json", "This is not JSON.")
                .figure("line", error.line())
                .figure("column", error.column());
        }
    }
    let mut parser = serde_json::Deserializer::from_slice(bytes);
    let fault = match serde_path_to_error::deserialize::<_, T>(&mut parser) {
        Ok(_) => FieldError::new("", "invalid-value", without_place(&error.to_string())),
        Err(error) => fault_at(error.path(), &error.inner().to_string()),
    };
    Problem::validation(vec![fault])
}

/// Names a fault by serde's message; there is no other way to learn its kind.
fn fault_at(path: &Path, message: &str) -> FieldError {
    let parent = pointer(path);
    let said = without_place(message);
    let named = |prefix: &str| {
        let rest = said.strip_prefix(prefix)?;
        Some(rest.split('`').next().unwrap_or_default().to_owned())
    };
    let below = |field: &str| format!("{parent}/{}", escape(field));
    if let Some(field) = named("missing field `") {
        return FieldError::new(below(&field), "missing-field", "This field is required.");
    }
    if let Some(field) = named("duplicate field `") {
        return FieldError::new(below(&field), "repeated-field", "This field is there twice.");
    }
    if let Some(field) = named("unknown field `") {
        // Unlike the others, the path ends with the field, unless an enum hid it.
        let last = parent.rsplit_once('/').map(|(_, last)| last);
        let at = if last == Some(&escape(&field)) { parent } else { below(&field) };
        return FieldError::new(at, "unknown-field", "There is no such field.");
    }
    FieldError::new(parent, "invalid-value", said)
}

/// Drops serde's " at line 1 column 7".
fn without_place(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(said, _)| said).to_owned()
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            // Writing to a String can't fail.
            Segment::Seq { index } => _ = write!(pointer, "/{index}"),
            Segment::Map { key } => _ = write!(pointer, "/{}", escape(key)),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// Escapes a name as RFC 6901 wants it, cut to a length that is safe to repeat.
fn escape(name: &str) -> String {
    let name: String = name.chars().take(100).collect();
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests;
