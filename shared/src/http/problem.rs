//! Problems (RFC 9457): every answer that is not a success, and what clients may rely on in it.

use std::{borrow::Cow, error::Error, time::Duration};

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;
use utoipa::ToSchema;

use super::TraceId;
use crate::auth::{Denied, NotAuthenticated};

const TYPE_PREFIX: &str = "https://fullhouse.dev/problems/";
const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");
const RETRY_SOON: Duration = Duration::from_secs(1);

/// Why a request wasn't carried out, in the form of RFC 9457.
///
/// `code` is stable: clients decide by it. `detail` is for people. Figures that help (`remaining`,
/// `retry_after_ms`) stand beside them. The trace id is that of the request being answered.
#[derive(Debug, Clone)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    figures: Vec<(&'static str, Value)>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// One fault of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the body, or `?name` for a query parameter.
    #[schema(example = "/items/0/quantity")]
    pub pointer: Cow<'static, str>,
    /// Stable name of the fault.
    #[schema(example = "out-of-range")]
    pub code: Cow<'static, str>,
    /// For people.
    pub detail: Cow<'static, str>,
}

impl FieldError {
    /// A fault at a JSON pointer.
    pub fn new(
        pointer: impl Into<Cow<'static, str>>,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { pointer: pointer.into(), code: code.into(), detail: detail.into() }
    }
}

impl Problem {
    /// A problem of this status, code (kebab case, stable) and detail.
    pub fn new(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self(Box::new(Parts {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            figures: Vec::new(),
            headers: Vec::new(),
        }))
    }

    /// With a figure that helps, such as `remaining`.
    #[must_use]
    pub fn figure(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.figures.push((name, value.into()));
        self
    }

    /// With the faults of single fields.
    #[must_use]
    pub fn errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    /// With `Retry-After` (rounded up to seconds) and the figure `retry_after_ms`.
    #[must_use]
    pub fn retry_after(self, after: Duration) -> Self {
        let millis = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
        let seconds = millis.div_ceil(1000).max(1);
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds))
            .figure("retry_after_ms", millis)
    }

    /// With a response header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// The status it answers with.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Its stable code.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// 400: the request can't be read.
    pub fn bad_request(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 401: credentials are missing or bad.
    pub fn unauthenticated(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
            .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// 403: nobody in this role may.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "These credentials don't allow that.")
    }

    /// 404: missing, or someone else's. One body for both, so that nobody learns what exists.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is nothing here.")
    }

    /// 408: the body came too slowly.
    pub fn body_too_slow() -> Self {
        let detail = "The body of the request didn't arrive in time.";
        Self::new(StatusCode::REQUEST_TIMEOUT, "request-timeout", detail)
            .header(header::CONNECTION, HeaderValue::from_static("close"))
    }

    /// 409: a rule or the present state says no.
    pub fn conflict(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 410: it was there and is over.
    pub fn gone(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::GONE, code, detail)
    }

    /// 412: `If-Match` names another version than the current one.
    pub fn version_stale(current: i64) -> Self {
        let detail = "Someone changed this since you read it. Read it again, then repeat.";
        Self::new(StatusCode::PRECONDITION_FAILED, "version-stale", detail)
            .figure("current_version", current)
    }

    /// 413: the body is larger than `limit_bytes`.
    pub fn too_large(limit_bytes: usize) -> Self {
        let detail = "The body of the request is too large.";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "payload-too-large", detail)
            .figure("limit_bytes", limit_bytes)
    }

    /// 415: the body is not declared as JSON.
    pub fn unsupported_media_type() -> Self {
        let detail = "Send the body as application/json, without an encoding.";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", detail)
    }

    /// 422: fields are missing, unknown or out of bounds.
    pub fn validation(errors: Vec<FieldError>) -> Self {
        let detail = "The request is readable, but not acceptable. See errors.";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "validation", detail).errors(errors)
    }

    /// 422: the same idempotency key came with another body.
    pub fn idempotency_key_reused() -> Self {
        let detail = "This Idempotency-Key was used with another body. Use a new key.";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused", detail)
    }

    /// 428: an edit came without `If-Match`.
    pub fn precondition_required() -> Self {
        let detail = "Send If-Match with the version you read, as in If-Match: \"7\".";
        Self::new(StatusCode::PRECONDITION_REQUIRED, "precondition-required", detail)
    }

    /// 503: too much work is waiting; this request wasn't begun.
    pub fn overloaded() -> Self {
        let detail = "Too many requests are waiting. Nothing was done; repeat it soon.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", detail).retry_after(RETRY_SOON)
    }

    /// 503: the answer took too long. What was asked for may still happen.
    pub fn deadline_exceeded() -> Self {
        let detail = "The answer took too long. It may still be carried out: repeat it with the \
                      same Idempotency-Key.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "deadline-exceeded", detail)
            .retry_after(RETRY_SOON)
    }

    /// 503: something this service needs doesn't answer; logged here as a warning.
    pub fn unavailable(cause: &dyn Error) -> Self {
        let trace_id = TraceId::current().map(|trace| trace.to_string()).unwrap_or_default();
        tracing::warn!(trace_id, error = %chain(cause), "A request met something unavailable");
        let detail = "The service can't do that right now. Repeat it soon.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail).retry_after(RETRY_SOON)
    }

    /// 500: something broke; logged here as an error, the client learns nothing but the trace id.
    pub fn internal(cause: &dyn Error) -> Self {
        let trace_id = TraceId::current().map(|trace| trace.to_string()).unwrap_or_default();
        tracing::error!(trace_id, error = %chain(cause), "A request failed");
        Self::broken()
    }

    /// 500 without a cause to log: the panic hook has logged it.
    pub(super) fn broken() -> Self {
        let detail = "Something broke on our side. Quote the trace id when you report it.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }

    fn title(&self) -> String {
        let mut title = self.0.code.replace('-', " ");
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        title
    }
}

