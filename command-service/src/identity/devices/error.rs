//! Why a command about devices has no effect.

use http::StatusCode;
use shared::{auth::Denied, http::Problem};
use thiserror::Error;

use crate::{identity::accounts::error::AccountError, runtime::ExecuteError};

/// See the module.
#[derive(Debug, Error)]
pub enum DeviceError {
    #[error("the code has expired or was used")]
    CodeOver,
    #[error("no device is known by this key")]
    NotProved,
    #[error("the challenge has expired or was answered")]
    ChallengeOver,
    #[error("the device was revoked")]
    Revoked,
    #[error("the lease of the device has ended")]
    LeaseOver,
    #[error("the organisation is suspended")]
    Suspended,
    #[error("too many devices")]
    TooMany,
    #[error(transparent)]
    Event(#[from] ExecuteError),
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl From<sqlx::Error> for DeviceError {
    fn from(error: sqlx::Error) -> Self {
        Self::Account(error.into())
    }
}

impl From<Denied> for DeviceError {
    fn from(denied: Denied) -> Self {
        Self::Account(denied.into())
    }
}

impl From<DeviceError> for Problem {
    fn from(error: DeviceError) -> Self {
        let unauthorized = |code, detail| Self::new(StatusCode::UNAUTHORIZED, code, detail);
        let refused = |code, detail| Self::new(StatusCode::FORBIDDEN, code, detail);
        match error {
            DeviceError::CodeOver => Self::gone(
                "code-over",
                "This code has expired or has been used. Ask for another at the desk.",
            ),
            DeviceError::NotProved => unauthorized(
                "invalid-credentials",
                "No device is known by this id and this signature.",
            ),
            DeviceError::ChallengeOver => unauthorized(
                "challenge-over",
                "This challenge has expired or was answered before. Ask for another.",
            ),
            DeviceError::Revoked => {
                refused("device-revoked", "This device was revoked. Enrol it again at the desk.")
            }
            DeviceError::LeaseOver => refused(
                "lease-over",
                "The time of this device is over. Enrol it again at the desk.",
            ),
            DeviceError::Suspended => {
                refused("organization-suspended", "Nobody acts for this organisation now.")
            }
            DeviceError::TooMany => Self::conflict(
                "too-many-devices",
                "This organisation has too many devices. Revoke some first.",
            ),
            DeviceError::Event(error) => error.into(),
            DeviceError::Account(error) => error.into(),
        }
    }
}
