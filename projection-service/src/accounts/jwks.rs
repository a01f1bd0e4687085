//! The public keys that session tokens are verified with.

use std::sync::Arc;

use axum::{Json, Router, http::header, routing::get};
use shared::auth::PublicTokenKeys;

/// How long others may keep the keys: an old key stays in the set for longer than that.
const CACHED: &str = "public, max-age=300";

/// `/.well-known/jwks.json`, for whoever verifies our tokens elsewhere.
pub fn routes(keys: &PublicTokenKeys) -> Router {
    let set = Arc::new(keys.json_web_key_set());
    let answer = move || {
        let set = Arc::clone(&set);
        async move { ([(header::CACHE_CONTROL, CACHED)], Json(set)) }
    };
    Router::new().route("/.well-known/jwks.json", get(answer))
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use http::Request;
    use serde_json::Value;
    use tower::ServiceExt;

    use super::*;
    use crate::testing::token_keys;

    #[tokio::test]
    async fn anyone_may_read_the_public_keys() {
        let request = Request::get("/.well-known/jwks.json").body(Body::empty()).unwrap();
        let response = routes(&token_keys().public()).oneshot(request).await.unwrap();
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        let set: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&set["keys"][0]["kty"], &set["keys"][0]["kid"]), (&"OKP".into(), &"k1".into()));
    }
}
