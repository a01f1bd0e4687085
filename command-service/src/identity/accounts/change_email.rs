//! Gives an account another address, once that is proved.

use axum::{Json, extract::State};
use http::StatusCode;
use serde::Deserialize;
use shared::{
    auth::Caller,
    config::Secret,
    events::identity::IdentityEvent,
    http::{Body, Problem},
    id::{AccountId, PersonId},
};
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{
    acting,
    address::Address,
    changed,
    error::AccountError,
    mailing,
    one_time::{self, Purpose},
    records,
    register::AcceptedAnswer,
    wishes::{self, Wish},
};
use crate::{
    identity::{IdentityState, audit::named},
    mail::Mail,
    vault::{Contact, find_person},
};

/// The address an account shall have.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeEmailBody {
    #[schema(max_length = 254, example = "ada@example.org")]
    email: String,
    #[schema(max_length = 128, format = Password)]
    password: String,
}

/// Asks for another address. It counts once the token that is mailed to it comes back.
#[utoipa::path(
    post,
    path = "/account/email",
    tag = "Accounts",
    request_body = ChangeEmailBody,
    responses(
        (status = 202, description = "A mail was sent to the new address", body = AcceptedAnswer),
        (status = 401, description = "The password is wrong")
    )
)]
pub async fn change_email(
    State(state): State<IdentityState>,
    caller: Caller,
    body: Body<ChangeEmailBody>,
) -> Result<(StatusCode, Json<AcceptedAnswer>), Problem> {
    ask(&state, &caller, body.value).await?;
    Ok((StatusCode::ACCEPTED, Json(AcceptedAnswer::CHECK_MAIL)))
}

async fn ask(
    state: &IdentityState,
    caller: &Caller,
    body: ChangeEmailBody,
) -> Result<(), AccountError> {
    let address = Address::parse(state, "/email", &body.email)?;
    let mut connection = state.pool.acquire().await?;
    let record = records::find(&mut connection, caller.account()?.account).await?;
    let record = record.ok_or(AccountError::SessionOver)?;
    drop(connection);
    let password = Secret::new(body.password);
    if !state.passwords.verify(&password, record.password_hash.as_deref()).await? {
        return Err(AccountError::InvalidCredentials);
    }
    let mut connection = state.pool.acquire().await?;
    let account = acting::current(state, &mut connection, caller).await?.account;
    drop(connection);
    let email = address.contact(None).email;
    wishes::make(state, address.person, &Wish::ChangeEmail { account, email }).await
}

/// Mails a token to the new address, or tells its owner that it has an account already.
///
/// # Errors
///
/// [`AccountError`].
pub async fn grant(
    state: &IdentityState,
    tx: &mut PgConnection,
    person: PersonId,
    account: AccountId,
    email: String,
) -> Result<(), AccountError> {
    let Some(record) = records::find(tx, account).await? else {
        return Ok(()); // erased meanwhile
    };
    let taken = records::of_person(tx, person).await?;
    if taken.is_some_and(|taken| taken.email_verified_at.is_some()) {
        return mailing::tell_of_account(state, tx, person).await;
    }
    let name = find_person(&state.pool, &state.vault, record.person()).await?;
    let name = name.and_then(|known| known.name);
    state.persons.put_all(vec![(person, Contact { email, name })]).await?;
    mailing::send_token(state, tx, Purpose::ChangeEmail, account, person).await
}

/// The token of the mail to the new address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmEmailBody {
    token: String,
}

/// Gives the account the address that the token proves.
#[utoipa::path(
    post,
    path = "/account/email/confirm",
    tag = "Accounts",
    request_body = ConfirmEmailBody,
    responses(
        (status = 204, description = "It is the account's address now"),
        (status = 410, description = "The token has expired or was used")
    )
)]
pub async fn confirm_email(
    State(state): State<IdentityState>,
    body: Body<ConfirmEmailBody>,
) -> Result<StatusCode, Problem> {
    confirm(&state, &body.value.token).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn confirm(state: &IdentityState, token: &str) -> Result<(), AccountError> {
    let at = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let redeemed = one_time::redeem(&mut tx, Purpose::ChangeEmail, token, at).await?;
    let redeemed = redeemed.ok_or(AccountError::LinkOver)?;
    let (account, person) = (redeemed.account, redeemed.person.ok_or(AccountError::LinkOver)?);
    let record = records::find(&mut tx, account).await?.ok_or(AccountError::LinkOver)?;
    // Whoever had asked for an account with it has not proved it.
    sqlx::query("DELETE FROM identity.accounts WHERE person_id = $1 AND email_verified_at IS NULL")
        .bind(person.uuid())
        .execute(&mut *tx)
        .await?;
    let moved = sqlx::query(
        "UPDATE identity.accounts SET person_id = $2 WHERE id = $1 \
            AND NOT EXISTS (SELECT FROM identity.accounts WHERE person_id = $2)",
    )
    .bind(account.uuid())
    .bind(person.uuid())
    .execute(&mut *tx)
    .await?;
    if moved.rows_affected() == 0 {
        return Err(AccountError::LinkOver);
    }
    records::prove_address(&mut tx, account, person, at).await?;
    let (fact, mail) = (IdentityEvent::AddressChanged {}, Mail::EmailChanged { at });
    changed::tell(state, &mut tx, record.changed_by(&named(account)), &fact, mail).await?;
    Ok(tx.commit().await?)
}
