//! Checks what someone shows as second factor: a code of the app or a recovery code.

use std::time::Duration;

use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use shared::{
    clock::Timestamp, events::identity::Proof, id::AccountId, vault::second_factor_place,
};
use sqlx::PgConnection;

use super::code::CodeSecret;
use crate::identity::{IdentityState, accounts::error::AccountError};

/// So many wrong codes in a row, and no further ones are looked at for a while.
const ATTEMPTS: i32 = 5;
const BLOCKED: TimeDelta = TimeDelta::minutes(15);

row!(
    /// The second factor of an account, as it is kept.
    pub struct Kept {
        secret: Vec<u8>,
        secret_key: String,
        pub confirmed_at: Option<Timestamp>,
        last_step: i64,
        failures: i32,
        blocked_until: Option<Timestamp>,
    }
);

impl Kept {
    fn secret(
        &self,
        state: &IdentityState,
        account: AccountId,
    ) -> Result<Option<CodeSecret>, AccountError> {
        let bytes = state.vault.open(
            &second_factor_place(account.uuid()),
            &self.secret_key,
            &self.secret,
        )?;
        Ok(CodeSecret::try_new(&bytes))
    }
}

/// The second factor of an account, locked.
///
/// # Errors
///
/// If the database refuses.
pub async fn kept(tx: &mut PgConnection, account: AccountId) -> Result<Option<Kept>, sqlx::Error> {
    sqlx::query_as(
        "SELECT secret, secret_key, confirmed_at, last_step, failures, blocked_until \
           FROM identity.second_factors WHERE account_id = $1 FOR UPDATE",
    )
    .bind(account.uuid())
    .fetch_optional(tx)
    .await
}

/// What was proved by a code; nothing if it is wrong. The failure is counted in this transaction:
/// whoever calls commits it either way.
///
/// # Errors
///
/// [`AccountError::TooManyAttempts`]; others if it can't be checked.
pub async fn check(
    state: &IdentityState,
    tx: &mut PgConnection,
    account: AccountId,
    code: &str,
) -> Result<Option<Proof>, AccountError> {
    let at = state.clock.now();
    let Some(kept) = kept(tx, account).await? else { return Ok(None) };
    if let Some(until) = kept.blocked_until.filter(|until| at < *until) {
        let retry_after =
            until.signed_duration_since(at).to_std().unwrap_or(Duration::from_secs(1));
        return Err(AccountError::TooManyAttempts { retry_after });
    }
    let code = code.trim();
    let secret = kept.secret(state, account)?;
    if let Some(step) = secret.and_then(|secret| secret.step_of(code, at, kept.last_step)) {
        succeed(tx, account, step).await?;
        return Ok(Some(Proof::Code));
    }
    if kept.confirmed_at.is_some() && use_recovery_code(tx, account, code, at).await? {
        succeed(tx, account, kept.last_step).await?;
        return Ok(Some(Proof::RecoveryCode));
    }
    fail(tx, account, kept.failures + 1, at).await?;
    Ok(None)
}

async fn succeed(tx: &mut PgConnection, account: AccountId, step: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE identity.second_factors SET last_step = $2, failures = 0, blocked_until = NULL \
         WHERE account_id = $1",
    )
    .bind(account.uuid())
    .bind(step)
    .execute(tx)
    .await?;
    Ok(())
}

async fn fail(
    tx: &mut PgConnection,
    account: AccountId,
    failures: i32,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    let is_blocked = failures >= ATTEMPTS;
    sqlx::query(
        "UPDATE identity.second_factors SET failures = $2, blocked_until = $3 WHERE account_id = $1",
    )
    .bind(account.uuid())
    .bind(if is_blocked { 0 } else { failures })
    .bind(is_blocked.then(|| at + BLOCKED))
    .execute(tx)
    .await?;
    Ok(())
}

/// Uses a recovery code up: of several attempts at once one gets it.
async fn use_recovery_code(
    tx: &mut PgConnection,
    account: AccountId,
    code: &str,
    at: Timestamp,
) -> Result<bool, sqlx::Error> {
    let used = sqlx::query(
        "UPDATE identity.recovery_codes SET used_at = $3 \
         WHERE code_sha256 = $1 AND account_id = $2 AND used_at IS NULL",
    )
    .bind(recovery_sha256(account, code).as_slice())
    .bind(account.uuid())
    .bind(at)
    .execute(tx)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// What is kept of a recovery code, however it is spaced: it has 80 random bits.
pub fn recovery_sha256(account: AccountId, code: &str) -> [u8; 32] {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut hash = Sha256::new();
    hash.update(account.uuid().as_bytes());
    hash.update(plain.to_ascii_uppercase().as_bytes());
    hash.finalize().into()
}
