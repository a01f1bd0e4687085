//! Session tokens: what a logged-in person shows with each request, for ten minutes.
//!
//! A JWS in compact form (RFC 7515) with the profile of RFC 9068, signed with Ed25519. The command
//! service signs; everybody else verifies with public keys only. Nothing is negotiable: the header
//! has one spelling for each key, every claim has to be there and to be of its type.

mod claims;
mod keys;

use std::{collections::HashMap, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use ed25519_dalek::{SIGNATURE_LENGTH, Signature, Signer, VerifyingKey};

use super::AccountActor;
use crate::clock::Clock;

pub use claims::{AUDIENCE, ISSUER, STEP_UP_LASTS, TokenClaims};
pub use keys::{InvalidTokenKeys, JsonWebKeySet, PublicTokenKeys, TokenKeys};

/// How long a token works.
pub const TOKEN_LASTS: TimeDelta = TimeDelta::minutes(10);
/// Longer ones aren't looked at.
const LONGEST: usize = 8 * 1024;

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

    /// A token that says this.
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "claims have a JSON form")]
    pub fn sign(&self, claims: &TokenClaims) -> String {
        let (kid, key) = self.keys.newest();
        let claims = serde_json::to_vec(claims).expect("claims have a JSON form");
        let mut token = header(kid);
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
    /// By the one header that a token under this key may have.
    keys: Arc<HashMap<String, VerifyingKey>>,
    clock: Clock,
}

impl TokenVerifier {
    /// Accepts tokens under these keys.
    pub fn new(keys: &PublicTokenKeys, clock: Clock) -> Self {
        let keys = keys.iter().map(|(kid, key)| (header(kid), *key)).collect();
        Self { keys: Arc::new(keys), clock }
    }

    /// Whether a credential is meant to be such a token: it has three parts.
    pub fn is_token(text: &str) -> bool {
        text.bytes().filter(|byte| *byte == b'.').count() == 2
    }

    /// Who presents this token, if it is one of ours and in force.
    pub fn verify(&self, token: &str) -> Option<AccountActor> {
        if token.len() > LONGEST {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let key = self.keys.get(header)?;
        let mut bytes = [0; SIGNATURE_LENGTH];
        let length = URL_SAFE_NO_PAD.decode_slice(signature, &mut bytes).ok()?;
        if length != SIGNATURE_LENGTH {
            return None;
        }
        key.verify_strict(signed.as_bytes(), &Signature::from_bytes(&bytes)).ok()?;
        let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
        let claims: TokenClaims = serde_json::from_slice(&claims).ok()?;
        claims.actor(self.clock.now())
    }
}

/// The header of every token under a key, encoded.
fn header(kid: &str) -> String {
    // A key id has no character that JSON escapes.
    URL_SAFE_NO_PAD.encode(format!("{{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"{kid}\"}}"))
}

#[cfg(test)]
mod tests;
