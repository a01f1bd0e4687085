//! Gives a device a token for the challenge it signed, and renews its lease.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use shared::{
    auth::{DEVICE_TOKEN_LASTS, DeviceClaims},
    clock::Timestamp,
    events::identity::DeviceRefusal,
    http::{Body, Problem},
    id::{DeviceId, EventId, OrganizationId},
};
use utoipa::ToSchema;

use super::{
    error::DeviceError,
    proof::{Claim, DeviceKey},
    refused,
    stored::{self, Stored},
};
use crate::identity::IdentityState;

/// A signed challenge.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceTokenBody {
    device_id: DeviceId,
    /// From `POST /devices/challenges`, not longer than a minute ago.
    #[schema(min_length = 80, max_length = 80)]
    challenge: String,
    /// `fullhouse device token {device_id} {challenge}`, signed with the device's key (ECDSA with
    /// SHA-256, 64 bytes in base64url).
    #[schema(min_length = 86, max_length = 86)]
    signature: String,
}

/// A token for a device, and what the device is.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceTokenAnswer {
    pub(super) device_id: DeviceId,
    organization_id: OrganizationId,
    event_id: EventId,
    label: String,
    gates: Vec<String>,
    /// For `Authorization: Bearer`.
    access_token: String,
    /// When the token ends; the device asks for the next one before.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    expires_at: Timestamp,
    /// When the device ends, unless it asks for tokens until then.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    lease_ends_at: Timestamp,
}

/// A token for this device, from `now` on.
pub(super) fn answer(state: &IdentityState, stored: &Stored, now: Timestamp) -> DeviceTokenAnswer {
    let device = stored.actor(now);
    let claims = DeviceClaims::new(&device, now);
    DeviceTokenAnswer {
        device_id: device.device,
        organization_id: device.organization,
        event_id: device.event,
        label: stored.label.clone(),
        access_token: state.signer.sign_device(&claims),
        expires_at: (now + DEVICE_TOKEN_LASTS).min(device.lease_ends_at),
        lease_ends_at: device.lease_ends_at,
        gates: device.gates,
    }
}

/// Gives a device a token of five minutes for a challenge that it signed, and renews its lease.
///
/// Whoever shows the device's key is told why it works no more; anybody else is not.
#[utoipa::path(
    post,
    path = "/devices/tokens",
    tag = "Door devices",
    request_body = DeviceTokenBody,
    responses(
        (status = 200, description = "A token", body = DeviceTokenAnswer),
        (status = 401, description = "No such device, another key, or a challenge that is over"),
        (status = 403, description = "The device was revoked, its lease has ended, or its organisation is suspended")
    )
)]
pub async fn device_token(
    State(state): State<IdentityState>,
    body: Body<DeviceTokenBody>,
) -> Result<Json<DeviceTokenAnswer>, Problem> {
    Ok(Json(renew(&state, &body.value).await?))
}

async fn renew(
    state: &IdentityState,
    body: &DeviceTokenBody,
) -> Result<DeviceTokenAnswer, DeviceError> {
    let now = state.clock.now();
    let device_id = body.device_id;
    let stored = stored::by_id(&state.pool, device_id).await?.ok_or(DeviceError::NotProved)?;
    let key = stored.public_key.as_deref().and_then(DeviceKey::stored);
    let claim = Claim::Token { device: device_id, challenge: &body.challenge };
    let refused = |because, error| {
        refused::note(state, &stored, because);
        Err(error)
    };
    if !key.is_some_and(|key| key.signed(claim, &body.signature)) {
        return refused(DeviceRefusal::WrongSignature, DeviceError::NotProved);
    }
    let Some(made) = state.challenges.made_at(&body.challenge, device_id, now) else {
        return refused(DeviceRefusal::ChallengeOver, DeviceError::ChallengeOver);
    };
    if stored.is_revoked {
        return refused(DeviceRefusal::Revoked, DeviceError::Revoked);
    }
    if stored.is_suspended {
        return Err(DeviceError::Suspended);
    }
    if stored.is_over(now) {
        return refused(DeviceRefusal::LeaseOver, DeviceError::LeaseOver);
    }
    // Of the same challenge sent a hundred times one gets a token; and none that was revoked since.
    let renewed = sqlx::query(
        "UPDATE identity.devices \
            SET last_challenge = $2, last_used_at = $3, lease_ends_at = $4 \
          WHERE id = $1 AND last_challenge < $2 AND revoked_at IS NULL",
    )
    .bind(device_id.uuid())
    .bind(made)
    .bind(now)
    .bind(stored.lease(now))
    .execute(&state.pool)
    .await?;
    if renewed.rows_affected() == 0 {
        return refused(DeviceRefusal::ChallengeReplayed, DeviceError::ChallengeOver);
    }
    Ok(answer(state, &stored, now))
}
