//! What comes of a log-in at a provider, as browsers are told.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::identity::accounts::{
    client::{self, AccountAnswer, Carrier, SecondFactor, TokensAnswer},
    log_in::LoggedIn,
};

/// What came of it.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// There is a session.
    LoggedIn,
    /// The log-in goes on at `/auth/login/second-factor`.
    SecondFactorRequired,
    /// A mail was sent to the address that the provider told; its link goes on with the log-in.
    CheckMail,
    /// The log-in opens the account from now on.
    Linked,
    /// What is dangerous is allowed for five minutes.
    Proved,
}

/// What came of a log-in at a provider.
#[derive(Serialize, ToSchema)]
pub struct ProviderAnswer {
    pub outcome: Outcome,
    /// The page that was asked for when it began.
    pub return_to: Option<String>,
    /// Who is logged in now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountAnswer>,
    /// To be sent to `/auth/login/second-factor`, with a code or a passkey.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_factor_token: Option<String>,
    /// What may be shown there. A recovery code always may.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub second_factors: Vec<SecondFactor>,
    /// The session, if it was asked for as a token.
    #[serde(flatten)]
    pub tokens: Option<TokensAnswer>,
}

impl ProviderAnswer {
    /// An answer without a session.
    pub const fn of(outcome: Outcome, return_to: Option<String>) -> Self {
        Self {
            outcome,
            return_to,
            account: None,
            second_factor_token: None,
            second_factors: Vec::new(),
            tokens: None,
        }
    }
}

/// The answer to a log-in, as far as it got.
pub fn logged_in(logged_in: LoggedIn, return_to: Option<String>, carrier: Carrier) -> Response {
    match logged_in {
        LoggedIn::Opened(opened) => {
            let answer = ProviderAnswer {
                account: Some(AccountAnswer::of(&opened)),
                tokens: client::tokens_of(&opened, carrier),
                ..ProviderAnswer::of(Outcome::LoggedIn, return_to)
            };
            client::with_session(Json(answer).into_response(), &opened, carrier)
        }
        LoggedIn::Halfway(token, second_factors) => {
            let answer = ProviderAnswer {
                second_factor_token: Some(token),
                second_factors,
                ..ProviderAnswer::of(Outcome::SecondFactorRequired, return_to)
            };
            Json(answer).into_response()
        }
    }
}
