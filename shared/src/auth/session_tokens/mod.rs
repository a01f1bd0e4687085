//! Session tokens: what a logged-in person shows with each request, for ten minutes, and a device at
//! a door for five.
//!
//! A JWS in compact form (RFC 7515) with the profile of RFC 9068, signed with Ed25519. The command
//! service signs; everybody else verifies with public keys only. Nothing is negotiable: the header
//! has one spelling for each key, every claim has to be there and to be of its type.

mod claims;
mod device_claims;
mod keys;

use std::{collections::HashMap, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use ed25519_dalek::{SIGNATURE_LENGTH, Signature, Signer, VerifyingKey};
use serde::{Serialize, de::DeserializeOwned};

use super::{AccountActor, DeviceActor};
use crate::clock::Clock;

pub use claims::{AUDIENCE, ISSUER, STEP_UP_LASTS, TokenClaims};
pub use device_claims::{DEVICE_TOKEN_LASTS, DeviceClaims};
pub use keys::{InvalidTokenKeys, JsonWebKeySet, PublicTokenKeys, TokenKeys};

/// How long a token works.
pub const TOKEN_LASTS: TimeDelta = TimeDelta::minutes(10);
/// Longer ones aren't looked at.
const LONGEST: usize = 8 * 1024;

/// Whose tokens they are. One kind is never taken for the other.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Account,
    Device,
}

impl Kind {
    const fn typ(self) -> &'static str {
        match self {
            Self::Account => "at+jwt",
            Self::Device => "door+jwt",
        }
    }
}

/// Signs session tokens with the newest key.
#[derive(Clone)]
pub struct TokenSigner {
    keys: Arc<TokenKeys>,
}

impl TokenSigner {
    /// Signs with the first of these keys.
    pub fn new(keys: TokenKeys) -> Self {
        Self { keys: Arc::new(keys) }
    }

    /// A token of an account that says this.
    pub fn sign(&self, claims: &TokenClaims) -> String {
        self.sign_as(Kind::Account, claims)
    }

    /// A token of a device that says this.
    pub fn sign_device(&self, claims: &DeviceClaims) -> String {
        self.sign_as(Kind::Device, claims)
    }

    #[expect(clippy::expect_used, reason = "claims have a JSON form")]
    fn sign_as(&self, of: Kind, claims: &impl Serialize) -> String {
        let (kid, key) = self.keys.newest();
        let claims = serde_json::to_vec(claims).expect("claims have a JSON form");
        let mut token = header(of, kid);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = key.sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature.to_bytes(), &mut token);
        token
    }
}

/// Verifies session tokens.
#[derive(Clone)]
pub struct TokenVerifier {
    keys: Arc<Headers>,
    clock: Clock,
}

/// The keys, by the one header that a token of a kind under that key may have.
struct Headers {
    accounts: HashMap<String, VerifyingKey>,
    devices: HashMap<String, VerifyingKey>,
}

impl TokenVerifier {
    /// Accepts tokens under these keys.
    pub fn new(keys: &PublicTokenKeys, clock: Clock) -> Self {
        let by_header = |of| keys.iter().map(|(kid, key)| (header(of, kid), *key)).collect();
        let (accounts, devices) = (by_header(Kind::Account), by_header(Kind::Device));
        Self { keys: Arc::new(Headers { accounts, devices }), clock }
    }

    /// Whether a credential is meant to be such a token: it has three parts.
    pub fn is_token(text: &str) -> bool {
        text.bytes().filter(|byte| *byte == b'.').count() == 2
    }

    /// The account that presents this token, if it is one of ours and in force.
    pub fn verify(&self, token: &str) -> Option<AccountActor> {
        self.read::<TokenClaims>(Kind::Account, token)?.actor(self.clock.now())
    }

    /// The device that presents this token, if it is one of ours and in force. Says nothing about
    /// whether the device was revoked since.
    pub fn verify_device(&self, token: &str) -> Option<DeviceActor> {
        self.read::<DeviceClaims>(Kind::Device, token)?.actor(self.clock.now())
    }

    /// What a token of this kind says, if it is signed with a key of ours.
    fn read<C: DeserializeOwned>(&self, of: Kind, token: &str) -> Option<C> {
        if token.len() > LONGEST {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let keys = match of {
            Kind::Account => &self.keys.accounts,
            Kind::Device => &self.keys.devices,
        };
        let key = keys.get(header)?;
        let mut bytes = [0; SIGNATURE_LENGTH];
        let length = URL_SAFE_NO_PAD.decode_slice(signature, &mut bytes).ok()?;
        if length != SIGNATURE_LENGTH {
            return None;
        }
        key.verify_strict(signed.as_bytes(), &Signature::from_bytes(&bytes)).ok()?;
        let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
        serde_json::from_slice(&claims).ok()
    }
}

/// The header of every token of a kind under a key, encoded.
fn header(of: Kind, kid: &str) -> String {
    let typ = of.typ();
    // A key id has no character that JSON escapes.
    URL_SAFE_NO_PAD.encode(format!("{{\"alg\":\"EdDSA\",\"typ\":\"{typ}\",\"kid\":\"{kid}\"}}"))
}

#[cfg(test)]
mod device_tests;
#[cfg(test)]
mod tests;
