//! Challenges: what a device signs to show that it still has its key.
//!
//! Nothing is stored for a challenge, so that asking for one costs nothing and tells nothing about
//! which devices there are. That none is answered twice is seen to by the device's row, which keeps
//! when the latest one it answered was made.

use axum::{Json, extract::State};
use chrono::{DateTime, TimeDelta};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use shared::{
    auth::TokenKeys,
    clock::Timestamp,
    http::{Body, Problem},
    id::DeviceId,
};
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

use crate::identity::{IdentityState, accounts::error::AccountError};

const LASTS: TimeDelta = TimeDelta::minutes(1);
/// By how much the clocks of two processes may differ.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::seconds(5);
const NONCE: usize = 16;
const MAC: usize = 16;
/// The instant in microseconds, the nonce, the MAC.
const LENGTH: usize = 8 + NONCE + MAC;

/// Which device asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChallengeBody {
    device_id: DeviceId,
}

/// What to sign.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChallengeAnswer {
    /// Works once.
    challenge: String,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    expires_at: Timestamp,
}

/// Makes and recognises challenges.
#[derive(Clone)]
pub struct Challenges {
    keys: Vec<[u8; 32]>,
}

impl Challenges {
    pub fn new(keys: &TokenKeys) -> Self {
        Self { keys: keys.derive("challenges of door devices") }
    }

    /// A challenge for this device, made now.
    fn make(&self, device: DeviceId, at: Timestamp) -> Result<String, getrandom::Error> {
        let mut bytes = [0; LENGTH];
        let (said, mac) = bytes.split_at_mut(8 + NONCE);
        let (made, nonce) = said.split_at_mut(8);
        made.copy_from_slice(&at.timestamp_micros().to_be_bytes());
        getrandom::fill(nonce)?;
        if let Some(key) = self.keys.first() {
            mac.copy_from_slice(&tag(key, device, said));
        }
        Ok(hex::encode(bytes))
    }

    /// When this challenge was made, if it was made by us for this device and isn't over.
    pub fn made_at(&self, challenge: &str, device: DeviceId, now: Timestamp) -> Option<i64> {
        let mut bytes = [0; LENGTH];
        hex::decode_to_slice(challenge, &mut bytes).ok()?;
        let (said, mac) = bytes.split_at(8 + NONCE);
        let is_ours = self.keys.iter().any(|key| tag(key, device, said).ct_eq(mac).into());
        let micros = i64::from_be_bytes(said.first_chunk().copied()?);
        let made = DateTime::from_timestamp_micros(micros)?;
        let age = now.signed_duration_since(made);
        (is_ours && age < LASTS && age > -CLOCKS_DIFFER).then_some(micros)
    }
}

fn tag(key: &[u8; 32], device: DeviceId, said: &[u8]) -> [u8; MAC] {
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(device.uuid().as_bytes());
    mac.update(said);
    let full: [u8; 32] = mac.finalize().into_bytes().into();
    let mut short = [0; MAC];
    short.copy_from_slice(&full[..MAC]);
    short
}

/// Gives a device something to sign, for `POST /devices/tokens`. Works once, for a minute.
///
/// Every id gets a challenge: whether there is such a device isn't told.
#[utoipa::path(
    post,
    path = "/devices/challenges",
    tag = "Door devices",
    request_body = ChallengeBody,
    responses((status = 200, description = "What to sign", body = ChallengeAnswer))
)]
pub async fn challenge_device(
    State(state): State<IdentityState>,
    body: Body<ChallengeBody>,
) -> Result<Json<ChallengeAnswer>, Problem> {
    let at = state.clock.now();
    let made = state.challenges.make(body.value.device_id, at);
    let challenge = made.map_err(AccountError::from)?;
    Ok(Json(ChallengeAnswer { challenge, expires_at: at + LASTS }))
}

#[cfg(test)]
mod tests {
    use shared::{clock::Clock, id::IdSource};

    use super::*;

    fn challenges(seeds: &[&str]) -> Challenges {
        let keys: Vec<String> =
            seeds.iter().map(|seed| format!("k{seed}:{}", seed.repeat(32))).collect();
        Challenges::new(&keys.join(",").parse().unwrap())
    }

    #[test]
    fn is_known_to_whoever_made_it_for_a_minute() {
        let (device, now) = (DeviceId::new(IdSource.next()), Clock::system().now());
        let challenge = challenges(&["01"]).make(device, now).unwrap();
        let made = Some(now.timestamp_micros());
        let at = |at| challenges(&["02", "01"]).made_at(&challenge, device, at);
        assert_eq!(at(now), made, "the keys were changed meanwhile");
        assert_eq!(at(now + LASTS - TimeDelta::microseconds(1)), made);
        assert_eq!(at(now + LASTS), None);
        assert_eq!(at(now - TimeDelta::seconds(6)), None);
        assert_eq!(challenges(&["02"]).made_at(&challenge, device, now), None);
    }

    #[test]
    fn is_of_one_device_and_cannot_be_changed() {
        let (device, now) = (DeviceId::new(IdSource.next()), Clock::system().now());
        let challenges = challenges(&["01"]);
        let challenge = challenges.make(device, now).unwrap();
        assert_eq!(challenges.made_at(&challenge, DeviceId::new(IdSource.next()), now), None);
        for place in 0..challenge.len() {
            let mut forged = challenge.clone().into_bytes();
            forged[place] = if forged[place] == b'0' { b'1' } else { b'0' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(challenges.made_at(&forged, device, now), None, "{place}");
        }
        for text in ["", "00", &challenge[2..], &format!("{challenge}00"), "é"] {
            assert_eq!(challenges.made_at(text, device, now), None, "{text}");
        }
    }

    #[test]
    fn no_two_are_alike() {
        let (device, now) = (DeviceId::new(IdSource.next()), Clock::system().now());
        let challenges = challenges(&["01"]);
        assert_ne!(challenges.make(device, now).unwrap(), challenges.make(device, now).unwrap());
    }
}
