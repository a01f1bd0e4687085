//! What binds a log-in at a provider to the browser that it began in: a secret in a cookie, from
//! which nonce and code verifier follow. We keep hashes only.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, response::Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use http::request::Parts;
use sha2::Sha256;
use shared::{auth::cookie, config::Secret};

use super::client::Proofs;
use crate::identity::accounts::{client::add_cookie, one_time::OneTimeSecret};

/// Sent to this origin alone, and by pages of ours alone.
const COOKIE: &str = "__Host-login";
/// As long as what is mailed in the course of a log-in works.
const SECONDS: u32 = 60 * 60;

/// The secret that a browser sent, if it sent one.
pub struct Browser(pub Option<OneTimeSecret>);

impl<S: Sync> FromRequestParts<S> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(cookie(&parts.headers, COOKIE).and_then(OneTimeSecret::parse)))
    }
}

/// Has the browser keep its secret.
pub fn keep(response: &mut Response, secret: &OneTimeSecret) {
    let value = secret.expose();
    let attributes = "HttpOnly; Secure; SameSite=Strict";
    add_cookie(response, format!("{COOKIE}={value}; Path=/; Max-Age={SECONDS}; {attributes}"));
}

/// What this browser shows to the provider, in the log-in with this state.
pub fn proofs(browser: &OneTimeSecret, state: &OneTimeSecret) -> Proofs {
    Proofs {
        state: state.expose(),
        nonce: derived(browser, state, b"nonce"),
        verifier: Secret::new(derived(browser, state, b"code verifier")),
    }
}

fn derived(browser: &OneTimeSecret, state: &OneTimeSecret, label: &[u8]) -> String {
    let mut block = [0; 64];
    block[..32].copy_from_slice(browser.bytes());
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(label);
    mac.update(&[0]);
    mac.update(state.bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_log_in_of_a_browser_has_proofs_of_its_own() {
        let secret = |byte| OneTimeSecret::new([byte; 32]);
        let first = proofs(&secret(1), &secret(2));
        let again = proofs(&secret(1), &secret(2));
        assert_eq!(first.nonce, again.nonce);
        assert_eq!(first.verifier.expose().len(), 43, "RFC 7636 wants 43 to 128");
        assert_ne!(first.nonce, first.verifier.expose());
        for other in [proofs(&secret(1), &secret(3)), proofs(&secret(3), &secret(2))] {
            assert_ne!(first.nonce, other.nonce);
            assert_ne!(first.verifier.expose(), other.verifier.expose());
        }
    }
}
