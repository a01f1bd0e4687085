//! Log positions in headers: what an answer reflects, and what a read must at least reflect.

use axum::extract::OptionalFromRequestParts;
use http::{HeaderName, request::Parts};

use super::Problem;
use crate::event_log::LogPosition;

/// The response header that tells up to where in the log an answer is true, as in `7:1234`.
pub const LOG_POSITION: HeaderName = HeaderName::from_static("log-position");
const MIN_LOG_POSITION: HeaderName = HeaderName::from_static("min-log-position");

/// The position a read must have reached, from `Min-Log-Position: 7:1234`. Take it as
/// `Option<MinLogPosition>`; 400 if it is there and no position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinLogPosition(pub LogPosition);

impl<S: Sync> OptionalFromRequestParts<S> for MinLogPosition {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Problem> {
        let Some(value) = parts.headers.get(MIN_LOG_POSITION) else {
            return Ok(None);
        };
        let position = value.to_str().ok().and_then(|text| text.parse().ok());
        position.map(|position| Some(Self(position))).ok_or_else(|| {
            let detail = "Min-Log-Position takes a position as Log-Position shows it: 7:1234.";
            Problem::bad_request("min-log-position-invalid", detail)
        })
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    async fn wanted(header: Option<&str>) -> Result<Option<String>, u16> {
        let mut request = Request::get("/events/1");
        if let Some(value) = header {
            request = request.header(MIN_LOG_POSITION, value);
        }
        let mut parts = request.body(()).unwrap().into_parts().0;
        let found = MinLogPosition::from_request_parts(&mut parts, &()).await;
        let found = found.map_err(|problem| problem.status().as_u16())?;
        Ok(found.map(|MinLogPosition(position)| position.to_string()))
    }

    #[tokio::test]
    async fn reads_a_position() {
        assert_eq!(wanted(Some("7:1234")).await, Ok(Some("7:1234".to_owned())));
    }

    #[tokio::test]
    async fn a_read_need_not_ask() {
        assert_eq!(wanted(None).await, Ok(None));
    }

    #[tokio::test]
    async fn what_is_no_position_is_refused() {
        for text in ["", "7", "16:1", "7:-1", "7:99999999999999999999"] {
            assert_eq!(wanted(Some(text)).await, Err(400), "{text}");
        }
    }
}
