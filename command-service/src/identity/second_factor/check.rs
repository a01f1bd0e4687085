//! Checks what someone shows as second factor: a code of the app or a recovery code.

use std::time::Duration;

use chrono::TimeDelta;
use shared::{
    clock::Timestamp, events::identity::Proof, id::AccountId, vault::second_factor_place,
};
use sqlx::PgConnection;

use super::{code::CodeSecret, recovery};
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
    /// The time step whose code this is, later than the last one.
    fn step_of(
        &self,
        state: &IdentityState,
        account: AccountId,
        code: &str,
        at: Timestamp,
    ) -> Result<Option<i64>, AccountError> {
        let place = second_factor_place(account.uuid());
        let bytes = state.vault.open(&place, &self.secret_key, &self.secret)?;
        let secret = CodeSecret::try_new(&bytes);
        Ok(secret.and_then(|secret| secret.step_of(code, at, self.last_step)))
    }

    fn refuse_if_blocked(&self, at: Timestamp) -> Result<(), AccountError> {
        let Some(until) = self.blocked_until.filter(|until| at < *until) else { return Ok(()) };
        let retry_after =
            until.signed_duration_since(at).to_std().unwrap_or(Duration::from_secs(1));
        Err(AccountError::TooManyAttempts { retry_after })
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
    let (at, code) = (state.clock.now(), code.trim());
    // An app that was never confirmed proves nothing.
    let app = kept(tx, account).await?.filter(|kept| kept.confirmed_at.is_some());
    let Some(app) = app else {
        let is_right = recovery::use_up(tx, account, code, at).await?;
        return Ok(is_right.then_some(Proof::RecoveryCode));
    };
    app.refuse_if_blocked(at)?;
    if let Some(step) = app.step_of(state, account, code, at)? {
        succeed(tx, account, step).await?;
        return Ok(Some(Proof::Code));
    }
    if recovery::use_up(tx, account, code, at).await? {
        succeed(tx, account, app.last_step).await?;
        return Ok(Some(Proof::RecoveryCode));
    }
    fail(tx, account, app.failures + 1, at).await?;
    Ok(None)
}

/// Whether this is a code of an app that is being added; counted like any other.
///
/// # Errors
///
/// As [`check`].
pub async fn check_first(
    state: &IdentityState,
    tx: &mut PgConnection,
    (account, app): (AccountId, &Kept),
    code: &str,
) -> Result<bool, AccountError> {
    let at = state.clock.now();
    app.refuse_if_blocked(at)?;
    let Some(step) = app.step_of(state, account, code.trim(), at)? else {
        fail(tx, account, app.failures + 1, at).await?;
        return Ok(false);
    };
    succeed(tx, account, step).await?;
    Ok(true)
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
