//! Routes of reservations.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::{
    auth::{Action, Caller, Resource},
    clock::Timestamp,
    http::{Ids, MinLogPosition, Problem, guarded},
    id::{EventId, OrderId, ReservationId},
    money::Money,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    projection::NAME,
    query::{self, Reservation},
};
use crate::{
    app::App,
    contact::{self, BuyerContact},
    http::{Answer, Item, items, total},
    status::ReservationStatus,
};

/// The routes of reservations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(guarded(Action::ViewOrder, routes!(reservation)))
}

/// A hold on tickets.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReservationView {
    pub reservation_id: ReservationId,
    pub event_id: EventId,
    pub status: ReservationStatus,
    /// The order it became; present once it is `CONSUMED`.
    pub order_id: Option<OrderId>,
    pub items: Vec<Item>,
    pub total: Money,
    pub created_at: DateTime<Utc>,
    /// The server's deadline, exclusive.
    pub expires_at: DateTime<Utc>,
    /// The server's time, to count down from.
    pub now: DateTime<Utc>,
    /// Absent if the person was forgotten.
    pub contact: Option<BuyerContact>,
}

/// One hold, for its holder and the event's organizer.
#[utoipa::path(
    get,
    path = "/reservations/{reservation_id}",
    tag = "buying",
    params(
        ("reservation_id" = ReservationId, Path),
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
    ),
    responses((status = 200, description = "The hold", body = ReservationView,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn reservation(
    State(app): State<App>,
    Ids(reservation): Ids<ReservationId>,
    caller: Caller,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    let as_of = app.freshness.wait(&[NAME], min).await?;
    let found = query::find(&app.pool, reservation).await?.ok_or_else(Problem::not_found)?;
    caller.may(Resource::Reservation {
        reservation,
        organization: found.organization_id,
        person: Some(found.person_id),
    })?;
    let contact = contact::find(&app, found.person_id).await?;
    let as_of = as_of.about(found.event_id);
    Ok(Answer::new(as_of, view(&found, contact, app.clock.now())?).into_response())
}

fn view(
    found: &Reservation,
    contact: Option<BuyerContact>,
    now: Timestamp,
) -> Result<ReservationView, Problem> {
    let (items, status) = (items(&found.lines, found.currency)?, found.status_at(now));
    Ok(ReservationView {
        reservation_id: found.reservation_id,
        event_id: found.event_id,
        status,
        order_id: (status == ReservationStatus::Consumed).then(|| found.reservation_id.into()),
        total: total(&items, found.currency)?,
        items,
        created_at: found.created_at,
        expires_at: found.expires_at,
        now,
        contact,
    })
}
