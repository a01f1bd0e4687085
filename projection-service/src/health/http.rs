//! Routes of the platform itself.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use shared::{
    auth::{Action, Caller, Resource},
    event_log::{Shard, read},
    http::{Problem, guarded},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::query::{self, PlatformHealth};
use crate::{app::App, freshness::AsOf, http::Answer, query_error::QueryError};

/// The routes of the platform itself.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(guarded(Action::ViewPlatformHealth, routes!(platform_health)))
}

/// How far projections and policies are behind the log, and what couldn't be folded.
#[utoipa::path(
    get,
    path = "/platform/health",
    tag = "platform",
    responses((status = 200, description = "The platform's health", body = PlatformHealth,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn platform_health(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    caller.may(Resource::Platform)?;
    let heads = read::heads(&app.pool).await.map_err(QueryError::from)?;
    let health = query::platform(&app.pool, app.clock.now()).await?;
    let position = |shard: Shard| {
        let head = heads.iter().find(|head| head.log_position.shard == shard);
        head.map_or(0, |head| head.log_position.position)
    };
    Ok(Answer::new(AsOf::new(position, None), health).into_response())
}
