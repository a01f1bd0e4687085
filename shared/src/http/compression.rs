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
