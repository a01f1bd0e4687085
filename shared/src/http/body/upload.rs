//! The body of a request that is a file and no JSON.

use std::time::Duration;

use axum::extract::{FromRequest, Request};
use bytes::Bytes;

use super::{Problem, read};
use crate::http::edge::Admitted;

/// A file comes slower than JSON: it may be some megabytes over a phone.
const SLOWEST: Duration = Duration::from_secs(25);

/// A body as it was sent, up to as many bytes as the route takes. What it says to be isn't believed.
#[derive(Debug, Clone)]
pub struct Upload(pub Bytes);

impl<S: Sync> FromRequest<S> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let limits = request.extensions().get().map(|admitted: &Admitted| admitted.body);
        Ok(Self(read(request, limits.unwrap_or_default(), SLOWEST).await?))
    }
}
