//! Ids in the path.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::Problem;

/// The ids in the path of a route: `Ids<EventId>` or `Ids<(EventId, TicketTypeId)>`, in order of
/// appearance. What is no id names nothing: 404.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ids<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Ids<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(ids)) => Ok(Self(ids)),
            Err(_) => Err(Problem::not_found()),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, routing::get};
    use http::{Request, StatusCode};
    use tower::ServiceExt;
    use uuid::Uuid;

    use super::*;
    use crate::id::{EventId, TicketTypeId};

    async fn answer(path: &str) -> StatusCode {
        let one = |Ids(id): Ids<EventId>| async move { id.to_string() };
        let two = |Ids((event, kind)): Ids<(EventId, TicketTypeId)>| async move {
            format!("{event}{kind}")
        };
        let router =
            Router::new().route("/events/{a}", get(one)).route("/events/{a}/{b}", get(two));
        let request = Request::get(path).body(axum::body::Body::empty()).unwrap();
        router.oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn reads_ids_in_order() {
        let id = Uuid::from_u128(7);
        assert_eq!(answer(&format!("/events/{id}")).await, StatusCode::OK);
        assert_eq!(answer(&format!("/events/{id}/{id}")).await, StatusCode::OK);
    }

    #[tokio::test]
    async fn what_is_no_id_names_nothing() {
        let id = Uuid::from_u128(7);
        for path in ["/events/7", "/events/%00", "/events/%ff", &format!("/events/{id}/x")] {
            assert_eq!(answer(path).await, StatusCode::NOT_FOUND, "{path}");
        }
    }
}
