//! Routes of devices and doors.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    auth::{Action, Caller, Resource},
    http::{Ids, MinLogPosition, Problem, Query, guarded},
    id::{DeviceId, EventId, OrganizationId},
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    door::DoorView,
    query::{self, DeviceView},
};
use crate::{
    app::App,
    catalogue,
    http::{Answer, Page},
};

/// The routes of devices and doors.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ViewDevices, routes!(devices)))
        .routes(guarded(Action::ViewDevice, routes!(device)))
        .routes(guarded(Action::ViewDoor, routes!(door)))
}

/// Which devices are looked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DevicesWanted {
    /// Those of this event only.
    event_id: Option<EventId>,
}

/// The devices at the doors of an organisation's events, the latest first. Invitations that nobody
/// took up aren't listed.
#[utoipa::path(
    get,
    path = "/organizations/{organization_id}/devices",
    tag = "Door devices",
    params(("organization_id" = OrganizationId, Path), DevicesWanted),
    responses((status = 200, description = "The devices", body = Page<DeviceView>)),
)]
async fn devices(
    State(app): State<App>,
    Ids(organization): Ids<OrganizationId>,
    Query(wanted): Query<DevicesWanted>,
    caller: Caller,
) -> Result<Json<Page<DeviceView>>, Problem> {
    caller.may(Resource::Organization(organization))?;
    let now = app.clock.now();
    let data = query::of_organization(&app.scoped, organization, wanted.event_id, now).await?;
    if data.is_empty() && !catalogue::query::organization_exists(&app.scoped, organization).await? {
        return Err(Problem::not_found());
    }
    Ok(Json(Page { data, next_cursor: None }))
}

/// The enrolment of the device that asks.
#[utoipa::path(
    get,
    path = "/devices/{device_id}",
    tag = "Door devices",
    params(("device_id" = DeviceId, Path)),
    responses((status = 200, description = "The device", body = DeviceView)),
)]
async fn device(
    State(app): State<App>,
    Ids(device): Ids<DeviceId>,
    caller: Caller,
) -> Result<Json<DeviceView>, Problem> {
    let found = query::find(&app.scoped, device, app.clock.now()).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    caller.may(Resource::Device { device, organization: found.organization_id })?;
    Ok(Json(found))
}

/// What the door of an event needs to know: title, times, ticket types. For the devices of that
/// event and for whoever works for its organisation.
#[utoipa::path(
    get,
    path = "/events/{event_id}/door",
    tag = "Door devices",
    params(
        ("event_id" = EventId, Path),
        ("Min-Log-Position" = Option<String>, Header, description = "Wait until this is included", example = "7:1234"),
    ),
    responses((status = 200, description = "The event", body = DoorView,
        headers(("Log-Position" = String, description = "Up to where the log is included")))),
)]
async fn door(
    State(app): State<App>,
    Ids(event): Ids<EventId>,
    caller: Caller,
    min: Option<MinLogPosition>,
) -> Result<Response, Problem> {
    let as_of = app.freshness.wait(&[catalogue::projection::NAME], min).await?.about(event);
    let entry = catalogue::query::find(&app.scoped, event).await?.ok_or_else(Problem::not_found)?;
    caller.may(Resource::Door { event, organization: entry.organization_id })?;
    Ok(Answer::new(as_of, DoorView::from(entry)).into_response())
}
