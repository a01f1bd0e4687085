//! Which devices were revoked lately: a small set, so that a device that was taken away is outside
//! within a second, without a question to the database at each request.

use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};

use arc_swap::ArcSwapOption;
use chrono::TimeDelta;
use sqlx::PgPool;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::DEVICE_TOKEN_LASTS;
use crate::{clock::Clock, id::DeviceId};

/// What is known may be this old.
const KNOWN_FOR: Duration = Duration::from_millis(750);
/// By how much the clocks of two services may differ, and more.
const SLACK: TimeDelta = TimeDelta::minutes(5);

/// The devices whose tokens may still be in force although nobody is to be let in by them: revoked
/// ones, and those of suspended organisations. Clones share everything.
///
/// Read again by the first device that asks when what is known is older than three quarters of a
/// second: a process that no device asks reads nothing, and if the database can't be asked, no
/// device is let in.
#[derive(Clone)]
pub struct RevokedDevices(Arc<Inner>);

struct Inner {
    pool: PgPool,
    clock: Clock,
    known: ArcSwapOption<Known>,
    reading: Mutex<()>,
}

struct Known {
    read_at: Instant,
    devices: HashSet<DeviceId>,
}

impl RevokedDevices {
    /// The devices in this database.
    pub fn new(pool: PgPool, clock: Clock) -> Self {
        let (known, reading) = (ArcSwapOption::empty(), Mutex::new(()));
        Self(Arc::new(Inner { pool, clock, known, reading }))
    }

    /// Whether this device was revoked.
    ///
    /// # Errors
    ///
    /// If the database can't be asked.
    pub async fn contains(&self, device: DeviceId) -> Result<bool, sqlx::Error> {
        if let Some(known) = self.known() {
            return Ok(known.devices.contains(&device));
        }
        let _one_at_a_time = self.0.reading.lock().await;
        // Another may have read while this one waited.
        if let Some(known) = self.known() {
            return Ok(known.devices.contains(&device));
        }
        let known = Arc::new(self.read().await?);
        let is_revoked = known.devices.contains(&device);
        self.0.known.store(Some(known));
        Ok(is_revoked)
    }

    /// Forgets what is known, so that what was just revoked here is known to this process at once.
    pub fn forget(&self) {
        self.0.known.store(None);
    }

    fn known(&self) -> Option<Arc<Known>> {
        self.0.known.load_full().filter(|known| known.read_at.elapsed() < KNOWN_FOR)
    }

    async fn read(&self) -> Result<Known, sqlx::Error> {
        // From before the question was asked: what is revoked meanwhile may be missing.
        let read_at = Instant::now();
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "SELECT id FROM identity.devices WHERE revoked_at > $1
             UNION ALL
             SELECT d.id FROM identity.organizations AS o
               JOIN identity.devices AS d ON d.organization_id = o.id
              WHERE o.suspended_at IS NOT NULL AND d.last_used_at > $1",
        )
        .bind(self.0.clock.now() - DEVICE_TOKEN_LASTS - SLACK)
        .fetch_all(&self.0.pool)
        .await?;
        Ok(Known { read_at, devices: ids.into_iter().map(DeviceId::new).collect() })
    }
}
