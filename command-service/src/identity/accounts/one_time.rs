//! One-time tokens: mailed or handed out, shown once, for one purpose. 256 random bits, kept hashed.

use std::fmt;

use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use shared::{
    clock::Timestamp,
    id::{AccountId, PersonId},
};
use sqlx::PgConnection;
use uuid::Uuid;

const BYTES: usize = 32;

/// What a token is for. It does nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    VerifyEmail,
    ResetPassword,
    ChangeEmail,
    /// The password was right; the second factor is still to be proved.
    SecondFactor,
}

/// A secret of 256 bits that is handed out once. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeSecret([u8; BYTES]);

/// What a redeemed token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redeemed {
    pub account: AccountId,
    /// The address it proves.
    pub person: Option<PersonId>,
}

impl Purpose {
    const fn code(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
            Self::ChangeEmail => "change_email",
            Self::SecondFactor => "second_factor",
        }
    }

    /// How long a token of this kind works.
    const fn lasts(self) -> TimeDelta {
        match self {
            Self::VerifyEmail | Self::ChangeEmail => TimeDelta::hours(1),
            Self::ResetPassword => TimeDelta::minutes(30),
            Self::SecondFactor => TimeDelta::minutes(5),
        }
    }
}

impl OneTimeSecret {
    /// A new one from the operating system's generator.
    ///
    /// # Errors
    ///
    /// If the operating system gives no randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    pub const fn new(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }

    /// Reads what someone shows: 64 hexadecimal digits in lower case.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; BYTES];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        (!text.bytes().any(|byte| byte.is_ascii_uppercase())).then_some(Self(bytes))
    }

    /// As it is handed out.
    pub fn expose(&self) -> String {
        hex::encode(self.0)
    }

    pub const fn bytes(&self) -> &[u8; BYTES] {
        &self.0
    }

    /// What is kept. One round is enough: there are 256 random bits.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

impl fmt::Debug for OneTimeSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[one-time secret]")
    }
}

/// Makes a token, and ends earlier ones of the same account and purpose.
///
/// # Errors
///
/// If the database refuses.
pub async fn issue(
    tx: &mut PgConnection,
    purpose: Purpose,
    redeemed: Redeemed,
    at: Timestamp,
) -> Result<OneTimeSecret, IssueError> {
    let secret = OneTimeSecret::generate()?;
    if purpose != Purpose::SecondFactor {
        end(tx, purpose, redeemed.account, at).await?;
    }
    sqlx::query(
        "INSERT INTO identity.one_time_tokens \
         (token_sha256, purpose, account_id, person_id, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(secret.sha256().as_slice())
    .bind(purpose.code())
    .bind(redeemed.account.uuid())
    .bind(redeemed.person.map(PersonId::uuid))
    .bind(at)
    .bind(at + purpose.lasts())
    .execute(tx)
    .await?;
    Ok(secret)
}

/// No token was made.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    #[error("there is no randomness")]
    Randomness(#[from] getrandom::Error),
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
}

/// Ends what of an account's tokens is still open.
///
/// # Errors
///
/// If the database refuses.
pub async fn end(
    tx: &mut PgConnection,
    purpose: Purpose,
    account: AccountId,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE identity.one_time_tokens SET redeemed_at = $3 \
         WHERE account_id = $1 AND purpose = $2 AND redeemed_at IS NULL",
    )
    .bind(account.uuid())
    .bind(purpose.code())
    .bind(at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Whose open token this is, without counting that as an attempt.
///
/// # Errors
///
/// If the database refuses.
pub async fn find(
    connection: &mut PgConnection,
    purpose: Purpose,
    token: &str,
    at: Timestamp,
) -> Result<Option<Redeemed>, sqlx::Error> {
    let Some(secret) = OneTimeSecret::parse(token) else { return Ok(None) };
    let row: Option<(Uuid, Option<Uuid>)> = sqlx::query_as(
        "SELECT account_id, person_id FROM identity.one_time_tokens \
          WHERE token_sha256 = $1 AND purpose = $2 AND redeemed_at IS NULL AND expires_at > $3",
    )
    .bind(secret.sha256().as_slice())
    .bind(purpose.code())
    .bind(at)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(redeemed))
}

/// Redeems a token: of a hundred attempts at once one gets it.
///
/// # Errors
///
/// If the database refuses.
pub async fn redeem(
    tx: &mut PgConnection,
    purpose: Purpose,
    token: &str,
    at: Timestamp,
) -> Result<Option<Redeemed>, sqlx::Error> {
    let Some(secret) = OneTimeSecret::parse(token) else { return Ok(None) };
    let row: Option<(Uuid, Option<Uuid>)> = sqlx::query_as(
        "UPDATE identity.one_time_tokens SET redeemed_at = $3 \
         WHERE token_sha256 = $1 AND purpose = $2 AND redeemed_at IS NULL AND expires_at > $3 \
         RETURNING account_id, person_id",
    )
    .bind(secret.sha256().as_slice())
    .bind(purpose.code())
    .bind(at)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(redeemed))
}

/// Whose open token this is, counting the attempt; after `attempts` it is nobody's.
///
/// # Errors
///
/// If the database refuses.
pub async fn attempt(
    tx: &mut PgConnection,
    purpose: Purpose,
    token: &str,
    attempts: i32,
    at: Timestamp,
) -> Result<Option<Redeemed>, sqlx::Error> {
    let Some(secret) = OneTimeSecret::parse(token) else { return Ok(None) };
    let row: Option<(Uuid, Option<Uuid>)> = sqlx::query_as(
        "UPDATE identity.one_time_tokens SET attempts = attempts + 1 \
         WHERE token_sha256 = $1 AND purpose = $2 AND redeemed_at IS NULL AND expires_at > $3 \
           AND attempts < $4 \
         RETURNING account_id, person_id",
    )
    .bind(secret.sha256().as_slice())
    .bind(purpose.code())
    .bind(at)
    .bind(attempts)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(redeemed))
}

fn redeemed((account, person): (Uuid, Option<Uuid>)) -> Redeemed {
    Redeemed { account: AccountId::new(account), person: person.map(PersonId::new) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_as_it_is_handed_out_and_not_otherwise() {
        let secret = OneTimeSecret::new([0xab; 32]);
        assert_eq!(OneTimeSecret::parse(&secret.expose()), Some(secret.clone()));
        for text in ["", "ab", &"AB".repeat(32), &"ab".repeat(33), &format!("{} ", "ab".repeat(32))]
        {
            assert_eq!(OneTimeSecret::parse(text), None, "{text}");
        }
        assert_eq!(format!("{secret:?}"), "[one-time secret]");
    }
}
