//! Routes of availability: the figures now, and as they change.

use std::{pin::pin, sync::Arc};

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use shared::{
    auth::{Action, Caller, Resource, may},
    event_log::LogPosition,
    http::{Ids, MinLogPosition, Problem, guarded},
    id::EventId,
};
use tokio::time::timeout;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    memory::{Answer, Watched},
    query,
    stream::{self, Listening},
    view::AvailabilityView,
};
use crate::{
    app::App,
    freshness::{self, PATIENCE},
    http::{IfNoneMatch, LOG_POSITION},
    reservations,
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Private because of drafts; to be asked again every time, which an `ETag` makes cheap.
const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// The routes of availability.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::BrowseCatalogue, routes!(availability)))
        .routes(guarded(Action::BrowseCatalogue, routes!(availability_stream)))
}

/// What is left of an event.
#[utoipa::path(
    get,
    path = "/events/{event_id}/availability",
    tag = "catalogue",
    params(
        ("event_id" = EventId, Path),
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` the client has"),
    ),
    responses(
        (status = 200, description = "The figures as of now", body = AvailabilityView,
            headers(("Log-Position" = String, description = "Up to where the log is included"), ("ETag" = String))),
        (status = 304, description = "Nothing has changed"),
    ),
)]
async fn availability(
    State(app): State<App>,
    Ids(event): Ids<EventId>,
    caller: Caller,
    min: Option<MinLogPosition>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let found = find(&app, event, min).await?;
    let answer = found.watched.answer();
    admit(&answer, &caller)?;
    let position = position(&app, &answer, &found);
    Ok(respond(&answer, position, &known))
}

/// What is left of an event, as it changes: server-sent events named `availability`, the present
/// figures first. After an interruption send the last event's id as `Last-Event-ID`.
#[utoipa::path(
    get,
    path = "/events/{event_id}/availability/stream",
    tag = "catalogue",
    params(
        ("event_id" = EventId, Path),
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
        ("Last-Event-ID" = Option<String>, Header, description = "The last event seen", example = "7:1234"),
    ),
    responses(
        (status = 200, description = "Events without end; each `data` is the availability as JSON", content_type = "text/event-stream", body = String),
    ),
)]
async fn availability_stream(
    State(app): State<App>,
    Ids(event): Ids<EventId>,
    caller: Caller,
    min: Option<MinLogPosition>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Found { watched, .. } = find(&app, event, min).await?;
    admit(&watched.answer(), &caller)?;
    let seen = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()?.parse().ok());
    let only_once = !app.availability.is_live();
    let listening = Listening { seen, only_once, rhythm: app.rhythm };
    let events = stream::events(watched, listening, app.stop.clone());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        // nginx would hold the events back otherwise.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::from_stream(events)).into_response())
}

/// The ready answer about an event that the public may see, including the log up to `min`.
///
/// # Errors
///
/// 404 for every other event; 503 if the log isn't included in half a second.
pub async fn published(
    app: &App,
    event: EventId,
    min: LogPosition,
) -> Result<Arc<Answer>, Problem> {
    let answer = find(app, event, Some(MinLogPosition(min))).await?.watched.answer();
    if answer.published { Ok(answer) } else { Err(Problem::not_found()) }
}

/// Waits until the figures in memory include the log up to `min`, if they follow it.
///
/// # Errors
///
/// 422 if nobody was told that position; 503 if it isn't included in half a second.
pub async fn included(app: &App, min: Option<MinLogPosition>) -> Result<(), Problem> {
    if let Some(MinLogPosition(wanted)) = min.filter(|_| app.availability.is_live()) {
        let mut reached = pin!(app.availability.reached(wanted));
        if reached.as_mut().now_or_never().is_none() {
            app.freshness.require(MinLogPosition(wanted)).await?;
            timeout(PATIENCE, reached).await.map_err(|_| freshness::not_yet(min))?;
        }
    }
    Ok(())
}

/// The figures of an event.
struct Found {
    watched: Arc<Watched>,
    is_in_memory: bool,
}

/// The figures of an event: from memory, or from the read tables if it was over before this process
/// began or the log isn't followed yet.
async fn find(app: &App, event: EventId, min: Option<MinLogPosition>) -> Result<Found, Problem> {
    included(app, min).await?;
    if let Some(watched) = app.availability.of(event) {
        return Ok(Found { watched, is_in_memory: true });
    }
    app.freshness.wait(&[reservations::projection::NAME], min).await?;
    let stock = query::find(&app.pool, event).await?.ok_or_else(Problem::not_found)?;
    let watched = Arc::new(Watched::new(Arc::new(Answer::of(&stock))));
    Ok(Found { watched, is_in_memory: false })
}

/// Before it is published an event is for its organizer only.
fn admit(answer: &Answer, caller: &Caller) -> Result<(), Problem> {
    let owner = Resource::Organization(answer.organization_id);
    if answer.published || may(caller.actor(), Action::ViewOrganization, owner).is_ok() {
        Ok(())
    } else {
        Err(Problem::not_found())
    }
}

fn respond(answer: &Answer, position: HeaderValue, known: &IfNoneMatch) -> Response {
    let mut response = if known.is(&answer.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Response::new(Body::from(answer.json.clone()));
        response.headers_mut().insert(header::CONTENT_TYPE, JSON);
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, answer.etag.clone());
    headers.insert(header::CACHE_CONTROL, REVALIDATE);
    headers.insert(LOG_POSITION, position);
    response
}

/// Up to where the log is included: as far as memory goes, or at least as far as the figures do.
fn position(app: &App, answer: &Answer, found: &Found) -> HeaderValue {
    let shard = answer.log_position.shard;
    let memory = app.availability.log_position(shard).filter(|_| found.is_in_memory);
    memory.unwrap_or_else(|| answer.position_header.clone())
}
