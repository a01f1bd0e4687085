//! Mails that carry a one-time token: not more than one a minute to the same account.

use chrono::TimeDelta;
use shared::{
    clock::Timestamp,
    id::{AccountId, PersonId},
};
use sqlx::PgConnection;

use super::{
    error::AccountError,
    one_time::{self, Purpose, Redeemed},
};
use crate::{
    identity::IdentityState,
    mail::{Mail, NewMail},
};

/// Whoever asks for the same again so soon gets no further mail.
const PAUSE: TimeDelta = TimeDelta::minutes(1);

/// Makes a token and mails it to the person whose address it proves, unless that was just done.
///
/// # Errors
///
/// [`AccountError`].
pub async fn send_token(
    state: &IdentityState,
    tx: &mut PgConnection,
    purpose: Purpose,
    account: AccountId,
    person: PersonId,
) -> Result<(), AccountError> {
    let at = state.clock.now();
    if is_recent(tx, account, person, at).await? {
        return Ok(());
    }
    let redeemed = Redeemed { account, person: Some(person) };
    let secret = one_time::issue(tx, purpose, redeemed, at).await?;
    let token = secret.expose();
    let kind = match purpose {
        Purpose::VerifyEmail => Mail::VerifyEmail { token },
        Purpose::ResetPassword => Mail::PasswordReset { token },
        // A second factor isn't mailed: this is the only other purpose with an address.
        Purpose::ChangeEmail | Purpose::SecondFactor => Mail::EmailChange { token },
    };
    let cause = format!("token:{}", hex::encode(&secret.sha256()[..16]));
    state.outbox.enqueue(tx, NewMail { cause, recipient: person, kind }).await?;
    Ok(())
}

/// Tells a person something once per `cause`.
///
/// # Errors
///
/// [`AccountError`].
pub async fn tell(
    state: &IdentityState,
    tx: &mut PgConnection,
    recipient: PersonId,
    cause: String,
    kind: Mail,
) -> Result<(), AccountError> {
    state.outbox.enqueue(tx, NewMail { cause, recipient, kind }).await?;
    Ok(())
}

/// Tells a person that somebody wanted an account with the address of theirs: once an hour, however
/// often someone tries.
///
/// # Errors
///
/// [`AccountError`].
pub async fn tell_of_account(
    state: &IdentityState,
    tx: &mut PgConnection,
    person: PersonId,
) -> Result<(), AccountError> {
    let cause = format!("exists:{person}:{}", state.clock.now().format("%Y-%m-%dT%H"));
    tell(state, tx, person, cause, Mail::AccountExists {}).await
}

async fn is_recent(
    tx: &mut PgConnection,
    account: AccountId,
    person: PersonId,
    at: Timestamp,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM identity.one_time_tokens \
          WHERE account_id = $1 AND person_id = $2 AND created_at > $3 AND redeemed_at IS NULL)",
    )
    .bind(account.uuid())
    .bind(person.uuid())
    .bind(at - PAUSE)
    .fetch_one(tx)
    .await
}
