//! A device as it is stored.

use chrono::TimeDelta;
use shared::{
    auth::DeviceActor,
    clock::Timestamp,
    id::{DeviceId, EventId, OrganizationId},
};
use sqlx::{FromRow, PgConnection, PgPool, Row, postgres::PgRow};
use uuid::Uuid;

/// See the module.
pub struct Stored {
    pub device: DeviceId,
    pub organization: OrganizationId,
    pub event: EventId,
    pub label: String,
    gates: Vec<String>,
    lease_hours: i32,
    ends_at: Timestamp,
    /// Absent until a device took up the invitation.
    pub public_key: Option<Vec<u8>>,
    lease_ends_at: Option<Timestamp>,
    pub is_revoked: bool,
    /// Whether its organisation is.
    pub is_suspended: bool,
}

impl Stored {
    /// Whether it wasn't used for too long, or its time is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.lease_ends_at.is_none_or(|ends| ends <= now)
    }

    /// When the lease ends that is renewed now.
    pub fn lease(&self, now: Timestamp) -> Timestamp {
        (now + TimeDelta::hours(self.lease_hours.into())).min(self.ends_at)
    }

    /// The device, with a lease that is renewed now.
    pub fn actor(&self, now: Timestamp) -> DeviceActor {
        DeviceActor {
            device: self.device,
            organization: self.organization,
            event: self.event,
            gates: self.gates.clone(),
            lease_ends_at: self.lease(now),
        }
    }
}

impl FromRow<'_, PgRow> for Stored {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let id = |name| row.try_get::<Uuid, _>(name);
        Ok(Self {
            device: DeviceId::new(id("id")?),
            organization: OrganizationId::new(id("organization_id")?),
            event: EventId::new(id("event_id")?),
            label: row.try_get("label")?,
            gates: row.try_get("gates")?,
            lease_hours: row.try_get("lease_hours")?,
            ends_at: row.try_get("ends_at")?,
            public_key: row.try_get("public_key")?,
            lease_ends_at: row.try_get("lease_ends_at")?,
            is_revoked: row.try_get("is_revoked")?,
            is_suspended: row.try_get("is_suspended")?,
        })
    }
}

/// The device that this code is for, while the code lasts; locked until the end of the transaction.
///
/// # Errors
///
/// If the database refuses.
pub async fn by_code(
    tx: &mut PgConnection,
    code_sha256: [u8; 32],
    now: Timestamp,
) -> Result<Option<Stored>, sqlx::Error> {
    sqlx::query_as(
        "SELECT d.id, d.organization_id, d.event_id, d.label, d.gates, d.lease_hours, d.ends_at, \
                d.public_key, d.lease_ends_at, d.revoked_at IS NOT NULL AS is_revoked, \
                o.suspended_at IS NOT NULL AS is_suspended \
           FROM identity.devices AS d \
           JOIN identity.organizations AS o ON o.id = d.organization_id \
          WHERE d.code_sha256 = $1 AND d.code_expires_at > $2 FOR UPDATE OF d",
    )
    .bind(code_sha256.as_slice())
    .bind(now)
    .fetch_optional(tx)
    .await
}

/// The device of this id.
///
/// # Errors
///
/// If the database refuses.
pub async fn by_id(pool: &PgPool, device: DeviceId) -> Result<Option<Stored>, sqlx::Error> {
    sqlx::query_as(
        "SELECT d.id, d.organization_id, d.event_id, d.label, d.gates, d.lease_hours, d.ends_at, \
                d.public_key, d.lease_ends_at, d.revoked_at IS NOT NULL AS is_revoked, \
                o.suspended_at IS NOT NULL AS is_suspended \
           FROM identity.devices AS d \
           JOIN identity.organizations AS o ON o.id = d.organization_id \
          WHERE d.id = $1",
    )
    .bind(device.uuid())
    .fetch_optional(pool)
    .await
}
