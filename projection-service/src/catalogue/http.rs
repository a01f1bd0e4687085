//! Routes of the catalogue.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::header;
use shared::{
    auth::{Action, Caller, Resource, may},
    http::{Ids, MinLogPosition, Problem, Query, guarded},
    id::{EventId, OrganizationId},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    calendar,
    facets::{self, Counted, FacetsView},
    fold::Entry,
    projection::NAME,
    query::{self, PageWanted, Stock, Wanted},
    view::{EventSummary, EventView},
};
use crate::{
    app::App,
    availability,
    http::{Answer, IfNoneMatch, Page},
};

/// The routes of the catalogue.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::BrowseCatalogue, routes!(events)))
        .routes(guarded(Action::BrowseCatalogue, routes!(event_facets)))
        .routes(guarded(Action::BrowseCatalogue, routes!(event)))
        .routes(guarded(Action::BrowseCatalogue, routes!(event_calendar)))
        .routes(guarded(Action::ViewOrganization, routes!(organization_events)))
}

/// Events on sale, the soonest first.
#[utoipa::path(
    get,
    path = "/events",
    tag = "catalogue",
    params(Wanted, ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234")),
    responses((status = 200, description = "A page of events", body = Page<EventSummary>,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn events(
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    let as_of = app.freshness.wait(&[NAME], min).await?;
    let gone = match wanted.availability {
        Some(Stock::Available) => {
            availability::http::included(&app, min).await?;
            app.availability.gone()
        }
        None => Vec::new(),
    };
    let page =
        query::list(&app.pool, wanted, gone, &app.withdrawn.suspended(), app.clock.now()).await?;
    Ok(Answer::new(as_of, page.map(|entry| summary(&app, entry))).into_response())
}

/// What the events on sale can be filtered by.
///
/// Each value with the number of events that it would leave, under all filters but its own.
#[utoipa::path(
    get,
    path = "/events/facets",
    tag = "catalogue",
    params(Counted, ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234")),
    responses((status = 200, description = "Counts", body = FacetsView,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn event_facets(
    State(app): State<App>,
    Query(counted): Query<Counted>,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    let as_of = app.freshness.wait(&[NAME], min).await?;
    // What is left is counted also if nobody filters by it.
    availability::http::included(&app, min).await?;
    let gone = app.availability.gone();
    let facets =
        facets::count(&app.pool, counted, &gone, &app.withdrawn.suspended(), app.clock.now())
            .await?;
    Ok(Answer::new(as_of, facets).into_response())
}

/// An event in a list, with what is left of it.
pub fn summary(app: &App, entry: Entry) -> EventSummary {
    let figures = app.availability.of(entry.event_id);
    EventSummary::new(entry, figures.map(|watched| watched.answer().on_offer))
}

/// One event. Before it is published, only its organizer sees it.
#[utoipa::path(
    get,
    path = "/events/{event_id}",
    tag = "catalogue",
    params(
        ("event_id" = EventId, Path),
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` the client has"),
    ),
    responses(
        (status = 200, description = "The event", body = EventView,
            headers(("Log-Position" = String, description = "Up to where the log is included"), ("ETag" = String, description = "The version, for `If-Match`"))),
        (status = 304, description = "Nothing has changed"),
    ),
)]
async fn event(
    State(app): State<App>,
    Ids(event): Ids<EventId>,
    caller: Caller,
    min: Option<MinLogPosition>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let as_of = app.freshness.wait(&[NAME], min).await?.about(event);
    let entry = find_visible(&app, event, &caller).await?;
    let version = entry.version;
    let view = EventView::of(entry, &app.withdrawn);
    // A suspension is no edit, so the version doesn't tell whether the client knows of it.
    let known = if view.sales_suspended { IfNoneMatch::default() } else { known };
    let suspended = view.sales_suspended;
    let mut response = Answer::new(as_of, view).versioned(version, &known);
    if suspended {
        response.headers_mut().remove(header::ETAG);
    }
    Ok(response)
}

/// The event for a calendar (iCalendar, RFC 5545), with its times in UTC.
#[utoipa::path(
    get,
    path = "/events/{event_id}/calendar.ics",
    tag = "catalogue",
    params(
        ("event_id" = EventId, Path),
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
    ),
    responses((status = 200, description = "One calendar entry", content_type = "text/calendar", body = String,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn event_calendar(
    State(app): State<App>,
    Ids(event): Ids<EventId>,
    caller: Caller,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    let as_of = app.freshness.wait(&[NAME], min).await?.about(event);
    let entry = find_visible(&app, event, &caller).await?;
    let url = app.public_url.url(&format!("/events/{event}"));
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"event.ics\""),
    ];
    Ok((as_of, headers, calendar::of(&entry, &url, app.clock.now())).into_response())
}

/// Before it is published an event is for its organizer only.
async fn find_visible(app: &App, event: EventId, caller: &Caller) -> Result<Entry, Problem> {
    let entry = query::find(&app.pool, event).await?.ok_or_else(Problem::not_found)?;
    let owner = Resource::Organization(entry.organization_id);
    let visible = entry.published_at.is_some()
        || may(caller.actor(), Action::ViewOrganization, owner).is_ok();
    if visible { Ok(entry) } else { Err(Problem::not_found()) }
}

/// All events of an organization, drafts too, the latest first.
#[utoipa::path(
    get,
    path = "/organizations/{organization_id}/events",
    tag = "organizer",
    params(
        ("organization_id" = OrganizationId, Path),
        PageWanted,
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
    ),
    responses((status = 200, description = "A page of events", body = Page<EventSummary>,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn organization_events(
    State(app): State<App>,
    Ids(organization): Ids<OrganizationId>,
    Query(wanted): Query<PageWanted>,
    caller: Caller,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    caller.may(Resource::Organization(organization))?;
    let as_of = app.freshness.wait(&[NAME], min).await?;
    let page = query::of_organization(&app.scoped, organization, wanted).await?;
    if page.data.is_empty() && !query::organization_exists(&app.scoped, organization).await? {
        return Err(Problem::not_found());
    }
    Ok(Answer::new(as_of, page.map(|entry| summary(&app, entry))).into_response())
}
