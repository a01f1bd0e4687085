//! Enrols a device: it shows the code once and its own key from then on.

use axum::{Json, extract::State};
use serde::Deserialize;
use shared::{
    events::identity::{DeviceRefusal, IdentityEvent},
    http::{Body, FieldError, Problem},
};
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{
    error::DeviceError,
    proof::{Claim, DeviceKey},
    refused,
    stored::{self, Stored},
    token::{self, DeviceTokenAnswer},
};
use crate::identity::{
    IdentityState,
    accounts::{error::AccountError, one_time::OneTimeSecret},
    audit::Subject,
};

/// A code, and the key that the device has made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolBody {
    /// From the link `/scan/enrol#code=…`.
    #[schema(min_length = 64, max_length = 64)]
    code: String,
    /// A key of the curve P-256: the uncompressed point in base64url.
    #[schema(min_length = 87, max_length = 87)]
    public_key: String,
    /// `fullhouse device enrolment {code}`, signed with the key (ECDSA with SHA-256, 64 bytes in
    /// base64url).
    #[schema(min_length = 86, max_length = 86)]
    signature: String,
}

/// Enrols a device: takes up an invitation with the key that the device made, and answers with its
/// first token.
///
/// A code works once. The same device may send the same again while the code lasts, if it didn't
/// hear the answer.
#[utoipa::path(
    post,
    path = "/devices/enrol",
    tag = "Door devices",
    request_body = EnrolBody,
    responses(
        (status = 200, description = "The device works", body = DeviceTokenAnswer),
        (status = 403, description = "The organisation is suspended"),
        (status = 410, description = "The code has expired or was used")
    )
)]
pub async fn enrol_device(
    State(state): State<IdentityState>,
    body: Body<EnrolBody>,
) -> Result<Json<DeviceTokenAnswer>, Problem> {
    let answer = enrol(&state, &body.value).await?;
    tracing::info!(device.id = %answer.device_id, "A door device was enrolled");
    Ok(Json(answer))
}

async fn enrol(state: &IdentityState, body: &EnrolBody) -> Result<DeviceTokenAnswer, DeviceError> {
    let key = DeviceKey::parse("/public_key", &body.public_key).map_err(AccountError::from)?;
    if !key.signed(Claim::Enrol { code: &body.code }, &body.signature) {
        let detail = "Not signed with this key.";
        let fault = FieldError::new("/signature", "wrong-signature", detail);
        return Err(AccountError::from(fault).into());
    }
    let secret = OneTimeSecret::parse(&body.code).ok_or(DeviceError::CodeOver)?;
    let (mut tx, now) = (state.pool.begin().await?, state.clock.now());
    let invited = stored::by_code(&mut tx, secret.sha256(), now).await?;
    let invited = invited.ok_or(DeviceError::CodeOver)?;
    if invited.is_revoked {
        refused::note(state, &invited, DeviceRefusal::Revoked);
        return Err(DeviceError::CodeOver);
    }
    if invited.is_suspended {
        return Err(DeviceError::Suspended);
    }
    match &invited.public_key {
        None => take_up(state, &mut tx, &invited, &key).await?,
        // The same device didn't hear the answer.
        Some(taken) if taken == key.bytes() => {}
        Some(_) => {
            refused::note(state, &invited, DeviceRefusal::CodeTaken);
            return Err(DeviceError::CodeOver);
        }
    }
    tx.commit().await?;
    Ok(token::answer(state, &invited, now))
}

async fn take_up(
    state: &IdentityState,
    tx: &mut PgConnection,
    invited: &Stored,
    key: &DeviceKey,
) -> Result<(), DeviceError> {
    let (now, device_id) = (state.clock.now(), invited.device);
    sqlx::query(
        "UPDATE identity.devices \
            SET public_key = $2, enrolled_at = $3, last_used_at = $3, lease_ends_at = $4 \
          WHERE id = $1",
    )
    .bind(device_id.uuid())
    .bind(key.bytes().as_slice())
    .bind(now)
    .bind(invited.lease(now))
    .execute(&mut *tx)
    .await?;
    let fact = IdentityEvent::DeviceEnrolled { device_id, event_id: invited.event };
    let subject = Subject::Organization(invited.organization);
    state.audit.note(tx, subject, &format!("device:{device_id}"), &fact).await?;
    Ok(())
}
