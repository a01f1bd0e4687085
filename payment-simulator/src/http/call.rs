//! One request to the API: who asks, with what, under which idempotency key.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{
        HeaderMap,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
};
use base64::{Engine, prelude::BASE64_STANDARD};

use crate::{error::ApiError, intent::Intent, params::Params, simulator::Simulator};

const FORM: &str = "application/x-www-form-urlencoded";

/// A request whose key was checked and whose parameters were read.
#[derive(Debug)]
pub struct Call {
    pub params: Params,
    pub idempotency_key: Option<String>,
    /// Equal for equal requests.
    pub fingerprint: String,
    has_secret_key: bool,
}

impl Call {
    /// Only a holder of the secret key may do this.
    ///
    /// # Errors
    ///
    /// `secret_key_required`.
    pub fn secret_key_only(&self) -> Result<(), ApiError> {
        if self.has_secret_key { Ok(()) } else { Err(ApiError::forbidden()) }
    }

    /// A holder of the secret key or of the intent's client secret may do this.
    ///
    /// # Errors
    ///
    /// The same as for an intent that doesn't exist.
    pub fn may_touch(&mut self, intent: &Intent) -> Result<(), ApiError> {
        let client_secret = self.params.text("client_secret");
        if self.has_secret_key || client_secret.as_deref() == Some(&*intent.client_secret) {
            Ok(())
        } else {
            Err(ApiError::missing("payment_intent", "intent", &intent.id))
        }
    }
}

impl FromRequest<Simulator> for Call {
    type Rejection = ApiError;

    async fn from_request(request: Request, simulator: &Simulator) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let mut params = Params::default();
        params.add(parts.uri.query().unwrap_or_default().as_bytes());
        let request = Request::from_parts(parts.clone(), body);
        let body = Bytes::from_request(request, simulator)
            .await
            .map_err(|_| ApiError::unreadable("The body can't be read."))?;
        if !body.is_empty() && !is_form(&parts.headers) {
            let message = format!("Invalid request: the content type must be {FORM}.");
            return Err(ApiError::unreadable(message));
        }
        params.add(&body);
        let key = bearer(&parts.headers).or_else(|| params.text("key"));
        let has_secret_key = match key {
            Some(key) if simulator.is_secret_key(&key) => true,
            // Stripe wants a publishable key beside the client secret; here the latter is enough.
            Some(key) if key.starts_with("pk_") => false,
            Some(_) => return Err(ApiError::unauthorized()),
            None => false,
        };
        let fingerprint = format!("{} {} {}", parts.method, parts.uri.path(), params.fingerprint());
        let idempotency_key = text(&parts.headers, "idempotency-key").map(str::to_owned);
        if idempotency_key.as_ref().is_some_and(|key| key.is_empty() || key.len() > 255) {
            return Err(ApiError::unreadable("Idempotency keys have 1 to 255 characters."));
        }
        Ok(Self { params, idempotency_key, fingerprint, has_secret_key })
    }
}

fn text<'headers>(headers: &'headers HeaderMap, name: &str) -> Option<&'headers str> {
    headers.get(name)?.to_str().ok()
}

fn is_form(headers: &HeaderMap) -> bool {
    text(headers, CONTENT_TYPE.as_str()).is_some_and(|kind| kind.starts_with(FORM))
}

/// The key as `Bearer` token or as user name (`curl -u sk_test_…:`).
fn bearer(headers: &HeaderMap) -> Option<String> {
    let (scheme, credentials) = text(headers, AUTHORIZATION.as_str())?.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(credentials.to_owned());
    }
    let decoded = BASE64_STANDARD.decode(credentials).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    Some(text.split_once(':')?.0.to_owned())
}
