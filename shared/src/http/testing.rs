//! An edge for the tests of this folder.

use std::time::Duration;

use axum::Router;
use sqlx::postgres::PgPoolOptions;
use utoipa_axum::router::OpenApiRouter;

use super::{Edge, EdgeError, EdgeSettings};
use crate::{
    auth::{AccessTokens, ApiKeys, Authenticator},
    clock::Clock,
    config::SecretKey,
};

pub(super) fn access_tokens() -> AccessTokens {
    AccessTokens::new(&SecretKey::new([3; 32]))
}

/// An edge whose database doesn't answer: no test here may need it.
pub(super) fn edge_before(
    guarded: OpenApiRouter,
    open: Router,
    settings: EdgeSettings,
) -> Result<Edge, EdgeError> {
    let pool = PgPoolOptions::new()
        .acquire_timeout(Duration::from_millis(200))
        .connect_lazy("postgres://nobody@127.0.0.1:1/none")
        .unwrap();
    let authenticator = Authenticator::new(ApiKeys::new(pool, Clock::system()), access_tokens());
    Edge::try_new(guarded, open, authenticator, settings)
}
