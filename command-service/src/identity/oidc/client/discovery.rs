//! What a provider says about itself, kept for an hour.

use std::sync::Arc;

use chrono::TimeDelta;
use reqwest::Client;
use serde::Deserialize;
use shared::clock::Timestamp;
use url::Url;

use super::{
    ClientError, ProviderSettings,
    fetch::{self, Answered},
    keys::KeySet,
};

/// How long what a provider said is not asked again.
const KEPT: TimeDelta = TimeDelta::hours(1);
/// Whoever shows unknown keys makes us ask for the keys so often at most.
const PAUSE: TimeDelta = TimeDelta::minutes(1);

/// What a provider said, and when.
#[derive(Default)]
pub(super) struct Cache {
    endpoints: Option<(Timestamp, Arc<Endpoints>)>,
    keys: Option<(Timestamp, Arc<KeySet>)>,
}

/// Where a provider is asked for what.
#[derive(Debug)]
pub(super) struct Endpoints {
    pub authorization: Url,
    pub token: Option<Url>,
    pub token_query: Option<Url>,
    pub user_info: Option<Url>,
    /// Whether our secret stands in the form and not in the header.
    pub secret_in_form: bool,
    /// Whether every answer names the issuer.
    pub names_itself: bool,
    keys: Url,
}

/// The description, as far as we need it.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: Option<Location>,
    token_endpoint: Option<Location>,
    jwks_uri: Location,
    userinfo_endpoint: Option<Location>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Location(Url);

impl TryFrom<String> for Location {
    type Error = url::ParseError;

    fn try_from(text: String) -> Result<Self, url::ParseError> {
        Ok(Self(Url::parse(&text)?))
    }
}

impl Cache {
    /// Where the provider is asked for what. What was known lasts while it can't be asked.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub(super) async fn endpoints(
        &mut self,
        client: &Client,
        settings: &ProviderSettings,
        now: Timestamp,
    ) -> Result<Arc<Endpoints>, ClientError> {
        let known = self.endpoints.as_ref();
        if let Some((_, endpoints)) = known.filter(|(at, _)| now < *at + KEPT) {
            return Ok(endpoints.clone());
        }
        let request = client.get(settings.discovery());
        let found = match fetch::send(request).await {
            Ok(Answered { status, body }) => {
                fetch::read(status, &body).and_then(|document| of(document, settings))
            }
            Err(error) => Err(error),
        };
        match (found, known) {
            (Ok(endpoints), _) => {
                let endpoints = Arc::new(endpoints);
                self.endpoints = Some((now, endpoints.clone()));
                Ok(endpoints)
            }
            (Err(error), Some((_, endpoints))) => {
                tracing::warn!(%error, "a log-in provider can't be asked about itself");
                Ok(endpoints.clone())
            }
            (Err(error), None) => Err(error),
        }
    }

    /// The provider's keys; `anew` if one was missing among them.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub(super) async fn keys(
        &mut self,
        client: &Client,
        endpoints: &Endpoints,
        anew: bool,
        now: Timestamp,
    ) -> Result<Arc<KeySet>, ClientError> {
        let lasts = if anew { PAUSE } else { KEPT };
        if let Some((at, keys)) = &self.keys
            && now < *at + lasts
        {
            return Ok(keys.clone());
        }
        let Answered { status, body } = fetch::send(client.get(endpoints.keys.clone())).await?;
        let keys: Arc<KeySet> = Arc::new(fetch::read(status, &body)?);
        self.keys = Some((now, keys.clone()));
        Ok(keys)
    }
}

fn of(document: Document, settings: &ProviderSettings) -> Result<Endpoints, ClientError> {
    if document.issuer != settings.issuer {
        return Err(ClientError::Unsound("it is that of another issuer"));
    }
    let there = |named: Option<Location>| {
        let url = named.map(|Location(url)| url);
        match url {
            Some(url) if !settings.may_be_at(&url) => {
                Err(ClientError::Unsound("it leads to an address without TLS"))
            }
            url => Ok(url),
        }
    };
    let missing = ClientError::Unsound("there is no authorization endpoint");
    let peculiar = &settings.peculiar;
    let named = there(document.authorization_endpoint)?;
    let methods = document.token_endpoint_auth_methods_supported.unwrap_or_default();
    let takes = |method: &str| methods.iter().any(|other| other == method);
    Ok(Endpoints {
        authorization: peculiar.authorization_endpoint.clone().or(named).ok_or(missing)?,
        token: there(document.token_endpoint)?,
        token_query: peculiar.token_query.clone(),
        user_info: there(document.userinfo_endpoint)?,
        secret_in_form: takes("client_secret_post") && !takes("client_secret_basic"),
        names_itself: document.authorization_response_iss_parameter_supported,
        keys: there(Some(document.jwks_uri))?.ok_or(ClientError::Unsound("there are no keys"))?,
    })
}
