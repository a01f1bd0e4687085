//! Revokes devices: one, or all of an event.

use axum::{Json, extract::State};
use http::StatusCode;
use serde::Serialize;
use shared::{
    auth::{Caller, Resource},
    events::identity::IdentityEvent,
    http::{Ids, Problem},
    id::{DeviceId, EventId, OrganizationId},
};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::identity::{
    IdentityState,
    accounts::{acting, error::AccountError},
    audit::Subject,
};

/// How many devices work no more.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevokedDevicesAnswer {
    revoked: usize,
}

/// Revokes a device, or takes its invitation back: at once in this process, within a second
/// everywhere.
///
/// A device that is revoked already stays so.
#[utoipa::path(
    delete,
    path = "/organizations/{organization_id}/devices/{device_id}",
    tag = "Door devices",
    params(("organization_id" = OrganizationId, Path), ("device_id" = DeviceId, Path)),
    responses((status = 204, description = "The device works no more"))
)]
pub async fn revoke_device(
    State(state): State<IdentityState>,
    caller: Caller,
    Ids((organization, device)): Ids<(OrganizationId, DeviceId)>,
) -> Result<StatusCode, Problem> {
    revoke_one(&state, &caller, organization, device).await?;
    state.revoked_devices.forget();
    tracing::info!(device.id = %device, by = %caller.audit_name(), "A door device was revoked");
    Ok(StatusCode::NO_CONTENT)
}

async fn revoke_one(
    state: &IdentityState,
    caller: &Caller,
    organization: OrganizationId,
    device: DeviceId,
) -> Result<(), AccountError> {
    let mut tx = state.pool.begin().await?;
    acting::may_now(state, &mut tx, caller, Resource::Organization(organization)).await?;
    acting::narrow(&mut tx, organization).await?;
    let found: Option<(Uuid, bool)> = sqlx::query_as(
        "SELECT event_id, revoked_at IS NOT NULL FROM identity.devices \
          WHERE id = $1 AND organization_id = $2 FOR UPDATE",
    )
    .bind(device.uuid())
    .bind(organization.uuid())
    .fetch_optional(&mut *tx)
    .await?;
    let (event, was_revoked) = found.ok_or(AccountError::NotFound)?;
    if !was_revoked {
        sqlx::query("UPDATE identity.devices SET revoked_at = $2 WHERE id = $1")
            .bind(device.uuid())
            .bind(state.clock.now())
            .execute(&mut *tx)
            .await?;
        note(state, &mut tx, caller, organization, (device, EventId::new(event))).await?;
    }
    Ok(tx.commit().await?)
}

/// Revokes all devices of an event, and takes back the invitations for it.
#[utoipa::path(
    delete,
    path = "/organizations/{organization_id}/events/{event_id}/devices",
    tag = "Door devices",
    params(("organization_id" = OrganizationId, Path), ("event_id" = EventId, Path)),
    responses((status = 200, description = "They work no more", body = RevokedDevicesAnswer))
)]
pub async fn revoke_devices_of_event(
    State(state): State<IdentityState>,
    caller: Caller,
    Ids((organization, event)): Ids<(OrganizationId, EventId)>,
) -> Result<Json<RevokedDevicesAnswer>, Problem> {
    let revoked = revoke_all(&state, &caller, organization, event).await?;
    state.revoked_devices.forget();
    tracing::info!(event.id = %event, revoked, by = %caller.audit_name(), "Door devices were revoked");
    Ok(Json(RevokedDevicesAnswer { revoked }))
}

async fn revoke_all(
    state: &IdentityState,
    caller: &Caller,
    organization: OrganizationId,
    event: EventId,
) -> Result<usize, AccountError> {
    let mut tx = state.pool.begin().await?;
    acting::may_now(state, &mut tx, caller, Resource::Organization(organization)).await?;
    acting::narrow(&mut tx, organization).await?;
    // Whoever invites at the same time is before or after this.
    let exists: Option<bool> =
        sqlx::query_scalar("SELECT true FROM identity.organizations WHERE id = $1 FOR UPDATE")
            .bind(organization.uuid())
            .fetch_optional(&mut *tx)
            .await?;
    exists.ok_or(AccountError::NotFound)?;
    let revoked: Vec<Uuid> = sqlx::query_scalar(
        "UPDATE identity.devices SET revoked_at = $3 \
          WHERE organization_id = $1 AND event_id = $2 AND revoked_at IS NULL AND ends_at > $3 \
        RETURNING id",
    )
    .bind(organization.uuid())
    .bind(event.uuid())
    .bind(state.clock.now())
    .fetch_all(&mut *tx)
    .await?;
    for id in &revoked {
        note(state, &mut tx, caller, organization, (DeviceId::new(*id), event)).await?;
    }
    tx.commit().await?;
    Ok(revoked.len())
}

async fn note(
    state: &IdentityState,
    tx: &mut PgConnection,
    caller: &Caller,
    organization: OrganizationId,
    (device_id, event_id): (DeviceId, EventId),
) -> Result<(), sqlx::Error> {
    let fact = IdentityEvent::DeviceRevoked { device_id, event_id };
    let subject = Subject::Organization(organization);
    state.audit.note(tx, subject, &caller.audit_name(), &fact).await
}
