//! Routes that draft, edit, publish and end events.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use shared::{
    auth::{Action, Caller, Resource},
    http::{Body, ETag, ExpectedVersion, FieldError, Ids, Problem, guarded},
    id::{CommandId, EventId, OrganizationId, TicketTypeId},
};
use utoipa::ToSchema;

use super::{
    CancelEvent, CancelEventRejected, ChangeEventBody, ChangeEventRejected, CompleteEvent,
    CompleteEventRejected, DraftEventBody, DraftEventRejected, PublishEvent, PublishEventRejected,
    blocking_rules,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    box_office::{
        BoxOfficeCommand, EventAnswer, EventStatus,
        problem::{field_errors, validation},
    },
    http::{Recorded, Request, digest_of},
    runtime::{CommandContext, Committed},
};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::DraftEvent, routes!(draft_event)))
        .routes(guarded(Action::ManageEvent, routes!(change_event)))
        .routes(guarded(Action::ManageEvent, routes!(publish_event)))
        .routes(guarded(Action::ManageEvent, routes!(cancel_event)))
        .routes(guarded(Action::ManageEvent, routes!(complete_event)))
}

/// Drafts an event, with a disabled default ticket type.
#[utoipa::path(
    post,
    path = "/events",
    tag = "Events",
    params(("Idempotency-Key" = Option<String>, Header, description = "Fresh random text; the same when the request is repeated", min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = DraftEventBody,
    responses(
        (status = 201, description = "The draft", body = EventAnswer),
        (status = 404, description = "No such organisation, or another one's key"),
    )
)]
pub async fn draft_event(
    State(app): State<App>,
    request: Request,
    body: Body<DraftEventBody>,
) -> Result<Response, Problem> {
    let organization = owner(request.caller(), body.value.organization_id)?;
    request.caller().may(Resource::Organization(organization))?;
    let digest = digest_of(&body);
    let context = request.context(&app.ids);
    // The same request drafts the same event, also when its answer was lost.
    let event_id =
        EventId::new(request.command_id().map_or_else(|| app.ids.next(), CommandId::uuid));
    let default_type = TicketTypeId::new(app.ids.next());
    let command = body.value.into_command(event_id, organization, default_type);
    let context = CommandContext { digest: Some(digest), ..context };
    let committed =
        app.offices.execute(event_id, BoxOfficeCommand::DraftEvent(command), context).await?;
    let location = HeaderValue::try_from(format!("/api/v1/events/{event_id}"));
    let mut response = event_answer(&app, event_id, StatusCode::CREATED, &committed).await?;
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Edits an event: what is told about it and the rules of selling.
#[utoipa::path(
    patch,
    path = "/events/{event_id}",
    tag = "Events",
    params(("event_id" = EventId, Path), ("If-Match" = String, Header, description = "The version the edit was made for, quoted", example = "\"3\"")),
    request_body = ChangeEventBody,
    responses(
        (status = 200, description = "The event as it is now", body = EventAnswer),
        (status = 409, description = "The event is over or cancelled, or the figures say no"),
        (status = 412, description = "The event was changed since that version"),
        (status = 428, description = "If-Match is missing"),
    )
)]
pub async fn change_event(
    State(app): State<App>,
    request: Request,
    Ids(event): Ids<EventId>,
    ExpectedVersion(version): ExpectedVersion,
    body: Body<ChangeEventBody>,
) -> Result<Response, Problem> {
    let command = BoxOfficeCommand::ChangeEvent(body.value.into_command());
    edit(&app, event, request, version, command).await
}

/// Whether to publish or only to ask what stands in the way.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishBody {
    #[serde(default)]
    dry_run: bool,
}

/// What stands in the way of publishing.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublishAnswer {
    status: &'static str,
    publishable: bool,
    blocking: Vec<FieldError>,
}

/// Publishes a draft, or lists every rule that stands in the way.
#[utoipa::path(
    post,
    path = "/events/{event_id}/publish",
    tag = "Events",
    params(("event_id" = EventId, Path)),
    request_body = PublishBody,
    responses(
        (status = 200, description = "Published, or what stands in the way", body = PublishAnswer),
        (status = 409, description = "Rules stand in the way, or it is no draft"),
    )
)]
pub async fn publish_event(
    State(app): State<App>,
    request: Request,
    Ids(event): Ids<EventId>,
    body: Body<PublishBody>,
) -> Result<Response, Problem> {
    if body.value.dry_run {
        return dry_run(&app, request.caller(), event).await;
    }
    let context = request.context(&app.ids);
    let command = BoxOfficeCommand::PublishEvent(PublishEvent {});
    let committed = app.offices.execute(event, command, context).await?;
    let status = EventStatus::Published.name();
    let answer = PublishAnswer { status, publishable: true, blocking: Vec::new() };
    Ok((Recorded::from(&committed), Json(answer)).into_response())
}

async fn dry_run(app: &App, caller: &Caller, event: EventId) -> Result<Response, Problem> {
    let now = app.clock.now();
    let found = app.offices.inspect(event, move |office, _| {
        Some((office.organization_id()?, office.view()?.status, blocking_rules(office, now)))
    });
    let (organization, status, blocking) = found.await?.ok_or_else(Problem::not_found)?;
    caller.may(Resource::Organization(organization))?;
    let publishable = status == EventStatus::Draft && blocking.is_empty();
    let blocking = field_errors(blocking);
    Ok(Json(PublishAnswer { status: status.name(), publishable, blocking }).into_response())
}