/// An error and its causes on one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &format_args!("{TYPE_PREFIX}{}", self.0.code))?;
        map.serialize_entry("title", &self.title())?;
        map.serialize_entry("status", &self.0.status.as_u16())?;
        map.serialize_entry("detail", &self.0.detail)?;
        map.serialize_entry("code", self.0.code)?;
        if let Some(trace) = TraceId::current() {
            map.serialize_entry("trace_id", &trace)?;
        }
        if !self.0.errors.is_empty() {
            map.serialize_entry("errors", &self.0.errors)?;
        }
        for (name, value) in &self.0.figures {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        // Only a figure with a broken Serialize could fail; then the status alone is the answer.
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.0.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, CONTENT_TYPE);
        for (name, value) in self.0.headers.drain(..) {
            headers.insert(name, value);
        }
        response
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Unauthenticated => {
                Self::unauthenticated("Send an API key or an access token as a bearer token.")
            }
            Denied::Forbidden => Self::forbidden(),
            Denied::SecondFactorRequired => Self::new(
                StatusCode::FORBIDDEN,
                "second-factor-required",
                "Log in with a second factor to do that.",
            ),
            Denied::StepUpRequired => Self::new(
                StatusCode::FORBIDDEN,
                "step-up-required",
                "Prove again that it is you, at /auth/step-up, then repeat.",
            ),
            Denied::Foreign => Self::not_found(),
        }
    }
}

impl From<NotAuthenticated> for Problem {
    fn from(error: NotAuthenticated) -> Self {
        match error {
            NotAuthenticated::Invalid => Self::unauthenticated(
                "The token is not one of ours, or it has expired or been revoked.",
            ),
            NotAuthenticated::Unavailable(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(problem: &Problem) -> Value {
        serde_json::to_value(problem).unwrap()
    }

    #[test]
    fn is_written_as_rfc_9457() {
        let problem =
            Problem::conflict("insufficient-inventory", "Fewer are left.").figure("remaining", 3);
        let expected = serde_json::json!({
            "type": "https://fullhouse.dev/problems/insufficient-inventory",
            "title": "Insufficient inventory",
            "status": 409,
            "detail": "Fewer are left.",
            "code": "insufficient-inventory",
            "remaining": 3,
        });
        assert_eq!(written(&problem), expected);
    }

    #[test]
    fn names_the_fields_at_fault() {
        let fault = FieldError::new("/items/0/quantity", "out-of-range", "From 1 to 50.");
        let errors = written(&Problem::validation(vec![fault]))["errors"].clone();
        assert_eq!(errors[0]["pointer"], "/items/0/quantity");
    }

    #[test]
    fn carries_the_trace_of_the_request_it_answers() {
        let trace = TraceId::random();
        let problem = trace.enter(|| written(&Problem::not_found()));
        assert_eq!(problem["trace_id"], trace.to_string());
    }

    #[test]
    fn rounds_retry_after_up_to_whole_seconds() {
        for (millis, seconds) in [(1, "1"), (1000, "1"), (1001, "2")] {
            let problem = Problem::overloaded().retry_after(Duration::from_millis(millis));
            let response = problem.into_response();
            assert_eq!(response.headers()[header::RETRY_AFTER], seconds);
        }
    }

    #[test]
    fn a_foreign_thing_looks_like_a_missing_one() {
        let foreign = written(&Problem::from(Denied::Foreign));
        assert_eq!(foreign, written(&Problem::not_found()));
    }

    #[test]
    fn an_internal_error_tells_the_client_nothing() {
        let cause = std::io::Error::other("password=hunter2");
        let problem = serde_json::to_string(&Problem::internal(&cause)).unwrap();
        assert!(!problem.contains("hunter2"));
    }
}
