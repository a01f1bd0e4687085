//! Compression of reads.

use axum::Router;
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer,
        predicate::{NotForContentType, Predicate, SizeAbove},
    },
};

/// Smaller answers don't get smaller enough to pay for it.
const WORTHWHILE_BYTES: u64 = 1024;

/// Compresses the answers of these routes with gzip or brotli where the client takes it, except
/// small ones, images and event streams. For reads only: it costs an allocation or two per
/// request, so keep it off routes that answer thousands of times a second with small bodies.
pub fn compressed(router: Router) -> Router {
    let worthwhile =
        SizeAbove::new(WORTHWHILE_BYTES).and(NotForContentType::IMAGES).and(NotForContentType::SSE);
    router
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(worthwhile))
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, response::IntoResponse, routing::get};
    use http::{Request, header};
    use tower::ServiceExt;

    use super::*;

    async fn encoding(path: &str) -> Option<String> {
        let of_type = |kind: &'static str| async move {
            ([(header::CONTENT_TYPE, kind)], "x".repeat(2000)).into_response()
        };
        let router = Router::new()
            .route("/large", get(move || of_type("application/json")))
            .route("/picture", get(move || of_type("image/png")))
            .route("/stream", get(move || of_type("text/event-stream")))
            .route("/small", get(async || "x"));
        let request = Request::get(path).header(header::ACCEPT_ENCODING, "gzip");
        let request = request.body(Body::empty()).unwrap();
        let response = compressed(router).oneshot(request).await.unwrap();
        let value = response.headers().get(header::CONTENT_ENCODING);
        value.map(|value| value.to_str().unwrap().to_owned())
    }

    #[tokio::test]
    async fn compresses_what_gets_smaller() {
        assert_eq!(encoding("/large").await.as_deref(), Some("gzip"));
    }

    #[tokio::test]
    async fn leaves_pictures_streams_and_small_answers_alone() {
        for path in ["/picture", "/stream", "/small"] {
            assert_eq!(encoding(path).await, None, "{path}");
        }
    }
}
