//! Routes for whoever runs the platform.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use shared::{
    auth::{Action, Caller, Resource},
    http::{MinLogPosition, Problem, Query, guarded},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    growth::{self, GrowthReport},
    organizations::{self, PlatformOrganization},
    people::{self, PlatformPerson},
};
use crate::{
    app::App,
    catalogue,
    http::{Answer, Page},
    orders, sales,
};

const READ: &[&str] = &[sales::projection::NAME, catalogue::projection::NAME];
const GROWTH_READ: &[&str] =
    &[sales::projection::NAME, catalogue::projection::NAME, orders::projection::NAME];

/// The routes of the platform.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ViewPlatform, routes!(platform_organizations)))
        .routes(guarded(Action::ViewPlatform, routes!(platform_people)))
        .routes(guarded(Action::ViewPlatform, routes!(platform_growth)))
}

/// Every organisation with its events and what it sold, the latest first.
#[utoipa::path(
    get,
    path = "/platform/organizations",
    tag = "Platform",
    params(
        organizations::Wanted,
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
    ),
    responses((status = 200, description = "A page of organisations", body = Page<PlatformOrganization>,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn platform_organizations(
    State(app): State<App>,
    Query(wanted): Query<organizations::Wanted>,
    caller: Caller,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    caller.may(Resource::Platform)?;
    let as_of = app.freshness.wait(READ, min).await?;
    Ok(Answer::new(as_of, organizations::list(&app, wanted).await?).into_response())
}

/// Everybody with an account, the latest first.
#[utoipa::path(
    get,
    path = "/platform/people",
    tag = "Platform",
    params(people::Wanted),
    responses((status = 200, description = "A page of people", body = Page<PlatformPerson>)),
)]
async fn platform_people(
    State(app): State<App>,
    Query(wanted): Query<people::Wanted>,
    caller: Caller,
) -> Result<Json<Page<PlatformPerson>>, Problem> {
    caller.may(Resource::Platform)?;
    Ok(Json(people::list(&app, wanted).await?))
}

/// What came in and what was added, day by day (UTC), and over as many days before.
#[utoipa::path(
    get,
    path = "/platform/growth",
    tag = "Platform",
    params(
        growth::Wanted,
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
    ),
    responses((status = 200, description = "The report", body = GrowthReport,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn platform_growth(
    State(app): State<App>,
    Query(wanted): Query<growth::Wanted>,
    caller: Caller,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    caller.may(Resource::Platform)?;
    let period = wanted.period(app.clock.now().date_naive())?;
    let as_of = app.freshness.wait(GROWTH_READ, min).await?;
    Ok(Answer::new(as_of, growth::report(&app, period).await?).into_response())
}
