//! From the credentials of a request to its actor.

use std::sync::Arc;

use http::{HeaderMap, Method, Uri, header};
use thiserror::Error;

use super::{AccessTokens, Actor, ApiKeySecret, ApiKeys, RevokedDevices, TokenVerifier, Withdrawn};
use crate::id::ApiKeyId;

/// Checks the credentials of requests.
#[derive(Clone)]
pub struct Authenticator {
    api_keys: ApiKeys,
    access_tokens: AccessTokens,
    sessions: Option<TokenVerifier>,
    revoked_devices: Option<RevokedDevices>,
    withdrawn: Withdrawn,
}

/// The cookie that carries a browser's session token.
pub const SESSION_COOKIE: &str = "__Host-at";

/// What a request presents to say who it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials<'a> {
    /// Nothing.
    None,
    /// An `Authorization: Bearer` token, or `?access_token=` on a read.
    Token(&'a str),
    /// A session token that the browser sent by itself, perhaps for another site: whoever changes
    /// something on its strength has to see where the request came from.
    Cookie(&'a str),
    /// An `Authorization` header that is no bearer token.
    Unreadable,
}

/// Why nobody could be made of the credentials.
#[derive(Debug, Error)]
pub enum NotAuthenticated {
    /// The token is malformed, unknown, wrong, expired or revoked.
    #[error("the credentials are not valid")]
    Invalid,
    /// The keys can't be looked up now.
    #[error("credentials can't be checked now")]
    Unavailable(#[from] sqlx::Error),
}

impl Authenticator {
    /// Accepts these API keys and access tokens.
    pub fn new(api_keys: ApiKeys, access_tokens: AccessTokens) -> Self {
        Self {
            api_keys,
            access_tokens,
            sessions: None,
            revoked_devices: None,
            withdrawn: Withdrawn::default(),
        }
    }

    /// The same, accepting the session tokens of accounts too.
    #[must_use]
    pub fn with_sessions(self, sessions: TokenVerifier) -> Self {
        Self { sessions: Some(sessions), ..self }
    }

    /// The same, accepting the tokens of devices too, unless they were revoked.
    #[must_use]
    pub fn with_devices(self, revoked: RevokedDevices) -> Self {
        Self { revoked_devices: Some(revoked), ..self }
    }

    /// The same, believing no token about what was withdrawn since.
    #[must_use]
    pub fn heeding(self, withdrawn: Withdrawn) -> Self {
        Self { withdrawn, ..self }
    }

    /// Who presents these credentials. No credentials are the public; bad ones are an error even
    /// where the public is welcome, so that a client notices.
    ///
    /// # Errors
    ///
    /// [`NotAuthenticated::Invalid`] for a bad token; [`NotAuthenticated::Unavailable`] if the
    /// database can't be asked, safe to repeat.
    pub async fn authenticate(
        &self,
        credentials: Credentials<'_>,
    ) -> Result<(Actor, Option<ApiKeyId>), NotAuthenticated> {
        let token = match credentials {
            Credentials::None => return Ok((Actor::Public, None)),
            Credentials::Unreadable => return Err(NotAuthenticated::Invalid),
            // The browser goes on sending what has expired: that makes nobody worse than the public.
            Credentials::Cookie(token) => {
                return Ok((self.session(token).unwrap_or(Actor::Public), None));
            }
            Credentials::Token(token) => token,
        };
        if let Some(reservation) = self.access_tokens.verify(token) {
            return Ok((Actor::Holder(reservation), None));
        }
        if TokenVerifier::is_token(token) {
            if let Some(actor) = self.session(token) {
                return Ok((actor, None));
            }
            return Ok((self.device(token).await?, None));
        }
        let presented = ApiKeySecret::parse(token).ok_or(NotAuthenticated::Invalid)?;
        let actor = self.api_keys.verify(&presented).await?.ok_or(NotAuthenticated::Invalid)?;
        if let Actor::Organizer(organization) | Actor::ScopedKey(organization, _) = actor
            && self.withdrawn.is_suspended(organization)
        {
            return Err(NotAuthenticated::Invalid);
        }
        Ok((actor, Some(presented.id())))
    }

    /// The device with this token. Tokens of devices come as bearer tokens only.
    async fn device(&self, token: &str) -> Result<Actor, NotAuthenticated> {
        let verified = self.sessions.as_ref().and_then(|verifier| verifier.verify_device(token));
        let (Some(device), Some(revoked)) = (verified, &self.revoked_devices) else {
            return Err(NotAuthenticated::Invalid);
        };
        let is_suspended = self.withdrawn.is_suspended(device.organization);
        if is_suspended || revoked.contains(device.device).await? {
            return Err(NotAuthenticated::Invalid);
        }
        Ok(Actor::Device(Arc::new(device)))
    }

    fn session(&self, token: &str) -> Option<Actor> {
        let account = self.sessions.as_ref()?.verify(token)?;
        self.withdrawn.left_of(account).map(|account| Actor::Account(Arc::new(account)))
    }
}

impl<'a> Credentials<'a> {
    /// The credentials of a request. The header counts before the query, the query before the
    /// cookie; the query counts on reads only, for links and images.
    pub fn of(method: &Method, uri: &'a Uri, headers: &'a HeaderMap) -> Self {
        if let Some(header) = headers.get(header::AUTHORIZATION) {
            return header.to_str().ok().and_then(bearer).map_or(Self::Unreadable, Self::Token);
        }
        if *method == Method::GET || *method == Method::HEAD {
            let mut pairs = uri.query().into_iter().flat_map(|query| query.split('&'));
            if let Some(token) = pairs.find_map(|pair| pair.strip_prefix("access_token=")) {
                return Self::Token(token);
            }
        }
        cookie(headers, SESSION_COOKIE).map_or(Self::None, Self::Cookie)
    }
}

/// The value of a cookie of this name, if there is exactly one: two mean that someone planted one.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let sent = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut values = sent
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(sent, _)| *sent == name)
        .map(|(_, value)| value);
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn with_header(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(value))])
    }

    #[test]
    fn reads_the_bearer_token() {
        let (uri, headers) = (Uri::from_static("/x"), with_header("bearer  fhk_1 "));
        assert_eq!(Credentials::of(&Method::POST, &uri, &headers), Credentials::Token("fhk_1"));
    }

    #[test]
    fn other_schemes_are_unreadable() {
        for value in ["Basic Zm9vOmJhcg==", "Bearer", ""] {
            let (uri, headers) = (Uri::from_static("/x"), with_header(value));
            let credentials = Credentials::of(&Method::GET, &uri, &headers);
            assert_eq!(credentials, Credentials::Unreadable, "{value:?}");
        }
    }

    #[test]
    fn reads_the_query_of_reads_only() {
        let (uri, none) = (Uri::from_static("/x?a=1&access_token=fha_1"), HeaderMap::new());
        assert_eq!(Credentials::of(&Method::GET, &uri, &none), Credentials::Token("fha_1"));
        assert_eq!(Credentials::of(&Method::POST, &uri, &none), Credentials::None);
    }

    #[test]
    fn the_header_counts_before_the_query() {
        let (uri, headers) =
            (Uri::from_static("/x?access_token=fha_1"), with_header("Bearer fhk_2"));
        assert_eq!(Credentials::of(&Method::GET, &uri, &headers), Credentials::Token("fhk_2"));
    }

    #[test]
    fn without_credentials_it_is_the_public() {
        let (uri, none) = (Uri::from_static("/x?token=1"), HeaderMap::new());
        assert_eq!(Credentials::of(&Method::GET, &uri, &none), Credentials::None);
    }

    #[test]
    fn the_cookie_counts_last() {
        let uri = Uri::from_static("/x");
        let cookies = "a=1; __Host-at=one.two.three; b=2";
        let mut headers =
            HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(cookies))]);
        let post = Credentials::of(&Method::POST, &uri, &headers);
        assert_eq!(post, Credentials::Cookie("one.two.three"));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Bearer fhk_2"));
        assert_eq!(Credentials::of(&Method::POST, &uri, &headers), Credentials::Token("fhk_2"));
    }

    #[test]
    fn a_cookie_that_is_there_twice_is_nobodys() {
        let cookies = HeaderValue::from_static("__Host-at=one; __Host-at=two");
        let headers = HeaderMap::from_iter([(header::COOKIE, cookies)]);
        assert_eq!(cookie(&headers, SESSION_COOKIE), None);
    }
}
