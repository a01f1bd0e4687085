//! Invites a device to the door of an event.

use axum::{Json, extract::State};
use chrono::{SubsecRound, TimeDelta};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::{
    auth::{Caller, Resource},
    clock::Timestamp,
    events::identity::IdentityEvent,
    http::{Body, FieldError, Ids, Problem},
    id::{DeviceId, EventId, OrganizationId},
};
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::error::DeviceError;
use crate::identity::{
    IdentityState,
    accounts::{acting, error::AccountError, one_time::OneTimeSecret},
    audit::Subject,
    text::plain_text,
};

/// Long enough to hold a phone before a screen.
const CODE_LASTS: TimeDelta = TimeDelta::minutes(10);
const LONGEST_LABEL: usize = 100;
const LONGEST_GATE: usize = 40;
const MOST_GATES: usize = 12;
const LEASE_HOURS: std::ops::RangeInclusive<i32> = 1..=168;
const LONGEST: TimeDelta = TimeDelta::days(400);
/// Devices of one organisation that work or wait to be enrolled.
const MOST_DEVICES: i64 = 500;

/// A device to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceBody {
    /// What the device is called; one line.
    #[schema(min_length = 1, max_length = 100, example = "Blue phone 3")]
    label: String,
    /// The only event it works for.
    event_id: EventId,
    /// The gates it stands at, each one line of at most 40 characters; at all, if there are none.
    #[serde(default)]
    #[schema(max_items = 12, example = json!(["North"]))]
    gates: Vec<String>,
    /// A device that isn't used for so many hours ends by itself.
    #[serde(default = "a_day")]
    #[schema(minimum = 1, maximum = 168, default = 24)]
    lease_hours: i32,
    /// It ends then, however much it is used; within 400 days.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    ends_at: Timestamp,
}

const fn a_day() -> i32 {
    24
}

/// An invitation for a device, with its code: the only time it is shown.
#[derive(Serialize, ToSchema)]
pub struct InvitedDevice {
    device_id: DeviceId,
    event_id: EventId,
    label: String,
    gates: Vec<String>,
    /// For the device: `/scan/enrol#code=…`. Works once.
    #[schema(min_length = 64, max_length = 64)]
    code: String,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    code_expires_at: Timestamp,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    ends_at: Timestamp,
}

/// Invites a device to the door of an event. The answer has a code that one device can take up
/// within ten minutes; it is stored hashed, and shown this once.
#[utoipa::path(
    post,
    path = "/organizations/{organization_id}/devices",
    tag = "Door devices",
    params(("organization_id" = OrganizationId, Path)),
    request_body = DeviceBody,
    responses(
        (status = 201, description = "A device may be enrolled", body = InvitedDevice),
        (status = 409, description = "The organisation has too many devices")
    )
)]
pub async fn invite_device(
    State(state): State<IdentityState>,
    caller: Caller,
    Ids(organization): Ids<OrganizationId>,
    body: Body<DeviceBody>,
) -> Result<(StatusCode, Json<InvitedDevice>), Problem> {
    Ok((StatusCode::CREATED, Json(invite(&state, &caller, organization, body.value).await?)))
}

