//! Routes of tickets.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use http::{HeaderValue, header};
use serde::Serialize;
use shared::{
    auth::{Action, Caller, Resource},
    http::{Ids, MinLogPosition, Problem, Query, guarded},
    id::{EventId, OrderId, TicketId, TicketTypeId},
    ticket_code::qr,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    projection::NAME,
    query::{self, PageWanted, Ticket},
};
use crate::{
    app::App,
    freshness::AsOf,
    http::{Answer, Page},
    orders,
    status::TicketStatus,
};

const SVG: HeaderValue = HeaderValue::from_static("image/svg+xml");
const PNG: HeaderValue = HeaderValue::from_static("image/png");

/// The routes of tickets.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ViewOrder, routes!(ticket)))
        .routes(guarded(Action::ViewOrder, routes!(ticket_qr_svg)))
        .routes(guarded(Action::ViewOrder, routes!(ticket_qr_png)))
        .routes(guarded(Action::ViewOrder, routes!(order_tickets)))
}

/// A single admission.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketView {
    pub ticket_id: TicketId,
    pub order_id: OrderId,
    pub event_id: EventId,
    pub ticket_type_id: TicketTypeId,
    pub status: TicketStatus,
    pub issued_at: DateTime<Utc>,
    /// What its QR code says.
    #[schema(example = "ticket:0197a0c4-…:v1:…")]
    pub code: String,
}

/// One ticket, for its holder and the event's organizer.
#[utoipa::path(
    get,
    path = "/tickets/{ticket_id}",
    tag = "buying",
    params(
        ("ticket_id" = TicketId, Path),
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
    ),
    responses((status = 200, description = "The ticket", body = TicketView,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn ticket(
    State(app): State<App>,
    Ids(ticket): Ids<TicketId>,
    caller: Caller,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    let (as_of, ticket) = admitted(&app, ticket, &caller, min).await?;
    Ok(Answer::new(as_of, view(&app, &ticket)).into_response())
}

/// The ticket's QR code as SVG.
#[utoipa::path(
    get,
    path = "/tickets/{ticket_id}/qr.svg",
    tag = "buying",
    params(
        ("ticket_id" = TicketId, Path),
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
    ),
    responses((status = 200, description = "The picture", content_type = "image/svg+xml", body = String,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn ticket_qr_svg(
    State(app): State<App>,
    Ids(ticket): Ids<TicketId>,
    caller: Caller,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    let (as_of, ticket) = admitted(&app, ticket, &caller, min).await?;
    let svg = qr::as_svg(&app.ticket_codes.sign(ticket.ticket_id));
    let svg = svg.map_err(|error| Problem::internal(&error))?;
    let headers = [(header::CONTENT_TYPE, SVG)];
    Ok((as_of, headers, svg).into_response())
}

/// The ticket's QR code as PNG.
#[utoipa::path(
    get,
    path = "/tickets/{ticket_id}/qr.png",
    tag = "buying",
    params(
        ("ticket_id" = TicketId, Path),
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
    ),
    responses((status = 200, description = "The picture", content_type = "image/png", body = Vec<u8>,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn ticket_qr_png(
    State(app): State<App>,
    Ids(ticket): Ids<TicketId>,
    caller: Caller,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    let (as_of, ticket) = admitted(&app, ticket, &caller, min).await?;
    let png = qr::as_png(&app.ticket_codes.sign(ticket.ticket_id));
    let png = png.map_err(|error| Problem::internal(&error))?;
    let headers = [(header::CONTENT_TYPE, PNG)];
    Ok((as_of, headers, png).into_response())
}

/// The tickets of an order.
#[utoipa::path(
    get,
    path = "/orders/{order_id}/tickets",
    tag = "buying",
    params(
        ("order_id" = OrderId, Path),
        PageWanted,
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
    ),
    responses((status = 200, description = "A page of tickets", body = Page<TicketView>,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn order_tickets(
    State(app): State<App>,
    Ids(order): Ids<OrderId>,
    Query(wanted): Query<PageWanted>,
    caller: Caller,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    let as_of = app.freshness.wait(&[orders::projection::NAME, NAME], min).await?;
    let found = orders::query::find(&app.scoped, order).await?.ok_or_else(Problem::not_found)?;
    let (reservation, organization) = (order.into(), found.organization_id);
    let person = Some(found.person_id);
    caller.may(Resource::Reservation { reservation, organization, person })?;
    let page = query::of_order(&app.scoped, order, wanted).await?;
    let page = page.map(|ticket| view(&app, &ticket));
    Ok(Answer::new(as_of.about(found.event_id), page).into_response())
}

/// A ticket that the caller may see.
async fn admitted(
    app: &App,
    ticket: TicketId,
    caller: &Caller,
    min: Option<MinLogPosition>,
) -> Result<(AsOf, Ticket), Problem> {
    let as_of = app.freshness.wait(&[NAME], min).await?;
    let found = query::find(&app.pool, ticket).await?.ok_or_else(Problem::not_found)?;
    let (reservation, organization) = (found.order_id.into(), found.organization_id);
    // Only an account may see it for who has bought it.
    let person = match caller.actor().account() {
        Some(_) => orders::query::find(&app.pool, found.order_id).await?.map(|of| of.person_id),
        None => None,
    };
    caller.may(Resource::Reservation { reservation, organization, person })?;
    Ok((as_of.about(found.event_id), found))
}

fn view(app: &App, ticket: &Ticket) -> TicketView {
    TicketView {
        ticket_id: ticket.ticket_id,
        order_id: ticket.order_id,
        event_id: ticket.event_id,
        ticket_type_id: ticket.ticket_type_id,
        status: ticket.status,
        issued_at: ticket.issued_at,
        code: app.ticket_codes.sign(ticket.ticket_id),
    }
}
