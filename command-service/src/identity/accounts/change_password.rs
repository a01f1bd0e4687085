//! Changes the password of whoever is logged in.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use shared::{
    auth::Caller,
    config::Secret,
    events::identity::{IdentityEvent, SessionEnd},
    http::{Body, Problem},
};
use utoipa::ToSchema;

use super::{acting, changed, error::AccountError, log_out, records};
use crate::{identity::IdentityState, mail::Mail};

/// The password as it is and as it shall be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePasswordBody {
    #[schema(max_length = 128, format = Password)]
    current_password: String,
    #[schema(min_length = 8, max_length = 128, format = Password)]
    password: String,
}

/// Changes the password. Every other session is over.
#[utoipa::path(
    put,
    path = "/account/password",
    tag = "Accounts",
    request_body = ChangePasswordBody,
    responses(
        (status = 204, description = "It is changed"),
        (status = 401, description = "The current password is wrong")
    )
)]
pub async fn change_password(
    State(state): State<IdentityState>,
    caller: Caller,
    body: Body<ChangePasswordBody>,
) -> Result<StatusCode, Problem> {
    change(&state, &caller, body.value).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change(
    state: &IdentityState,
    caller: &Caller,
    body: ChangePasswordBody,
) -> Result<(), AccountError> {
    let password = Secret::new(body.password);
    if let Some(fault) = state.passwords.fault("/password", &password, &[]).await? {
        return Err(fault.into());
    }
    let mut connection = state.pool.acquire().await?;
    let record = records::find(&mut connection, caller.account()?.account).await?;
    let record = record.ok_or(AccountError::SessionOver)?;
    drop(connection);
    let current = Secret::new(body.current_password);
    if !state.passwords.verify(&current, record.password_hash.as_deref()).await? {
        return Err(AccountError::InvalidCredentials);
    }
    let hash = state.passwords.hash(&password).await?;
    let mut tx = state.pool.begin().await?;
    let actor = acting::current(state, &mut tx, caller).await?;
    let (account, at) = (actor.account, state.clock.now());
    records::set_password(&mut tx, account, &hash, at).await?;
    let because = SessionEnd::PasswordChanged;
    log_out::end_many(state, &mut tx, account, Some(actor.session), because).await?;
    let (fact, mail) = (IdentityEvent::PasswordChanged {}, Mail::PasswordChanged { at });
    let who = caller.audit_name();
    changed::tell(state, &mut tx, record.changed_by(&who), &fact, mail).await?;
    Ok(tx.commit().await?)
}
