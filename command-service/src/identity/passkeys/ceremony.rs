//! Ceremonies: a challenge that was made here and is answered once, soon, for what it was made for.

use chrono::TimeDelta;
use serde_json::Value;
use shared::{clock::Timestamp, id::AccountId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::identity::accounts::{error::AccountError, one_time::OneTimeSecret};

/// So long a challenge may be answered.
pub const LASTS: TimeDelta = TimeDelta::minutes(5);

/// What a challenge was made for. It is good for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A new passkey of an account.
    Add,
    /// Nobody knows yet who it is.
    LogIn,
    /// The password was right.
    SecondFactor,
    StepUp,
}

/// A challenge that was taken to be answered.
#[derive(Debug)]
pub struct Ceremony {
    /// Who was asked; nobody in particular for a log-in by passkey alone.
    pub account: Option<AccountId>,
    pub state: Value,
}

impl Purpose {
    const fn code(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::LogIn => "log_in",
            Self::SecondFactor => "second_factor",
            Self::StepUp => "step_up",
        }
    }
}

/// Keeps a challenge; the answer names it.
///
/// # Errors
///
/// [`AccountError`].
pub async fn keep(
    connection: &mut PgConnection,
    purpose: Purpose,
    account: Option<AccountId>,
    state: &Value,
    at: Timestamp,
) -> Result<OneTimeSecret, AccountError> {
    let secret = OneTimeSecret::generate()?;
    // Nobody else takes away what was never answered. Each new one takes some, so none pile up.
    sqlx::query(
        "DELETE FROM identity.passkey_ceremonies WHERE token_sha256 IN ( \
            SELECT token_sha256 FROM identity.passkey_ceremonies WHERE expires_at <= $1 \
             ORDER BY expires_at LIMIT 10 FOR UPDATE SKIP LOCKED)",
    )
    .bind(at)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO identity.passkey_ceremonies \
            (token_sha256, purpose, account_id, state, expires_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(secret.sha256().as_slice())
    .bind(purpose.code())
    .bind(account.map(AccountId::uuid))
    .bind(state)
    .bind(at + LASTS)
    .execute(connection)
    .await?;
    Ok(secret)
}

/// Takes a challenge away: of a hundred answers at once one gets it, and whatever comes of that
/// answer, there is no second one. Therefore outside of the transaction of what follows.
///
/// # Errors
///
/// If the database refuses.
pub async fn take(
    connection: &mut PgConnection,
    purpose: Purpose,
    token: &str,
    at: Timestamp,
) -> Result<Option<Ceremony>, sqlx::Error> {
    let Some(secret) = OneTimeSecret::parse(token) else { return Ok(None) };
    let row: Option<(Option<Uuid>, Value, Timestamp)> = sqlx::query_as(
        "DELETE FROM identity.passkey_ceremonies WHERE token_sha256 = $1 AND purpose = $2 \
         RETURNING account_id, state, expires_at",
    )
    .bind(secret.sha256().as_slice())
    .bind(purpose.code())
    .fetch_optional(connection)
    .await?;
    Ok(row
        .filter(|(.., expires_at)| at < *expires_at)
        .map(|(account, state, _)| Ceremony { account: account.map(AccountId::new), state }))
}
