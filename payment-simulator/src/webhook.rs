//! Webhooks: signed as Stripe signs them, repeated until they are taken.

use std::{
    sync::{PoisonError, RwLock},
    time::Duration,
};

use axum::http::header::CONTENT_TYPE;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use shared::clock::Clock;
use tokio::sync::Semaphore;

const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_mins(1);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
const AT_ONCE: usize = 64;

/// The value of `Stripe-Signature`: `t=…,v1=…`, one `v1` for each secret.
///
/// `at` is in seconds since 1970.
pub fn signature_header(secrets: &[impl AsRef<str>], at: i64, body: &[u8]) -> String {
    let mut header = format!("t={at}");
    for secret in secrets {
        // HMAC takes keys of any length.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_ref().as_bytes()) {
            mac.update(format!("{at}.").as_bytes());
            mac.update(body);
            header.push_str(",v1=");
            header.push_str(&hex::encode(mac.finalize().into_bytes()));
        }
    }
    header
}

/// Sends webhooks.
#[derive(Debug)]
pub struct Webhooks {
    client: reqwest::Client,
    url: RwLock<Option<String>>,
    secrets: Vec<String>,
    clock: Clock,
    permits: Semaphore,
}

impl Webhooks {
    /// Sends to `url`, signed with each of `secrets`.
    ///
    /// # Errors
    ///
    /// If the HTTP client can't be made.
    pub fn new(
        url: Option<String>,
        secrets: Vec<String>,
        clock: Clock,
    ) -> Result<Self, reqwest::Error> {
        // Webhooks go to a neighbour in plain HTTP: no proxy, no certificates to look for.
        let client = reqwest::Client::builder()
            .timeout(ATTEMPT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .tls_certs_only([])
            .build()?;
        let permits = Semaphore::new(AT_ONCE);
        Ok(Self { client, url: RwLock::new(url), secrets, clock, permits })
    }

    /// Sends to another address from now on.
    pub fn set_url(&self, url: Option<String>) {
        *self.url.write().unwrap_or_else(PoisonError::into_inner) = url;
    }

    /// Sends one webhook until it is taken with a 2xx.
    pub async fn deliver(&self, body: Vec<u8>) {
        let mut wait = FIRST_WAIT;
        while !self.attempt(&body).await {
            tokio::time::sleep(wait).await;
            wait = wait.saturating_mul(2).min(LONGEST_WAIT);
        }
    }

    async fn attempt(&self, body: &[u8]) -> bool {
        let Some(url) = self.url.read().unwrap_or_else(PoisonError::into_inner).clone() else {
            return false;
        };
        let Ok(_permit) = self.permits.acquire().await else {
            return false;
        };
        let signature = signature_header(&self.secrets, self.clock.now().timestamp(), body);
        let sent = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .header("Stripe-Signature", signature)
            .body(body.to_vec())
            .send()
            .await;
        match sent {
            Ok(answer) if answer.status().is_success() => true,
            Ok(answer) => {
                tracing::warn!(status = answer.status().as_u16(), "webhook was refused");
                false
            }
            Err(error) => {
                tracing::debug!(error = %error.without_url(), "webhook could not be sent");
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_time_and_body_with_every_secret() {
        // Computed with `printf '12.{}' | openssl dgst -sha256 -hmac whsec_a`.
        let header = signature_header(&["whsec_a", "whsec_b"], 12, b"{}");
        let parts: Vec<&str> = header.split(',').collect();
        assert_eq!(parts[0], "t=12");
        assert_eq!(parts[1], "v1=125c363802160fbda1189a95bd8f15fd6ea165c87ab137429f3fc4c464f40d89");
        assert_eq!(parts.len(), 3);
        assert_ne!(parts[1], parts[2]);
    }
}
