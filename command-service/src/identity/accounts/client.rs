//! How a client carries its session: cookies that no script sees, or tokens in the answer.

use std::convert::Infallible;

use axum::{
    Json,
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header, request::Parts};
use serde::{Deserialize, Serialize};
use shared::{
    auth::{SESSION_COOKIE, TOKEN_LASTS, cookie},
    id::AccountId,
};
use utoipa::ToSchema;

use super::{
    one_time::OneTimeSecret,
    records::AccountRecord,
    session::{IDLE, Opened},
};

/// The cookie of the refresh token: sent to `/api/v1/auth` only, never from another site.
const REFRESH_COOKIE: &str = "__Secure-rt";
const REFRESH_PATH: &str = "/api/v1/auth";
const LONGEST_DEVICE: usize = 200;

/// Where a session is to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// In cookies: for browsers.
    #[default]
    Cookie,
    /// In the answer: for programs.
    Token,
}

/// What is known of the client from its headers.
pub struct Client {
    /// What the browser says it is.
    pub device: String,
    /// Where the session is that it sent, if it sent one.
    pub carrier: Carrier,
    refresh: Option<OneTimeSecret>,
}

impl Client {
    /// The refresh token, from the body if there is one, else from the cookie.
    pub fn refresh_token(&self, in_body: Option<&str>) -> Option<(OneTimeSecret, Carrier)> {
        match in_body {
            Some(text) => OneTimeSecret::parse(text).map(|token| (token, Carrier::Token)),
            None => self.refresh.clone().map(|token| (token, Carrier::Cookie)),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let headers = &parts.headers;
        let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let is_plain = |c: &char| c.is_ascii_graphic() || *c == ' ';
        let device: String =
            agent.unwrap_or_default().chars().filter(is_plain).take(LONGEST_DEVICE).collect();
        let by_token = headers.contains_key(header::AUTHORIZATION);
        Ok(Self {
            device: if device.is_empty() { "unknown".to_owned() } else { device },
            carrier: if by_token { Carrier::Token } else { Carrier::Cookie },
            refresh: cookie(headers, REFRESH_COOKIE).and_then(OneTimeSecret::parse),
        })
    }
}

/// A log-in, as far as it got.
#[derive(Serialize, ToSchema)]
pub struct LogInAnswer {
    /// Who is logged in now; absent if a second factor is required first.
    pub account: Option<AccountAnswer>,
    /// Whether the log-in goes on at `/auth/login/second-factor`.
    pub second_factor_required: bool,
    /// To be sent there, with a code or a passkey.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_factor_token: Option<String>,
    /// What may be shown there. A recovery code always may.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub second_factors: Vec<SecondFactor>,
    /// The session, if it was asked for as a token.
    #[serde(flatten)]
    pub tokens: Option<TokensAnswer>,
}

/// A kind of second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// Codes of an app.
    Totp,
    Passkey,
}

impl SecondFactor {
    /// What an account has.
    pub fn of(record: &AccountRecord) -> Vec<Self> {
        let app = record.has_app.then_some(Self::Totp);
        app.into_iter().chain(record.has_passkey.then_some(Self::Passkey)).collect()
    }
}

/// An account.
#[derive(Serialize, ToSchema)]
pub struct AccountAnswer {
    pub account_id: AccountId,
    /// Whether it runs the platform.
    pub platform_admin: bool,
}

/// A session, for programs.
#[derive(Serialize, ToSchema)]
pub struct TokensAnswer {
    /// Send it as a bearer token.
    #[schema(example = "eyJhbGciOiJFZERTQSIs…")]
    pub access_token: String,
    /// When to send the refresh token to `/auth/refresh`.
    #[schema(example = 600)]
    pub expires_in_seconds: i64,
    /// Works once; the answer has the next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// A new access token of the same session, in the cookie or here.
#[derive(Serialize, ToSchema)]
pub struct RenewedAnswer {
    #[serde(flatten)]
    tokens: Option<TokensAnswer>,
}

impl AccountAnswer {
    /// The account of a session.
    pub fn of(opened: &Opened) -> Self {
        Self { account_id: opened.actor.account, platform_admin: opened.actor.platform_admin }
    }
}

/// The answer that carries an opened session.
pub fn opened(opened: &Opened, carrier: Carrier) -> Response {
    let answer = LogInAnswer {
        account: Some(AccountAnswer::of(opened)),
        second_factor_required: false,
        second_factor_token: None,
        second_factors: Vec::new(),
        tokens: tokens_of(opened, carrier),
    };
    with_session(Json(answer).into_response(), opened, carrier)
}

/// The tokens of a session, for clients that don't keep it in cookies.
pub fn tokens_of(opened: &Opened, carrier: Carrier) -> Option<TokensAnswer> {
    match carrier {
        Carrier::Cookie => None,
        Carrier::Token => Some(tokens(&opened.access, Some(&opened.refresh))),
    }
}

/// The same answer, with the cookies of the session if it is kept there.
pub fn with_session(mut response: Response, opened: &Opened, carrier: Carrier) -> Response {
    if carrier == Carrier::Cookie {
        add_cookie(&mut response, access_cookie(&opened.access, TOKEN_LASTS.num_seconds()));
        let lasts = IDLE.num_seconds();
        add_cookie(&mut response, refresh_cookie(&opened.refresh.expose(), lasts));
    }
    response
}

/// The answer that carries a new access token of the same session.
pub fn renewed(access: &str, carrier: Carrier) -> Response {
    let answer = match carrier {
        Carrier::Token => RenewedAnswer { tokens: Some(tokens(access, None)) },
        Carrier::Cookie => RenewedAnswer { tokens: None },
    };
    with_access(Json(answer).into_response(), access, carrier)
}

/// The same answer, with a new access token of the session in the cookie if it is kept there.
pub fn with_access(mut response: Response, access: &str, carrier: Carrier) -> Response {
    if carrier == Carrier::Cookie {
        add_cookie(&mut response, access_cookie(access, TOKEN_LASTS.num_seconds()));
    }
    response
}

/// Takes the cookies away.
pub fn forget_cookies(response: &mut Response) {
    add_cookie(response, access_cookie("", 0));
    add_cookie(response, refresh_cookie("", 0));
}

fn tokens(access: &str, refresh: Option<&OneTimeSecret>) -> TokensAnswer {
    TokensAnswer {
        access_token: access.to_owned(),
        expires_in_seconds: TOKEN_LASTS.num_seconds(),
        refresh_token: refresh.map(OneTimeSecret::expose),
    }
}

fn access_cookie(value: &str, seconds: i64) -> String {
    format!("{SESSION_COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Lax")
}

fn refresh_cookie(value: &str, seconds: i64) -> String {
    format!(
        "{REFRESH_COOKIE}={value}; Path={REFRESH_PATH}; Max-Age={seconds}; HttpOnly; Secure; \
         SameSite=Strict"
    )
}

/// Has the browser keep a cookie.
pub fn add_cookie(response: &mut Response, cookie: String) {
    // Tokens are base64url, dots and hexadecimal digits: always a header value.
    if let Ok(value) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