async fn invite(
    state: &IdentityState,
    caller: &Caller,
    organization: OrganizationId,
    body: DeviceBody,
) -> Result<InvitedDevice, DeviceError> {
    let mut tx = state.pool.begin().await?;
    acting::may_now(state, &mut tx, caller, Resource::Organization(organization)).await?;
    acting::narrow(&mut tx, organization).await?;
    let now = state.clock.now();
    let wanted = checked(body, now)?;
    is_of(state, wanted.event_id, organization).await?;
    make_room(&mut tx, organization, now).await?;
    let secret = OneTimeSecret::generate().map_err(AccountError::from)?;
    let device_id = DeviceId::new(state.ids.next());
    let code_expires_at = (now + CODE_LASTS).min(wanted.ends_at);
    sqlx::query(
        "INSERT INTO identity.devices (id, organization_id, event_id, label, gates, lease_hours, \
            ends_at, created_at, code_sha256, code_expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(device_id.uuid())
    .bind(organization.uuid())
    .bind(wanted.event_id.uuid())
    .bind(&wanted.label)
    .bind(&wanted.gates)
    .bind(wanted.lease_hours)
    .bind(wanted.ends_at)
    .bind(now)
    .bind(secret.sha256().as_slice())
    .bind(code_expires_at)
    .execute(&mut *tx)
    .await?;
    let fact = IdentityEvent::DeviceInvited { device_id, event_id: wanted.event_id };
    let subject = Subject::Organization(organization);
    state.audit.note(&mut tx, subject, &caller.audit_name(), &fact).await?;
    tx.commit().await?;
    let DeviceBody { label, event_id, gates, ends_at, .. } = wanted;
    let code = secret.expose();
    Ok(InvitedDevice { device_id, event_id, label, gates, code, code_expires_at, ends_at })
}

/// An event of somebody else is as missing as one that doesn't exist.
async fn is_of(
    state: &IdentityState,
    event: EventId,
    organization: OrganizationId,
) -> Result<(), DeviceError> {
    let view = state.offices.inspect(event, |office, _| office.view()).await?;
    let is_theirs = view.is_some_and(|view| view.organization_id == organization);
    if is_theirs { Ok(()) } else { Err(AccountError::NotFound.into()) }
}

/// Forgets invitations that nobody took up, and refuses if there are too many devices.
async fn make_room(
    tx: &mut PgConnection,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<(), DeviceError> {
    // Whoever invites at the same time waits: the count below is theirs as well.
    let exists: Option<bool> =
        sqlx::query_scalar("SELECT true FROM identity.organizations WHERE id = $1 FOR UPDATE")
            .bind(organization.uuid())
            .fetch_optional(&mut *tx)
            .await?;
    exists.ok_or(AccountError::NotFound)?;
    sqlx::query(
        "DELETE FROM identity.devices \
          WHERE organization_id = $1 AND enrolled_at IS NULL AND code_expires_at <= $2",
    )
    .bind(organization.uuid())
    .bind(now)
    .execute(&mut *tx)
    .await?;
    let open: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM identity.devices \
          WHERE organization_id = $1 AND revoked_at IS NULL AND ends_at > $2 \
            AND coalesce(lease_ends_at > $2, true)",
    )
    .bind(organization.uuid())
    .bind(now)
    .fetch_one(tx)
    .await?;
    if open < MOST_DEVICES { Ok(()) } else { Err(DeviceError::TooMany) }
}

fn checked(body: DeviceBody, now: Timestamp) -> Result<DeviceBody, AccountError> {
    let mut faults = Vec::new();
    let label = plain_text("/label", &body.label, LONGEST_LABEL);
    let gates: Result<Vec<String>, FieldError> =
        body.gates.iter().map(|gate| plain_text("/gates", gate, LONGEST_GATE)).collect();
    let ends_at = body.ends_at.trunc_subsecs(0);
    if !LEASE_HOURS.contains(&body.lease_hours) {
        faults.push(FieldError::new("/lease_hours", "out-of-range", "From 1 to 168 hours."));
    }
    if ends_at <= now + CODE_LASTS || ends_at > now + LONGEST {
        let detail = "From ten minutes to 400 days from now.";
        faults.push(FieldError::new("/ends_at", "out-of-range", detail));
    }
    match (label, gates) {
        (Ok(label), Ok(gates)) => {
            let is_twice = |place: usize| gates[..place].contains(&gates[place]);
            if gates.len() > MOST_GATES || (0..gates.len()).any(is_twice) {
                let detail = "At most 12 gates, each once.";
                faults.push(FieldError::new("/gates", "length-out-of-range", detail));
            }
            let body = DeviceBody { label, gates, ends_at, ..body };
            if faults.is_empty() { Ok(body) } else { Err(AccountError::Fields(faults)) }
        }
        (label, gates) => {
            faults.extend(label.err().into_iter().chain(gates.err()));
            Err(AccountError::Fields(faults))
        }
    }
}
