//! Requests to a provider: no redirects, no patience, no large answers.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode, header, redirect::Policy};
use serde::de::DeserializeOwned;

use super::{ClientError, ProviderSettings};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const LARGEST: usize = 256 * 1024;

/// What was answered.
pub(super) struct Answered {
    pub status: StatusCode,
    pub body: Vec<u8>,
}

/// A client for one provider.
///
/// # Errors
///
/// If TLS can't be set up.
pub(super) fn client(
    settings: &ProviderSettings,
    patience: Duration,
) -> Result<Client, reqwest::Error> {
    let builder = Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(patience)
        .redirect(Policy::none())
        .referer(false);
    // One on this machine is there for tests: no proxy, no certificates to look for.
    let builder = if settings.is_local() {
        builder.no_proxy().tls_certs_only([])
    } else {
        builder.https_only(true)
    };
    builder.build()
}

/// Sends a request and reads the answer, as far as we read any.
///
/// # Errors
///
/// [`ClientError::Unreachable`], [`ClientError::TooSlow`], [`ClientError::TooLarge`].
pub(super) async fn send(request: RequestBuilder) -> Result<Answered, ClientError> {
    let mut answer =
        request.header(header::ACCEPT, "application/json").send().await.map_err(broken)?;
    let status = answer.status();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(broken)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(ClientError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answered { status, body })
}

/// Reads a successful answer.
///
/// # Errors
///
/// [`ClientError::Status`], [`ClientError::Unreadable`].
pub(super) fn read<T: DeserializeOwned>(status: StatusCode, body: &[u8]) -> Result<T, ClientError> {
    if status != StatusCode::OK {
        return Err(ClientError::Status(status));
    }
    serde_json::from_slice(body).map_err(ClientError::Unreadable)
}

/// Addresses may hold codes: they don't belong into messages.
fn broken(error: reqwest::Error) -> ClientError {
    if error.is_timeout() {
        ClientError::TooSlow
    } else {
        ClientError::Unreachable(error.without_url())
    }
}
