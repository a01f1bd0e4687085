//! The client of one provider: discovery, codes for tokens, and what the tokens say.

mod discovery;
mod fetch;
mod id_token;
mod keys;

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use shared::{clock::Clock, config::Secret};
use thiserror::Error;
use tokio::sync::{Mutex, Semaphore};
use url::{Url, form_urlencoded::byte_serialize};

use self::{
    discovery::{Cache, Endpoints},
    fetch::Answered,
    id_token::{Claims, Expected},
    keys::TokenFault,
};
use super::settings::ProviderSettings;

/// So many people at once may make us ask a provider; a slow one takes no more of us.
const AT_ONCE: usize = 16;
/// Whoever gave the password so long ago hasn't just proved to be there.
const RECENT: TimeDelta = TimeDelta::minutes(5);

/// One provider, with what it said about itself.
pub struct Provider {
    pub settings: ProviderSettings,
    redirect_uri: String,
    client: Client,
    clock: Clock,
    deadline: Duration,
    places: Semaphore,
    cache: Mutex<Cache>,
}

/// What only one browser's log-in has.
pub struct Proofs {
    pub state: String,
    pub nonce: String,
    pub verifier: Secret,
}

/// Who someone is at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    pub subject: String,
    pub email: Option<String>,
    pub email_is_verified: bool,
    pub name: Option<String>,
    /// Whether they have just proved to be there, as far as the provider tells such things.
    pub is_fresh: bool,
}