/// Why an event won't take place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelBody {
    #[schema(example = "The singer is ill.")]
    reason: String,
}

/// Cancels an event: nothing can be bought any more and every hold is over.
#[utoipa::path(
    post,
    path = "/events/{event_id}/cancel",
    tag = "Events",
    params(("event_id" = EventId, Path)),
    request_body = CancelBody,
    responses(
        (status = 200, description = "The event as it is now", body = EventAnswer),
        (status = 409, description = "The event is over or cancelled"),
    )
)]
pub async fn cancel_event(
    State(app): State<App>,
    request: Request,
    Ids(event): Ids<EventId>,
    body: Body<CancelBody>,
) -> Result<Response, Problem> {
    let context = request.context(&app.ids);
    let command = BoxOfficeCommand::CancelEvent(CancelEvent { reason: body.value.reason });
    let committed = app.offices.execute(event, command, context).await?;
    event_answer(&app, event, StatusCode::OK, &committed).await
}

/// Marks an event as over.
#[utoipa::path(
    post,
    path = "/events/{event_id}/complete",
    tag = "Events",
    params(("event_id" = EventId, Path)),
    responses(
        (status = 200, description = "The event as it is now", body = EventAnswer),
        (status = 409, description = "The event isn't over yet, or not published"),
    )
)]
pub async fn complete_event(
    State(app): State<App>,
    request: Request,
    Ids(event): Ids<EventId>,
) -> Result<Response, Problem> {
    let context = request.context(&app.ids);
    let command = BoxOfficeCommand::CompleteEvent(CompleteEvent {});
    let committed = app.offices.execute(event, command, context).await?;
    event_answer(&app, event, StatusCode::OK, &committed).await
}

/// Decides an edit of the edition in `If-Match` and answers the whole event.
pub(in crate::box_office) async fn edit(
    app: &App,
    event: EventId,
    request: Request,
    version: i64,
    command: BoxOfficeCommand,
) -> Result<Response, Problem> {
    // A version no edition can have is stale like any other old one.
    let expected = u32::try_from(version).unwrap_or(u32::MAX);
    let context = CommandContext { expected_edition: Some(expected), ..request.context(&app.ids) };
    let committed = app.offices.execute(event, command, context).await?;
    event_answer(app, event, StatusCode::OK, &committed).await
}

/// The whole event, with its edition as `ETag` and where the change is in the log.
pub(in crate::box_office) async fn event_answer(
    app: &App,
    event: EventId,
    status: StatusCode,
    committed: &Committed,
) -> Result<Response, Problem> {
    let view = app.event_view(event).await?;
    let etag = ETag(view.edition.into());
    let answer = EventAnswer::from(view);
    Ok((status, etag, Recorded::from(committed), Json(answer)).into_response())
}

/// Whose event is drafted: who works for one organisation drafts its events, others say whose.
fn owner(caller: &Caller, named: Option<OrganizationId>) -> Result<OrganizationId, Problem> {
    named.or_else(|| caller.actor().reach(caller.action()).only()).ok_or_else(|| {
        let detail = "Say whose event this is.";
        let fault = FieldError::new("/organization_id", "missing-field", detail);
        Problem::validation(vec![fault])
    })
}

pub(in crate::box_office) fn draft_problem(rejected: DraftEventRejected) -> Problem {
    match rejected {
        DraftEventRejected::AlreadyDrafted => {
            Problem::conflict("already-drafted", rejected.to_string())
        }
        DraftEventRejected::Invalid(violations) => validation(violations),
    }
}

pub(in crate::box_office) fn change_problem(rejected: ChangeEventRejected) -> Problem {
    match rejected {
        ChangeEventRejected::EventUnknown => Problem::not_found(),
        ChangeEventRejected::EventClosed { status } => closed(status, rejected.to_string()),
        ChangeEventRejected::Invalid(violations) => validation(violations),
    }
}

pub(in crate::box_office) fn publish_problem(rejected: PublishEventRejected) -> Problem {
    match rejected {
        PublishEventRejected::EventUnknown => Problem::not_found(),
        PublishEventRejected::NotADraft { status } => {
            Problem::conflict("not-a-draft", rejected.to_string()).figure("status", status.name())
        }
        PublishEventRejected::Blocked(violations) => {
            let detail = "The event can't be published yet. See errors.";
            Problem::conflict("not-publishable", detail).errors(field_errors(violations))
        }
    }
}

pub(in crate::box_office) fn cancel_problem(rejected: CancelEventRejected) -> Problem {
    match rejected {
        CancelEventRejected::EventUnknown => Problem::not_found(),
        CancelEventRejected::EventClosed { status } => closed(status, rejected.to_string()),
        CancelEventRejected::Invalid(violations) => validation(violations),
    }
}

/// The event is over or cancelled.
pub(in crate::box_office) fn closed(status: EventStatus, detail: String) -> Problem {
    Problem::conflict("event-closed", detail).figure("status", status.name())
}

pub(in crate::box_office) fn complete_problem(rejected: CompleteEventRejected) -> Problem {
    match rejected {
        CompleteEventRejected::EventUnknown => Problem::not_found(),
        CompleteEventRejected::NotPublished { status } => {
            Problem::conflict("event-not-published", rejected.to_string())
                .figure("status", status.name())
        }
        CompleteEventRejected::NotOver { over_at } => {
            Problem::conflict("event-not-over", rejected.to_string())
                .figure("over_at", over_at.to_rfc3339())
        }
    }
}
