//! What the token of a device at a door says.

use chrono::{DateTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::claims::{AUDIENCE, ISSUER, Window};
use crate::{
    auth::DeviceActor,
    clock::Timestamp,
    id::{DeviceId, EventId, OrganizationId},
};

/// How long the token of a device works, within its lease.
pub const DEVICE_TOKEN_LASTS: TimeDelta = TimeDelta::minutes(5);

/// The claims of a token. Each one is required; others are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceClaims {
    iss: String,
    aud: String,
    sub: DeviceId,
    iat: i64,
    nbf: i64,
    exp: i64,
    /// Whose event it is.
    org: OrganizationId,
    /// The event.
    evt: EventId,
    /// The gates.
    gat: Vec<String>,
    /// When the lease ends.
    lse: i64,
}

impl DeviceClaims {
    /// Says which device it is, from `at` on, and never for longer than its lease.
    pub fn new(device: &DeviceActor, at: Timestamp) -> Self {
        let ends = (at + DEVICE_TOKEN_LASTS).min(device.lease_ends_at);
        Self {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: device.device,
            iat: at.timestamp(),
            nbf: at.timestamp(),
            exp: ends.timestamp(),
            org: device.organization,
            evt: device.event,
            gat: device.gates.clone(),
            lse: device.lease_ends_at.timestamp(),
        }
    }

    /// The device, if the token is ours, for us, and in force.
    pub(super) fn actor(self, now: Timestamp) -> Option<DeviceActor> {
        let window = Window { iat: self.iat, nbf: self.nbf, exp: self.exp };
        let lease_ends_at = DateTime::from_timestamp_secs(self.lse)?;
        let in_force = window.holds(now, DEVICE_TOKEN_LASTS)? && self.exp <= self.lse;
        if self.iss != ISSUER || self.aud != AUDIENCE || !in_force {
            return None;
        }
        Some(DeviceActor {
            device: self.sub,
            organization: self.org,
            event: self.evt,
            gates: self.gat,
            lease_ends_at,
        })
    }
}
