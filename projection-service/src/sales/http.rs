//! Routes of sales.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use shared::{
    auth::{Action, Caller, Resource},
    http::{Ids, MinLogPosition, Problem, Query, guarded},
    id::OrganizationId,
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    projection::NAME,
    query::{self, Wanted},
    report::{EventSales, SalesReport},
};
use crate::{app::App, catalogue, http::Answer, query_error::QueryError};

/// The routes of sales.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(guarded(Action::ViewOrganization, routes!(sales_report)))
}

/// What an organization sold: revenue, orders and tickets by event and type, and for one event by
/// day and hour in its time zone.
#[utoipa::path(
    get,
    path = "/organizations/{organization_id}/reports/sales",
    tag = "organizer",
    params(
        ("organization_id" = OrganizationId, Path),
        Wanted,
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
    ),
    responses((status = 200, description = "The report", body = SalesReport,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn sales_report(
    State(app): State<App>,
    Ids(organization): Ids<OrganizationId>,
    Query(wanted): Query<Wanted>,
    caller: Caller,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    caller.may(Resource::Organization(organization))?;
    let as_of = app.freshness.wait(&[NAME], min).await?;
    let report = report(&app, organization, wanted).await?;
    if report.events.is_empty() {
        let missing_event = wanted.event_id.is_some();
        if missing_event
            || !catalogue::query::organization_exists(&app.scoped, organization).await?
        {
            return Err(Problem::not_found());
        }
    }
    Ok(Answer::new(as_of, report).into_response())
}

async fn report(
    app: &App,
    organization: OrganizationId,
    wanted: Wanted,
) -> Result<SalesReport, QueryError> {
    let totals = query::totals(&app.scoped, organization, wanted).await?;
    let sold = query::events(&app.scoped, organization, wanted).await?;
    let ids: Vec<Uuid> = sold.iter().map(|event| event.event_id.uuid()).collect();
    let types = query::types(&app.scoped, &ids, wanted).await?;
    let mut events = Vec::with_capacity(sold.len());
    for event in sold {
        let event_id = event.event_id;
        let sales = EventSales::of(event, &types);
        events.push(if wanted.event_id == Some(event_id) {
            sales.over_time(&query::quarters(&app.scoped, event_id, wanted).await?)?
        } else {
            sales
        });
    }
    let totals = totals.into_iter().map(Into::into).collect();
    Ok(SalesReport { organization_id: organization, totals, events })
}