/// A provider can't be used, or not believed.
#[derive(Debug, Error)]
pub enum ClientError {
    #[error("too many people are waiting for the provider")]
    Busy,
    #[error("the provider can't be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("the provider answered with status {0}")]
    Status(StatusCode),
    #[error("the provider's answer is too large")]
    TooLarge,
    #[error("the provider didn't answer in time")]
    TooSlow,
    #[error("the provider's answer can't be read")]
    Unreadable(#[source] serde_json::Error),
    #[error("the provider's description of itself can't be used: {0}")]
    Unsound(&'static str),
    #[error("the provider refused the code")]
    Refused,
    #[error("the id token is not believed: {0}")]
    Token(#[from] TokenFault),
    #[error("the user info is about somebody else")]
    OtherSubject,
}

/// What we have in exchange for a code.
#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

/// What the user info says besides.
#[derive(Deserialize)]
struct UserInfo {
    sub: String,
    email: Option<String>,
    #[serde(default, deserialize_with = "id_token::flag")]
    email_verified: bool,
    name: Option<String>,
}

impl Provider {
    /// A client; `patience` is how long one request may take.
    ///
    /// # Errors
    ///
    /// If TLS can't be set up.
    pub fn try_new(
        settings: ProviderSettings,
        public_url: &Url,
        clock: Clock,
        patience: Duration,
    ) -> Result<Self, reqwest::Error> {
        let public_url = public_url.as_str().trim_end_matches('/');
        Ok(Self {
            redirect_uri: format!("{public_url}/login/callback/{}", settings.name),
            client: fetch::client(&settings, patience)?,
            deadline: patience * 2,
            places: Semaphore::new(AT_ONCE),
            cache: Mutex::new(Cache::default()),
            settings,
            clock,
        })
    }

    /// Where to send someone. With `again` the provider is to ask for the password in any case.
    ///
    /// # Errors
    ///
    /// [`ClientError`] if the provider's description can't be had.
    pub async fn authorization_url(
        &self,
        proofs: &Proofs,
        again: bool,
    ) -> Result<Url, ClientError> {
        let endpoints = self.within(self.endpoints()).await?;
        let challenge = Sha256::digest(proofs.verifier.expose().as_bytes());
        let mut url = endpoints.authorization.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("scope", &self.settings.scopes.join(" "))
            .append_pair("state", &proofs.state)
            .append_pair("nonce", &proofs.nonce)
            .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(challenge))
            .append_pair("code_challenge_method", "S256");
        if again && self.settings.peculiar.undated {
            query.append_pair("prompt", "select_account");
        } else if again {
            query.append_pair("prompt", "login").append_pair("max_age", "0");
        }
        drop(query);
        Ok(url)
    }

    /// Whether an answer that names this issuer is the provider's (RFC 9207).
    ///
    /// # Errors
    ///
    /// [`ClientError`] if it isn't, or the provider's description can't be had.
    pub async fn check_issuer(&self, named: Option<&str>) -> Result<(), ClientError> {
        let endpoints = self.within(self.endpoints()).await?;
        match named {
            Some(issuer) if issuer == self.settings.issuer => Ok(()),
            None if !endpoints.names_itself => Ok(()),
            Some(_) | None => Err(TokenFault::Issuer.into()),
        }
    }

    /// Who it is that came back with a code.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub async fn exchange(&self, code: &str, proofs: &Proofs) -> Result<Stranger, ClientError> {
        let _place = self.places.try_acquire().map_err(|_| ClientError::Busy)?;
        self.within(async {
            let endpoints = self.endpoints().await?;
            let tokens = self.redeem(&endpoints, code, proofs).await?;
            let claims = self.believe(&endpoints, &tokens.id_token, &proofs.nonce).await?;
            self.complete(&endpoints, claims, tokens.access_token.as_deref()).await
        })
        .await
    }

    async fn within<T>(
        &self,
        work: impl Future<Output = Result<T, ClientError>>,
    ) -> Result<T, ClientError> {
        tokio::time::timeout(self.deadline, work).await.unwrap_or(Err(ClientError::TooSlow))
    }

    async fn redeem(
        &self,
        endpoints: &Endpoints,
        code: &str,
        proofs: &Proofs,
    ) -> Result<Tokens, ClientError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", proofs.verifier.expose()),
            ("client_id", &self.settings.client_id),
        ];
        let request = match (&endpoints.token_query, &endpoints.token) {
            (Some(url), _) => self.client.get(url.clone()).query(&form[1..]),
            (None, Some(url)) => self.with_secret(self.client.post(url.clone()), &form, endpoints),
            (None, None) => return Err(ClientError::Unsound("there is no token endpoint")),
        };
        let Answered { status, body } = fetch::send(request).await?;
        if status.is_client_error() {
            return Err(ClientError::Refused);
        }
        fetch::read(status, &body)
    }

    fn with_secret(
        &self,
        request: RequestBuilder,
        form: &[(&str, &str)],
        endpoints: &Endpoints,
    ) -> RequestBuilder {
        let Some(secret) = &self.settings.client_secret else { return request.form(form) };
        if endpoints.secret_in_form {
            let with_secret: Vec<_> =
                form.iter().copied().chain([("client_secret", secret.expose())]).collect();
            return request.form(&with_secret);
        }
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let (id, secret) = (encoded(&self.settings.client_id), encoded(secret.expose()));
        request.basic_auth(id, Some(secret)).form(form)
    }

    /// Verifies an id token. A key that isn't known may be a new one.
    async fn believe(
        &self,
        endpoints: &Endpoints,
        token: &str,
        nonce: &str,
    ) -> Result<Claims, ClientError> {
        let expected = Expected {
            issuer: &self.settings.issuer,
            also_issuer: self.settings.peculiar.also_issues_as,
            client_id: &self.settings.client_id,
            nonce,
            now: self.clock.now(),
        };
        let keys = self.keys(endpoints, false).await?;
        match id_token::verify(token, &keys, &expected) {
            Err(TokenFault::UnknownKey) => {
                let keys = self.keys(endpoints, true).await?;
                Ok(id_token::verify(token, &keys, &expected)?)
            }
            verified => Ok(verified?),
        }
    }

    /// Asks for what the id token doesn't say, where there is somebody to ask.
    async fn complete(
        &self,
        endpoints: &Endpoints,
        claims: Claims,
        access_token: Option<&str>,
    ) -> Result<Stranger, ClientError> {
        let recent = |at: i64| (self.clock.now().timestamp() - at) < RECENT.num_seconds();
        let is_fresh = claims.auth_time.map_or(self.settings.peculiar.undated, recent);
        let mut stranger = Stranger {
            subject: claims.sub,
            email: claims.email,
            email_is_verified: claims.email_verified,
            name: claims.name,
            is_fresh,
        };
        let asked = endpoints.user_info.as_ref().zip(access_token);
        if let Some((url, token)) = asked.filter(|_| stranger.email.is_none()) {
            let request = self.client.get(url.clone()).bearer_auth(token);
            let Answered { status, body } = fetch::send(request).await?;
            let told: UserInfo = fetch::read(status, &body)?;
            if told.sub != stranger.subject {
                return Err(ClientError::OtherSubject);
            }
            stranger.email_is_verified = told.email.is_some() && told.email_verified;
            stranger.email = told.email;
            stranger.name = stranger.name.or(told.name);
        }
        Ok(stranger)
    }

    async fn endpoints(&self) -> Result<Arc<Endpoints>, ClientError> {
        let mut cache = self.cache.lock().await;
        cache.endpoints(&self.client, &self.settings, self.clock.now()).await
    }

    async fn keys(
        &self,
        endpoints: &Endpoints,
        anew: bool,
    ) -> Result<Arc<keys::KeySet>, ClientError> {
        let mut cache = self.cache.lock().await;
        cache.keys(&self.client, endpoints, anew, self.clock.now()).await
    }
}
