//! The problems (RFC 9457) the gateway answers with itself.

use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::json;
use shared::http::TraceId;

use crate::answer::Answer;

/// Why a request was not answered by a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The head of the request contradicts itself or can't be passed on.
    Malformed(&'static str),
    /// A method that no service has.
    MethodNotAllowed,
    /// The body is larger than any route allows.
    BodyTooLarge,
    /// The body didn't come in time.
    BodyTooSlow,
    /// The service can't be reached.
    Unavailable,
    /// The service broke off, or what it sent was no response.
    BadGateway,
    /// The service didn't answer in time.
    GatewayTimeout,
}

impl Refusal {
    /// Its name in metrics and in the problem.
    pub(crate) fn code(self) -> &'static str {
        self.parts().1
    }

    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Malformed(detail) => (StatusCode::BAD_REQUEST, "malformed-request", detail),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "Nothing here takes that method. See Allow.",
            ),
            Self::BodyTooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "payload-too-large",
                "The body of the request is too large.",
            ),
            Self::BodyTooSlow => (
                StatusCode::REQUEST_TIMEOUT,
                "request-timeout",
                "The body of the request didn't arrive in time.",
            ),
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "The service can't be reached. Nothing was done; repeat it soon.",
            ),
            Self::BadGateway => (
                StatusCode::BAD_GATEWAY,
                "bad-gateway",
                "The service broke off. It may have been carried out: repeat it with the same \
                 Idempotency-Key.",
            ),
            Self::GatewayTimeout => (
                StatusCode::GATEWAY_TIMEOUT,
                "gateway-timeout",
                "The answer took too long. It may still be carried out: repeat it with the same \
                 Idempotency-Key.",
            ),
        }
    }

    /// The problem, for a request that came with this `traceparent` or none.
    pub(crate) fn answer(self, traceparent: Option<HeaderValue>) -> Response<Answer> {
        let (status, code, detail) = self.parts();
        let trace_id = trace_id(traceparent).to_string();
        let mut problem = json!({
            "type": format!("https://fullhouse.dev/problems/{code}"),
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "detail": detail,
            "code": code,
            "trace_id": trace_id,
        });
        if status.is_server_error() {
            problem["retry_after_ms"] = json!(1000);
        }
        let mut response = Response::new(Answer::own(problem.to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Ok(trace_id) = HeaderValue::try_from(trace_id) {
            headers.insert("trace-id", trace_id);
        }
        self.add_headers(headers);
        response
    }

    fn add_headers(self, headers: &mut HeaderMap) {
        match self {
            Self::Malformed(_) | Self::BodyTooLarge | Self::BodyTooSlow => {
                // What follows on this connection may not be a request.
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Self::MethodNotAllowed => {
                headers.insert(
                    header::ALLOW,
                    HeaderValue::from_static("GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE"),
                );
            }
            Self::Unavailable | Self::BadGateway | Self::GatewayTimeout => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
        }
    }
}

fn trace_id(traceparent: Option<HeaderValue>) -> TraceId {
    let name = HeaderName::from_static("traceparent");
    TraceId::of(&traceparent.map(|value| (name, value)).into_iter().collect())
}
