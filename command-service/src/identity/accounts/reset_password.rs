//! A forgotten password: a mail, and a new one.

use axum::{Json, extract::State};
use http::StatusCode;
use serde::Deserialize;
use shared::{
    config::Secret,
    events::identity::{IdentityEvent, SessionEnd},
    http::{Body, Problem},
    id::PersonId,
};
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{
    address::Address,
    changed,
    error::AccountError,
    log_out, mailing,
    one_time::{self, Purpose},
    records,
    register::AcceptedAnswer,
    wishes::{self, Wish},
};
use crate::{
    identity::{IdentityState, audit::named},
    mail::Mail,
};

/// Who has forgotten the password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgotPasswordBody {
    #[schema(max_length = 254, example = "ada@example.org")]
    email: String,
}

/// Asks for a mail to choose another password with.
///
/// The answer is the same whether the address has an account or not.
#[utoipa::path(
    post,
    path = "/auth/password/forgot",
    tag = "Accounts",
    request_body = ForgotPasswordBody,
    responses((status = 202, description = "If there is an account, a mail was sent", body = AcceptedAnswer))
)]
pub async fn forgot_password(
    State(state): State<IdentityState>,
    body: Body<ForgotPasswordBody>,
) -> Result<(StatusCode, Json<AcceptedAnswer>), Problem> {
    let address =
        Address::parse(&state, "/email", &body.value.email).map_err(AccountError::from)?;
    wishes::make(&state, address.person, &Wish::ResetPassword {}).await?;
    Ok((StatusCode::ACCEPTED, Json(AcceptedAnswer::CHECK_MAIL)))
}

/// Mails a token to whoever has the account, if there is one.
///
/// # Errors
///
/// [`AccountError`].
pub async fn grant(
    state: &IdentityState,
    tx: &mut PgConnection,
    person: PersonId,
) -> Result<(), AccountError> {
    let record = records::of_person(tx, person).await?;
    if let Some(record) = record.filter(|record| record.suspended_at.is_none()) {
        mailing::send_token(state, tx, Purpose::ResetPassword, record.id(), person).await?;
    }
    Ok(())
}

/// A new password, with the token of the mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPasswordBody {
    token: String,
    #[schema(min_length = 8, max_length = 128, format = Password)]
    password: String,
}

/// Chooses another password with the token from the mail. Every session is over.
#[utoipa::path(
    post,
    path = "/auth/password/reset",
    tag = "Accounts",
    request_body = ResetPasswordBody,
    responses(
        (status = 204, description = "Log in with the new one"),
        (status = 410, description = "The token has expired or was used")
    )
)]
pub async fn reset_password(
    State(state): State<IdentityState>,
    body: Body<ResetPasswordBody>,
) -> Result<StatusCode, Problem> {
    reset(&state, body.value).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reset(state: &IdentityState, body: ResetPasswordBody) -> Result<(), AccountError> {
    let password = Secret::new(body.password);
    if let Some(fault) = state.passwords.fault("/password", &password, &[]).await? {
        return Err(fault.into());
    }
    // Looked at first, so that only who has a token makes us hash.
    let mut connection = state.pool.acquire().await?;
    let at = state.clock.now();
    let known = one_time::find(&mut connection, Purpose::ResetPassword, &body.token, at);
    if known.await?.is_none() {
        return Err(AccountError::LinkOver);
    }
    drop(connection);
    let hash = state.passwords.hash(&password).await?;

    let mut tx = state.pool.begin().await?;
    let redeemed = one_time::redeem(&mut tx, Purpose::ResetPassword, &body.token, at).await?;
    let account = redeemed.ok_or(AccountError::LinkOver)?.account;
    let record = records::find(&mut tx, account).await?.ok_or(AccountError::LinkOver)?;
    if redeemed.and_then(|token| token.person) != Some(record.person()) {
        return Err(AccountError::LinkOver); // the account has another address by now
    }
    records::set_password(&mut tx, account, &hash, at).await?;
    records::prove_address(&mut tx, account, record.person(), at).await?;
    log_out::end_many(state, &mut tx, account, None, SessionEnd::PasswordChanged).await?;
    let (fact, mail) = (IdentityEvent::PasswordChanged {}, Mail::PasswordChanged { at });
    changed::tell(state, &mut tx, record.changed_by(&named(account)), &fact, mail).await?;
    Ok(tx.commit().await?)
}
