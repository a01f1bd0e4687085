//! Versions in headers: an edit says which version it was made for.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    response::{IntoResponseParts, ResponseParts},
};
use http::{HeaderValue, header, request::Parts};

use super::Problem;

/// The version an edit expects, from `If-Match: "<version>"`: 428 without it, 400 if it is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpectedVersion(pub i64);

/// The version of what is answered, as `ETag: "<version>"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ETag(pub i64);

impl<S: Sync> FromRequestParts<S> for ExpectedVersion {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let value =
            parts.headers.get(header::IF_MATCH).ok_or_else(Problem::precondition_required)?;
        parse(value).map(Self).ok_or_else(|| {
            let detail = "If-Match takes one version as the ETag showed it, as in \"7\".";
            Problem::bad_request("if-match-invalid", detail)
        })
    }
}

fn parse(value: &HeaderValue) -> Option<i64> {
    let digits = value.to_str().ok()?.strip_prefix('"')?.strip_suffix('"')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

impl IntoResponseParts for ETag {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        if let Ok(value) = HeaderValue::try_from(format!("\"{}\"", self.0)) {
            response.headers_mut().insert(header::ETAG, value);
        }
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use http::Request;

    use super::*;

    async fn expected(if_match: Option<&str>) -> Result<i64, u16> {
        let mut request = Request::patch("/events/1");
        if let Some(value) = if_match {
            request = request.header(header::IF_MATCH, value);
        }
        let mut parts = request.body(()).unwrap().into_parts().0;
        let read = ExpectedVersion::from_request_parts(&mut parts, &()).await;
        read.map(|version| version.0).map_err(|problem| problem.status().as_u16())
    }

    #[tokio::test]
    async fn reads_the_version_an_etag_showed() {
        let response = (ETag(7), ()).into_response();
        let shown = response.headers()[header::ETAG].to_str().unwrap();
        assert_eq!(expected(Some(shown)).await, Ok(7));
    }

    #[tokio::test]
    async fn an_edit_without_a_version_is_refused() {
        assert_eq!(expected(None).await, Err(428));
    }

    #[tokio::test]
    async fn what_is_no_version_is_refused() {
        for text in ["", "7", "*", "W/\"7\"", "\"\"", "\"-7\"", "\"+7\"", "\"7\", \"8\""] {
            assert_eq!(expected(Some(text)).await, Err(400), "{text}");
        }
        assert_eq!(expected(Some("\"99999999999999999999\"")).await, Err(400));
    }
}
