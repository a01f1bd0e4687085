//! Questions about devices.

use serde::Serialize;
use shared::{
    clock::Timestamp,
    id::{DeviceId, EventId, OrganizationId},
};
use sqlx::PgPool;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::query_error::QueryError;

/// More than an organisation has.
const AT_MOST: i64 = 1000;

/// Where a device is in its life: `INVITED → ACTIVE → OVER`, or `REVOKED`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeviceStatus {
    /// Waits for a device to take up the code.
    Invited,
    /// Works.
    Active,
    /// Wasn't used for too long, or its time is over.
    Over,
    /// Was taken away.
    Revoked,
}

/// A device at the door of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceView {
    pub device_id: DeviceId,
    pub organization_id: OrganizationId,
    pub event_id: EventId,
    pub label: String,
    pub gates: Vec<String>,
    pub status: DeviceStatus,
    /// It ends when it isn't used for so many hours.
    pub lease_hours: i32,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub ends_at: Timestamp,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub code_expires_at: Timestamp,
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub enrolled_at: Option<Timestamp>,
    /// To a few minutes.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub last_used_at: Option<Timestamp>,
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub lease_ends_at: Option<Timestamp>,
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub revoked_at: Option<Timestamp>,
}

row!(
    struct DeviceRow {
        id: Uuid,
        organization_id: Uuid,
        event_id: Uuid,
        label: String,
        gates: Vec<String>,
        lease_hours: i32,
        ends_at: Timestamp,
        created_at: Timestamp,
        code_expires_at: Timestamp,
        enrolled_at: Option<Timestamp>,
        last_used_at: Option<Timestamp>,
        lease_ends_at: Option<Timestamp>,
        revoked_at: Option<Timestamp>,
    }
);

impl DeviceRow {
    fn status(&self, now: Timestamp) -> DeviceStatus {
        match (self.revoked_at, self.lease_ends_at) {
            (Some(_), _) => DeviceStatus::Revoked,
            (None, Some(ends)) if ends <= now => DeviceStatus::Over,
            (None, Some(_)) => DeviceStatus::Active,
            (None, None) if self.code_expires_at <= now => DeviceStatus::Over,
            (None, None) => DeviceStatus::Invited,
        }
    }

    fn view(self, now: Timestamp) -> DeviceView {
        DeviceView {
            device_id: DeviceId::new(self.id),
            organization_id: OrganizationId::new(self.organization_id),
            event_id: EventId::new(self.event_id),
            status: self.status(now),
            label: self.label,
            gates: self.gates,
            lease_hours: self.lease_hours,
            ends_at: self.ends_at,
            created_at: self.created_at,
            code_expires_at: self.code_expires_at,
            enrolled_at: self.enrolled_at,
            last_used_at: self.last_used_at,
            lease_ends_at: self.lease_ends_at,
            revoked_at: self.revoked_at,
        }
    }
}

/// The devices of an organisation, or of one of its events, the latest first; without invitations
/// that nobody took up.
///
/// # Errors
///
/// [`QueryError`].
pub async fn of_organization(
    pool: &PgPool,
    organization: OrganizationId,
    event: Option<EventId>,
    now: Timestamp,
) -> Result<Vec<DeviceView>, QueryError> {
    let rows: Vec<DeviceRow> = sqlx::query_as(
        "SELECT id, organization_id, event_id, label, gates, lease_hours, ends_at, created_at,
                code_expires_at, enrolled_at, last_used_at, lease_ends_at, revoked_at
           FROM identity.devices
          WHERE organization_id = $1 AND ($2::uuid IS NULL OR event_id = $2)
            AND (enrolled_at IS NOT NULL OR code_expires_at > $3 AND revoked_at IS NULL)
          ORDER BY created_at DESC, id LIMIT $4",
    )
    .bind(organization.uuid())
    .bind(event.map(EventId::uuid))
    .bind(now)
    .bind(AT_MOST)
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| row.view(now)).collect())
}

/// One device.
///
/// # Errors
///
/// [`QueryError`].
pub async fn find(
    pool: &PgPool,
    device: DeviceId,
    now: Timestamp,
) -> Result<Option<DeviceView>, QueryError> {
    let row: Option<DeviceRow> = sqlx::query_as(
        "SELECT id, organization_id, event_id, label, gates, lease_hours, ends_at, created_at,
                code_expires_at, enrolled_at, last_used_at, lease_ends_at, revoked_at
           FROM identity.devices WHERE id = $1",
    )
    .bind(device.uuid())
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| row.view(now)))
}
