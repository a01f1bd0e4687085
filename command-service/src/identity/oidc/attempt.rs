//! People on their way to a provider and back: each comes back once.

use chrono::TimeDelta;
use shared::{clock::Timestamp, id::SessionId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::identity::accounts::one_time::OneTimeSecret;

/// How long someone may be away.
const LASTS: TimeDelta = TimeDelta::minutes(10);

/// What someone was sent to a provider for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    LogIn,
    /// To link the log-in with the account of this session.
    Link(SessionId),
    /// To prove again to be there, in this session.
    StepUp(SessionId),
}

/// Someone who came back.
#[derive(Debug)]
pub struct Attempt {
    pub purpose: Purpose,
    pub return_to: Option<String>,
}

impl Purpose {
    const fn code(self) -> &'static str {
        match self {
            Self::LogIn => "log_in",
            Self::Link(_) => "link",
            Self::StepUp(_) => "step_up",
        }
    }

    const fn session(self) -> Option<SessionId> {
        match self {
            Self::LogIn => None,
            Self::Link(session) | Self::StepUp(session) => Some(session),
        }
    }

    fn of(code: &str, session: Option<Uuid>) -> Option<Self> {
        match (code, session.map(SessionId::new)) {
            ("log_in", None) => Some(Self::LogIn),
            ("link", Some(session)) => Some(Self::Link(session)),
            ("step_up", Some(session)) => Some(Self::StepUp(session)),
            _ => None,
        }
    }
}

/// Whom an attempt belongs to.
pub struct Place<'a> {
    pub state: &'a OneTimeSecret,
    pub browser: &'a OneTimeSecret,
    pub provider: &'a str,
}

/// Notes that someone is sent to a provider, and forgets those who never came back.
///
/// # Errors
///
/// If the database refuses.
pub async fn begin(
    connection: &mut PgConnection,
    place: &Place<'_>,
    attempt: &Attempt,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM identity.provider_attempts WHERE expires_at < $1")
        .bind(at)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO identity.provider_attempts (state_sha256, browser_sha256, provider, purpose, \
            session_id, return_to, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(place.state.sha256().as_slice())
    .bind(place.browser.sha256().as_slice())
    .bind(place.provider)
    .bind(attempt.purpose.code())
    .bind(attempt.purpose.session().map(SessionId::uuid))
    .bind(attempt.return_to.as_deref())
    .bind(at)
    .bind(at + LASTS)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whoever comes back with this state, in the browser in which it began: of a hundred at once one.
///
/// # Errors
///
/// If the database refuses.
pub async fn redeem(
    connection: &mut PgConnection,
    place: &Place<'_>,
    at: Timestamp,
) -> Result<Option<Attempt>, sqlx::Error> {
    let row: Option<(String, Option<Uuid>, Option<String>)> = sqlx::query_as(
        "UPDATE identity.provider_attempts SET redeemed_at = $4 \
          WHERE state_sha256 = $1 AND browser_sha256 = $2 AND provider = $3 \
            AND redeemed_at IS NULL AND expires_at > $4 \
         RETURNING purpose, session_id, return_to",
    )
    .bind(place.state.sha256().as_slice())
    .bind(place.browser.sha256().as_slice())
    .bind(place.provider)
    .bind(at)
    .fetch_optional(connection)
    .await?;
    Ok(row.and_then(|(purpose, session, return_to)| {
        Some(Attempt { purpose: Purpose::of(&purpose, session)?, return_to })
    }))
}
