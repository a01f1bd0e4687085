//! Routes of orders.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use shared::{
    auth::{Action, Caller, Resource, Seen},
    http::{Ids, MinLogPosition, Problem, Query, guarded},
    id::{EventId, OrderId, OrganizationId, PersonId, ReservationId},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    projection::NAME,
    query::{self, OfEventWanted, Wanted},
    search,
    view::{OrderView, TimelineView},
};
use crate::{
    app::App,
    catalogue, contact,
    http::{Answer, Page},
    query_error::QueryError,
    reservations, tickets,
};

/// A search may be for a ticket or an event's seller too.
const READ_BY_LISTS: &[&str] = &[NAME, tickets::projection::NAME, catalogue::projection::NAME];

/// The routes of orders.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ViewOrder, routes!(order)))
        .routes(guarded(Action::ViewOrder, routes!(order_timeline)))
        .routes(guarded(Action::ViewOrganization, routes!(orders)))
        .routes(guarded(Action::ViewOrganization, routes!(event_orders)))
}

/// One order, for its holder and the event's organizer.
#[utoipa::path(
    get,
    path = "/orders/{order_id}",
    tag = "buying",
    params(
        ("order_id" = OrderId, Path),
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
    ),
    responses((status = 200, description = "The order", body = OrderView,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn order(
    State(app): State<App>,
    Ids(order): Ids<OrderId>,
    caller: Caller,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    let as_of = app.freshness.wait(&[NAME], min).await?;
    let found = query::find(&app.scoped, order).await?.ok_or_else(Problem::not_found)?;
    let (reservation, organization) = (order.into(), found.organization_id);
    let person = Some(found.person_id);
    caller.may(Resource::Reservation { reservation, organization, person })?;
    let contact = contact::find(&app, found.person_id).await?;
    let as_of = as_of.about(found.event_id);
    Ok(Answer::new(as_of, OrderView::of(found, contact)?).into_response())
}

/// What happened about an order: held, paid, issued, completed, refunded. Also there for a hold that
/// didn't become an order.
#[utoipa::path(
    get,
    path = "/orders/{order_id}/timeline",
    tag = "buying",
    params(
        ("order_id" = OrderId, Path),
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
    ),
    responses((status = 200, description = "The timeline", body = TimelineView,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn order_timeline(
    State(app): State<App>,
    Ids(order): Ids<OrderId>,
    caller: Caller,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    let read = [reservations::projection::NAME, NAME, tickets::projection::NAME];
    let as_of = app.freshness.wait(&read, min).await?;
    let reservation = ReservationId::from(order);
    let hold = reservations::query::find(&app.pool, reservation).await?;
    let hold = hold.ok_or_else(Problem::not_found)?;
    caller.may(Resource::Reservation {
        reservation,
        organization: hold.organization_id,
        person: Some(hold.person_id),
    })?;
    let steps = query::steps(&app.scoped, order, hold.currency).await?;
    let issued = tickets::query::issued(&app.scoped, order).await?;
    let as_of = as_of.about(hold.event_id);
    Ok(Answer::new(as_of, TimelineView::of(&hold, steps, issued)).into_response())
}

/// The orders of the organizations that the caller works for, the latest first.
#[utoipa::path(
    get,
    path = "/orders",
    tag = "organizer",
    params(Wanted, ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234")),
    responses((status = 200, description = "A page of orders", body = Page<OrderView>,
        headers(("Log-Position" = String, description = "Up to where the log is included"))),
        (status = 404, description = "The organization is missing, or someone else's")),
)]
async fn orders(
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
    caller: Caller,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    let organizations = match wanted.organization_id {
        Some(organization) => {
            caller.may(Resource::Organization(organization))?;
            Some(vec![organization])
        }
        None => caller.actor().reach(caller.action()).within(),
    };
    if let Some(organizations) = &organizations {
        Seen::narrow_to(organizations);
    }
    let as_of = app.freshness.wait(READ_BY_LISTS, min).await?;
    Ok(Answer::new(as_of, page(&app, organizations, wanted).await?).into_response())
}

/// The orders of an event, the latest first.
#[utoipa::path(
    get,
    path = "/events/{event_id}/orders",
    tag = "organizer",
    params(
        ("event_id" = EventId, Path),
        OfEventWanted,
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
    ),
    responses((status = 200, description = "A page of orders", body = Page<OrderView>,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn event_orders(
    State(app): State<App>,
    Ids(event): Ids<EventId>,
    Query(wanted): Query<OfEventWanted>,
    caller: Caller,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    let as_of = app.freshness.wait(READ_BY_LISTS, min).await?.about(event);
    let organization = catalogue::query::seller(&app.scoped, event).await?;
    let organization = organization.ok_or_else(Problem::not_found)?;
    caller.may(Resource::Organization(organization))?;
    let page = page(&app, Some(vec![organization]), wanted.of(event)).await?;
    Ok(Answer::new(as_of, page).into_response())
}

async fn page(
    app: &App,
    organizations: Option<Vec<OrganizationId>>,
    wanted: Wanted,
) -> Result<Page<OrderView>, QueryError> {
    let page = search::find(app, organizations, wanted).await?;
    let persons: Vec<PersonId> = page.data.iter().map(|order| order.person_id).collect();
    let contacts = contact::find_all(app, &persons).await?;
    let view = |order: query::Order| {
        let contact = contacts.get(&order.person_id).cloned();
        OrderView::of(order, contact)
    };
    let views: Result<Vec<_>, QueryError> = page.data.into_iter().map(view).collect();
    Ok(Page { data: views?, next_cursor: page.next_cursor })
}
