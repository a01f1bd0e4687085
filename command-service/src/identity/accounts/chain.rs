//! The chain of a session's refresh tokens.

use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use shared::{
    auth::TokenKeys,
    clock::Timestamp,
    id::{AccountId, SessionId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{error::AccountError, one_time::OneTimeSecret};
use crate::identity::IdentityState;

/// A client that didn't hear the answer to a refresh may ask again for so long.
const GRACE: TimeDelta = TimeDelta::seconds(10);

/// Makes the successor of a refresh token: always the same one, so that a client that didn't hear
/// the answer gets it again, and only we can tell it.
#[derive(Clone)]
pub struct Successors {
    keys: Vec<[u8; 32]>,
}

impl Successors {
    pub fn new(keys: &TokenKeys) -> Self {
        Self { keys: keys.derive("successors of refresh tokens") }
    }

    /// The successor under each key, the newest first.
    fn of(&self, token: &OneTimeSecret) -> impl Iterator<Item = OneTimeSecret> {
        self.keys.iter().map(|key| {
            let mut block = [0; 64];
            block[..32].copy_from_slice(key);
            let mut mac = Hmac::<Sha256>::new(&block.into());
            mac.update(token.bytes());
            OneTimeSecret::new(mac.finalize().into_bytes().into())
        })
    }
}

/// The token that comes after this one; none if someone has gone on from there already.
///
/// # Errors
///
/// [`AccountError`].
pub async fn successor(
    state: &IdentityState,
    tx: &mut PgConnection,
    token: &OneTimeSecret,
    session: SessionId,
    at: Timestamp,
) -> Result<Option<OneTimeSecret>, AccountError> {
    let (replaced_at, known, gone_on): (Option<Timestamp>, Option<Vec<u8>>, bool) = sqlx::query_as(
        "SELECT t.replaced_at, t.successor_sha256, n.replaced_at IS NOT NULL \
               FROM identity.refresh_tokens AS t \
               LEFT JOIN identity.refresh_tokens AS n ON n.token_sha256 = t.successor_sha256 \
              WHERE t.token_sha256 = $1",
    )
    .bind(token.sha256().as_slice())
    .fetch_one(&mut *tx)
    .await?;
    let Some(replaced_at) = replaced_at else {
        let next = state.successors.of(token).next();
        if let Some(next) = &next {
            keep(tx, session, next, at).await?;
            sqlx::query(
                "UPDATE identity.refresh_tokens SET replaced_at = $2, successor_sha256 = $3 \
                 WHERE token_sha256 = $1",
            )
            .bind(token.sha256().as_slice())
            .bind(at)
            .bind(next.sha256().as_slice())
            .execute(&mut *tx)
            .await?;
        }
        return Ok(next);
    };
    let in_time = at < replaced_at + GRACE && !gone_on;
    let is_known = |next: &OneTimeSecret| known.as_deref() == Some(next.sha256().as_slice());
    Ok(state.successors.of(token).find(is_known).filter(|_| in_time))
}

/// Keeps a new refresh token of a session.
///
/// # Errors
///
/// If the database refuses.
pub async fn keep(
    tx: &mut PgConnection,
    session: SessionId,
    token: &OneTimeSecret,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO identity.refresh_tokens (token_sha256, session_id, created_at) \
         VALUES ($1, $2, $3)",
    )
    .bind(token.sha256().as_slice())
    .bind(session.uuid())
    .bind(at)
    .execute(tx)
    .await?;
    Ok(())
}

/// The session that a refresh token belongs to.
///
/// # Errors
///
/// If the database refuses.
pub async fn session_of(
    tx: &mut PgConnection,
    token: &OneTimeSecret,
) -> Result<Option<(AccountId, SessionId)>, sqlx::Error> {
    let row: Option<(Uuid, Uuid)> = sqlx::query_as(
        "SELECT s.account_id, s.id FROM identity.refresh_tokens AS t \
           JOIN identity.sessions AS s ON s.id = t.session_id WHERE t.token_sha256 = $1",
    )
    .bind(token.sha256().as_slice())
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(account, session)| (AccountId::new(account), SessionId::new(session))))
}
