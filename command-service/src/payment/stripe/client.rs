//! HTTP to Stripe: keys, timeouts, and repetition under the same idempotency key only.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, redirect::Policy};
use serde::de::DeserializeOwned;
use shared::{config::Secret, id::IdSource};
use url::Url;

use super::error::StripeError;
use crate::config::StripeArgs;

/// The shapes of the API we were written for.
const API_VERSION: &str = "2025-09-30.clover";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(6);
/// Buyers wait for it, and give up before the edge does.
const DEADLINE: Duration = Duration::from_secs(12);
/// How long to wait before the second and the third attempt, and up to as much again.
const PAUSES_MS: [u64; 2] = [150, 600];

pub(super) type Form = Vec<(&'static str, String)>;

/// The provider's API.
#[derive(Debug, Clone)]
pub struct Stripe {
    client: Client,
    base_url: Url,
    secret_key: Secret,
    ids: IdSource,
}

impl Stripe {
    /// A client with timeouts.
    ///
    /// # Errors
    ///
    /// If TLS can't be set up.
    pub fn try_new(settings: &StripeArgs) -> Result<Self, reqwest::Error> {
        let builder = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(ATTEMPT_TIMEOUT)
            .redirect(Policy::none());
        // The simulator is a neighbour in plain HTTP: no proxy, no certificates to look for.
        let builder = match settings.stripe_base_url.scheme() {
            "http" => builder.no_proxy().tls_certs_only([]),
            _ => builder.https_only(true),
        };
        let mut base_url = settings.stripe_base_url.clone();
        if !base_url.path().ends_with('/') {
            base_url.set_path(&format!("{}/", base_url.path()));
        }
        let secret_key = settings.stripe_secret_key.clone();
        Ok(Self { client: builder.build()?, base_url, secret_key, ids: IdSource })
    }

    /// Whether our key moves real money. What the provider tells about the other world isn't ours.
    pub fn is_live(&self) -> bool {
        let key = self.secret_key.expose();
        key.starts_with("sk_live_") || key.starts_with("rk_live_")
    }

    /// The simulator's page to pay on; Stripe has none.
    pub fn payment_url(&self, reference: &str, client_secret: &str) -> Option<Url> {
        if self.base_url.host_str().is_none_or(|host| host.ends_with("stripe.com")) {
            return None;
        }
        let mut url = self.base_url.join(&format!("pay/{reference}")).ok()?;
        url.query_pairs_mut().append_pair("client_secret", client_secret);
        Some(url)
    }

    /// Asks for something that changes nothing.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Form,
    ) -> Result<T, StripeError> {
        let url = self.url(path)?;
        self.repeated(|| self.client.get(url.clone()).query(query)).await
    }

    /// Asks for a change. The same key always means the same change.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        idempotency_key: &str,
        form: &Form,
    ) -> Result<T, StripeError> {
        let url = self.url(path)?;
        let request =
            || self.client.post(url.clone()).header("Idempotency-Key", idempotency_key).form(form);
        self.repeated(request).await
    }

    async fn repeated<T: DeserializeOwned>(
        &self,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<T, StripeError> {
        let attempts = async {
            for pause in PAUSES_MS {
                match self.attempt(request()).await {
                    Err(error) if error.is_passing() => {
                        tracing::debug!(%error, "the provider is asked again");
                        tokio::time::sleep(self.about(pause)).await;
                    }
                    settled => return settled,
                }
            }
            self.attempt(request()).await
        };
        tokio::time::timeout(DEADLINE, attempts)
            .await
            .unwrap_or(Err(StripeError::TooSlow(DEADLINE)))
    }

    async fn attempt<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> Result<T, StripeError> {
        // URLs may hold references of payments: they don't belong into messages.
        let unreachable = |error: reqwest::Error| StripeError::Unreachable(error.without_url());
        let answer = request
            .bearer_auth(self.secret_key.expose())
            .header("Stripe-Version", API_VERSION)
            .send()
            .await
            .map_err(unreachable)?;
        let status = answer.status();
        let advice = answer.headers().get("Stripe-Should-Retry").map(|value| value == "true");
        let body = answer.bytes().await.map_err(unreachable)?;
        if status.is_success() {
            serde_json::from_slice(&body).map_err(StripeError::Unreadable)
        } else {
            Err(StripeError::of_answer(status, advice, &body))
        }
    }

    /// Paths are ours: constants, and references the provider gave us.
    fn url(&self, path: &str) -> Result<Url, StripeError> {
        self.base_url.join(path).map_err(|_| StripeError::Unaddressable)
    }

    /// From once to twice so long, so that many callers don't come back at the same time.
    fn about(&self, millis: u64) -> Duration {
        let random = self.ids.next().as_u128() % 1000;
        let extra = u64::try_from(random).unwrap_or_default() * millis / 1000;
        Duration::from_millis(millis + extra)
    }
}
