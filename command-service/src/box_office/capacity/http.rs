//! Routes that set capacity and ticket types.

use axum::{extract::State, response::Response};
use http::StatusCode;
use shared::{
    auth::Action,
    http::{Body, ExpectedVersion, FieldError, Ids, Problem, guarded},
    id::{EventId, TicketTypeId},
};

use super::{
    AddTicketTypeBody, AddTicketTypeRejected, ChangeTicketTypeBody, ChangeTicketTypeRejected,
    SetCapacity, SetCapacityBody, SetCapacityRejected,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    box_office::{
        BoxOfficeCommand, EventAnswer,
        catalogue::http::{closed, edit, event_answer},
        problem::validation,
    },
    http::{Request, digest_of},
    runtime::CommandContext,
};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ManageEvent, routes!(set_capacity)))
        .routes(guarded(Action::ManageEvent, routes!(add_ticket_type)))
        .routes(guarded(Action::ManageEvent, routes!(change_ticket_type)))
}

/// Sets how many tickets may be sold over all types.
#[utoipa::path(
    put,
    path = "/events/{event_id}/capacity",
    tag = "Events",
    params(("event_id" = EventId, Path), ("If-Match" = String, Header, description = "The version the edit was made for, quoted", example = "\"3\"")),
    request_body = SetCapacityBody,
    responses(
        (status = 200, description = "The event as it is now", body = EventAnswer),
        (status = 409, description = "The event is over or cancelled, or the figures say no"),
        (status = 412, description = "The event was changed since that version"),
        (status = 428, description = "If-Match is missing"),
    )
)]
pub async fn set_capacity(
    State(app): State<App>,
    request: Request,
    Ids(event): Ids<EventId>,
    ExpectedVersion(version): ExpectedVersion,
    body: Body<SetCapacityBody>,
) -> Result<Response, Problem> {
    let total_capacity = body.value.total_capacity;
    let command = BoxOfficeCommand::SetCapacity(SetCapacity { total_capacity });
    edit(&app, event, request, version, command).await
}

/// Adds a ticket type.
#[utoipa::path(
    post,
    path = "/events/{event_id}/ticket-types",
    tag = "Events",
    params(("event_id" = EventId, Path), ("Idempotency-Key" = Option<String>, Header, description = "Fresh random text; the same when the request is repeated", min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = AddTicketTypeBody,
    responses(
        (status = 201, description = "The event with the new type", body = EventAnswer),
        (status = 409, description = "The event is over or cancelled, or the figures say no"),
    )
)]
pub async fn add_ticket_type(
    State(app): State<App>,
    request: Request,
    Ids(event): Ids<EventId>,
    body: Body<AddTicketTypeBody>,
) -> Result<Response, Problem> {
    let digest = Some(digest_of(&body));
    let context = request.context(&app.ids);
    let command = body.value.into_command(TicketTypeId::new(app.ids.next()));
    let context = CommandContext { digest, ..context };
    let committed =
        app.offices.execute(event, BoxOfficeCommand::AddTicketType(command), context).await?;
    event_answer(&app, event, StatusCode::CREATED, &committed).await
}

/// Edits a ticket type. Holds and orders made before keep their terms.
#[utoipa::path(
    patch,
    path = "/events/{event_id}/ticket-types/{ticket_type_id}",
    tag = "Events",
    params(("event_id" = EventId, Path), ("ticket_type_id" = TicketTypeId, Path), ("If-Match" = String, Header, description = "The version the edit was made for, quoted", example = "\"3\"")),
    request_body = ChangeTicketTypeBody,
    responses(
        (status = 200, description = "The event as it is now", body = EventAnswer),
        (status = 409, description = "The event is over or cancelled, or the figures say no"),
        (status = 412, description = "The event was changed since that version"),
        (status = 428, description = "If-Match is missing"),
    )
)]
pub async fn change_ticket_type(
    State(app): State<App>,
    request: Request,
    Ids((event, ticket_type)): Ids<(EventId, TicketTypeId)>,
    ExpectedVersion(version): ExpectedVersion,
    body: Body<ChangeTicketTypeBody>,
) -> Result<Response, Problem> {
    let command = BoxOfficeCommand::ChangeTicketType(body.value.into_command(ticket_type));
    edit(&app, event, request, version, command).await
}

pub(in crate::box_office) fn set_problem(rejected: SetCapacityRejected) -> Problem {
    let detail = rejected.to_string();
    match rejected {
        SetCapacityRejected::EventUnknown => Problem::not_found(),
        SetCapacityRejected::EventClosed { status } => closed(status, detail),
        SetCapacityRejected::BelowSoldAndHeld { total_capacity, sold, held } => {
            Problem::conflict("capacity-below-sold", detail)
                .figure("total_capacity", total_capacity)
                .figure("sold", sold)
                .figure("held", held)
        }
        SetCapacityRejected::BelowAllocations { total_capacity, allocated } => {
            Problem::conflict("allocations-exceed-capacity", detail)
                .figure("total_capacity", total_capacity)
                .figure("allocated", allocated)
        }
        SetCapacityRejected::TooLarge { .. } => {
            let fault = FieldError::new("/total_capacity", "out-of-range", detail);
            Problem::validation(vec![fault])
        }
    }
}

pub(in crate::box_office) fn add_problem(rejected: AddTicketTypeRejected) -> Problem {
    let detail = rejected.to_string();
    match rejected {
        AddTicketTypeRejected::EventUnknown => Problem::not_found(),
        AddTicketTypeRejected::EventClosed { status } => closed(status, detail),
        AddTicketTypeRejected::AlreadyAdded => Problem::conflict("already-added", detail),
        AddTicketTypeRejected::TooManyTicketTypes => {
            Problem::conflict("too-many-ticket-types", detail)
        }
        AddTicketTypeRejected::Invalid(violations) => validation(violations),
    }
}

pub(in crate::box_office) fn change_problem(rejected: ChangeTicketTypeRejected) -> Problem {
    match rejected {
        ChangeTicketTypeRejected::EventUnknown | ChangeTicketTypeRejected::TicketTypeUnknown => {
            Problem::not_found()
        }
        ChangeTicketTypeRejected::EventClosed { status } => closed(status, rejected.to_string()),
        ChangeTicketTypeRejected::Invalid(violations) => validation(violations),
    }
}
