//! Why a log-in at a provider comes to nothing.

use std::time::Duration;

use http::StatusCode;
use shared::{auth::Denied, http::Problem};
use sqlx::Error as DatabaseError;
use thiserror::Error;

use super::client::ClientError;
use crate::{
    identity::accounts::error::AccountError,
    mail::MailError,
    vault::{ReadPersonError, VaultUnavailable},
};

/// See the module.
#[derive(Debug, Error)]
pub enum OidcError {
    #[error("no such provider is configured")]
    UnknownProvider,
    #[error("nobody was sent to the provider with this state from this browser")]
    AttemptOver,
    #[error("the provider or the person refused")]
    Refused,
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("the provider told no address")]
    NoEmail,
    #[error("the log-in opens another account")]
    LinkedElsewhere,
    #[error("the account has another log-in of this provider")]
    ProviderTaken,
    #[error("the person gave the password too long ago")]
    TooOld,
    #[error("the token belongs to another browser")]
    OtherBrowser,
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl From<DatabaseError> for OidcError {
    fn from(error: DatabaseError) -> Self {
        Self::Account(error.into())
    }
}

impl From<getrandom::Error> for OidcError {
    fn from(error: getrandom::Error) -> Self {
        Self::Account(error.into())
    }
}

impl From<MailError> for OidcError {
    fn from(error: MailError) -> Self {
        Self::Account(error.into())
    }
}

impl From<VaultUnavailable> for OidcError {
    fn from(error: VaultUnavailable) -> Self {
        Self::Account(error.into())
    }
}

impl From<ReadPersonError> for OidcError {
    fn from(error: ReadPersonError) -> Self {
        Self::Account(error.into())
    }
}

impl From<Denied> for OidcError {
    fn from(error: Denied) -> Self {
        Self::Account(error.into())
    }
}

impl From<OidcError> for Problem {
    fn from(error: OidcError) -> Self {
        let forbidden = |code, detail: &'static str| Self::new(StatusCode::FORBIDDEN, code, detail);
        match error {
            OidcError::UnknownProvider => Self::not_found(),
            OidcError::AttemptOver => Self::gone(
                "login-attempt-over",
                "This log-in took too long, was used already, or began in another browser.",
            ),
            OidcError::Refused => {
                forbidden("provider-refused", "The provider or its user didn't agree.")
            }
            OidcError::NoEmail => forbidden(
                "provider-told-no-email",
                "The provider told no usable e-mail address. Register with one, then link.",
            ),
            OidcError::TooOld => forbidden(
                "provider-proof-too-old",
                "The provider doesn't say that the password was given just now.",
            ),
            OidcError::LinkedElsewhere => {
                Self::conflict("login-linked-elsewhere", "This log-in opens another account.")
            }
            OidcError::ProviderTaken => Self::conflict(
                "provider-linked-already",
                "Another log-in of this provider opens the account. Unlink that first.",
            ),
            OidcError::OtherBrowser => Self::conflict(
                "other-browser",
                "Open the link in the browser in which the log-in began.",
            ),
            OidcError::Client(error) => told(&error),
            OidcError::Account(error) => error.into(),
        }
    }
}

fn told(error: &ClientError) -> Problem {
    match error {
        ClientError::Refused => OidcError::Refused.into(),
        ClientError::Token(_) | ClientError::OtherSubject => {
            // Attacks look like this, and so do mistakes in settings.
            tracing::warn!(%error, "what a log-in provider answered is not believed");
            let detail = "What the provider answered can't be believed. Nobody was logged in.";
            Problem::new(StatusCode::FORBIDDEN, "provider-not-believed", detail)
        }
        ClientError::Busy
        | ClientError::Unreachable(_)
        | ClientError::Status(_)
        | ClientError::TooLarge
        | ClientError::TooSlow
        | ClientError::Unreadable(_)
        | ClientError::Unsound(_) => {
            tracing::warn!(%error, "a log-in provider can't be used at present");
            let detail = "The provider can't be reached, or doesn't work. Try again later.";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "provider-unavailable", detail)
                .retry_after(Duration::from_secs(10))
        }
    }
}
