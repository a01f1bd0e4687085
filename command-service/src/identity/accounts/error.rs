//! Why a command about accounts has no effect.

use std::time::Duration;

use http::StatusCode;
use shared::{
    auth::{Denied, UnknownRole},
    http::{FieldError, Problem},
    vault::CannotOpen,
};
use thiserror::Error;

use super::{one_time::IssueError, password::PasswordError};
use crate::{
    identity::passkeys::BeginError,
    mail::MailError,
    vault::{ReadPersonError, VaultUnavailable},
};

/// See the module.
#[derive(Debug, Error)]
pub enum AccountError {
    #[error("the fields are not acceptable")]
    Fields(Vec<FieldError>),
    #[error("these credentials open no account")]
    InvalidCredentials,
    #[error("the account is suspended")]
    Suspended,
    #[error("the session is over")]
    SessionOver,
    #[error("the link has expired or was used")]
    LinkOver,
    #[error("the challenge has expired or was used")]
    CeremonyOver,
    #[error("passkeys need a host name, and our address has none")]
    NoPasskeysHere,
    #[error("too many wrong codes")]
    TooManyAttempts { retry_after: Duration },
    #[error("there is nothing here")]
    NotFound,
    #[error("{1}")]
    Conflict(&'static str, &'static str),
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    Vault(#[from] VaultUnavailable),
    #[error(transparent)]
    Person(#[from] ReadPersonError),
    #[error("a sealed secret can't be opened")]
    Sealed(#[from] CannotOpen),
    #[error("there is no randomness")]
    Randomness(#[from] getrandom::Error),
    #[error(transparent)]
    Passkey(#[from] BeginError),
    #[error("a kept passkey can't be read or written")]
    KeptPasskey(#[from] serde_json::Error),
    #[error("a wish can't be read or written")]
    Wish(#[source] serde_json::Error),
    #[error("the database holds a role that isn't known")]
    Role(#[from] UnknownRole),
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
}

impl From<IssueError> for AccountError {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Randomness(error) => error.into(),
            IssueError::Database(error) => error.into(),
        }
    }
}

impl From<FieldError> for AccountError {
    fn from(fault: FieldError) -> Self {
        Self::Fields(vec![fault])
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Fields(faults) => Self::validation(faults),
            AccountError::InvalidCredentials => invalid_credentials(),
            AccountError::Suspended => Self::new(
                StatusCode::FORBIDDEN,
                "account-suspended",
                "This account is suspended. Ask the operator.",
            ),
            AccountError::SessionOver => {
                Self::unauthenticated("This session is over. Log in again.")
            }
            AccountError::LinkOver => {
                Self::gone("link-over", "This link has expired or has been used. Ask for another.")
            }
            AccountError::CeremonyOver => {
                Self::gone("ceremony-over", "This took too long or was used. Begin anew.")
            }
            AccountError::NoPasskeysHere => Self::conflict(
                "no-passkeys-here",
                "Passkeys belong to a host name, and these pages are reached by an IP address.",
            ),
            AccountError::TooManyAttempts { retry_after } => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-attempts",
                "Too many wrong codes. Wait a little.",
            )
            .retry_after(retry_after),
            AccountError::NotFound => Self::not_found(),
            AccountError::Conflict(code, detail) => Self::conflict(code, detail),
            AccountError::Denied(denied) => denied.into(),
            AccountError::Password(PasswordError::Busy) => busy(),
            AccountError::Mail(MailError::Database(error)) | AccountError::Database(error) => {
                error.into()
            }
            AccountError::Vault(error) => Self::unavailable(&error),
            AccountError::Randomness(error) => Self::unavailable(&error),
            AccountError::Password(error) => Self::internal(&error),
            AccountError::Mail(error) => Self::internal(&error),
            AccountError::Person(ReadPersonError::Database(error)) => error.into(),
            AccountError::Person(ReadPersonError::Sealed(error)) | AccountError::Sealed(error) => {
                Self::internal(&error)
            }
            AccountError::Role(error) => Self::internal(&error),
            AccountError::Passkey(error) => Self::internal(&error),
            AccountError::KeptPasskey(error) | AccountError::Wish(error) => Self::internal(&error),
        }
    }
}

/// One text for every reason, so that nobody learns which addresses have accounts.
fn invalid_credentials() -> Problem {
    let detail = "The address, the password or the code is wrong. Or the address isn't proved yet: then \
                  a link was mailed to it.";
    Problem::new(StatusCode::UNAUTHORIZED, "invalid-credentials", detail)
}

fn busy() -> Problem {
    let detail = "Too many people are logging in. Nothing was done; repeat it soon.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail)
        .retry_after(Duration::from_secs(2))
}
