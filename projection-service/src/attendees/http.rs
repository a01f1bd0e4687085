//! Routes of attendees.

use std::collections::HashMap;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::{
    auth::{Action, Caller, Resource},
    http::{Ids, MinLogPosition, Problem, Query, guarded},
    id::{EventId, OrderId, PersonId, TicketId, TicketTypeId},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::query::{self, Attendee, Wanted};
use crate::{
    app::App,
    catalogue,
    contact::{self, BuyerContact},
    http::{Answer, Page},
    orders,
    status::TicketStatus,
    tickets,
};

const READ: &[&str] =
    &[tickets::projection::NAME, orders::projection::NAME, catalogue::projection::NAME];

/// The routes of attendees.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(guarded(Action::ViewOrganization, routes!(event_attendees)))
}

/// A ticket with who bought it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttendeeView {
    pub ticket_id: TicketId,
    pub order_id: OrderId,
    pub ticket_type_id: TicketTypeId,
    /// The name of the type.
    pub ticket_type: Option<String>,
    pub status: TicketStatus,
    pub issued_at: DateTime<Utc>,
    /// Absent if the person was forgotten.
    pub buyer: Option<BuyerContact>,
}

impl AttendeeView {
    fn of(attendee: Attendee, contacts: &HashMap<PersonId, BuyerContact>) -> Self {
        let buyer = attendee.person_id.and_then(|person| contacts.get(&person)).cloned();
        Self {
            ticket_id: attendee.ticket_id,
            order_id: attendee.order_id,
            ticket_type_id: attendee.ticket_type_id,
            ticket_type: attendee.ticket_type,
            status: attendee.status,
            issued_at: attendee.issued_at,
            buyer,
        }
    }
}

/// Who comes to an event: its tickets with their buyers, the latest first.
#[utoipa::path(
    get,
    path = "/events/{event_id}/attendees",
    tag = "organizer",
    params(
        ("event_id" = EventId, Path),
        Wanted,
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
    ),
    responses((status = 200, description = "A page of attendees", body = Page<AttendeeView>,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn event_attendees(
    State(app): State<App>,
    Ids(event): Ids<EventId>,
    Query(wanted): Query<Wanted>,
    caller: Caller,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    let as_of = app.freshness.wait(READ, min).await?.about(event);
    let organization = catalogue::query::seller(&app.scoped, event).await?;
    caller.may(Resource::Organization(organization.ok_or_else(Problem::not_found)?))?;
    let page = query::find(&app, event, wanted).await?;
    let persons: Vec<PersonId> = page.data.iter().filter_map(|one| one.person_id).collect();
    let contacts = contact::find_all(&app, &persons).await?;
    let page = page.map(|attendee| AttendeeView::of(attendee, &contacts));
    Ok(Answer::new(as_of, page).into_response())
}
