//! Goes on with a log-in: the second factor.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use shared::http::{Body, Problem};
use utoipa::ToSchema;

use super::{
    client::{self, Carrier, Client, LogInAnswer},
    error::AccountError,
    log_in,
    one_time::{self, Purpose},
    records,
    session::Opened,
};
use crate::identity::{
    IdentityState,
    passkeys::{self, ShownPasskey},
    second_factor::shown::Shown,
};

/// So many codes and passkeys may be tried after one password.
const ATTEMPTS: i32 = 5;

/// The second factor of a log-in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorBody {
    /// From the answer to `/auth/login`.
    second_factor_token: String,
    /// A code of the app, or a recovery code.
    #[serde(default)]
    #[schema(max_length = 64, example = "123456")]
    code: Option<String>,
    /// Instead of a code: a passkey that was asked for by `/auth/passkeys/options` with this token.
    #[serde(default)]
    passkey: Option<ShownPasskey>,
    #[serde(default)]
    session: Carrier,
}

/// Goes on with a log-in: a code of the app, a recovery code, or a passkey.
#[utoipa::path(
    post,
    path = "/auth/login/second-factor",
    tag = "Accounts",
    request_body = SecondFactorBody,
    responses(
        (status = 200, description = "Logged in", body = LogInAnswer),
        (status = 401, description = "The code or the passkey is wrong, or the log-in is too old"),
        (status = 429, description = "Too many wrong codes")
    )
)]
pub async fn log_in_second_factor(
    State(state): State<IdentityState>,
    client: Client,
    body: Body<SecondFactorBody>,
) -> Result<Response, Problem> {
    let opened = prove(&state, &client, &body.value).await?;
    Ok(client::opened(&opened, body.value.session))
}

async fn prove(
    state: &IdentityState,
    client: &Client,
    body: &SecondFactorBody,
) -> Result<Opened, AccountError> {
    let (at, token) = (state.clock.now(), &body.second_factor_token);
    let (code, passkey) = (body.code.as_deref(), body.passkey.as_ref());
    let shown = Shown::take(state, passkeys::Purpose::SecondFactor, code, passkey).await?;
    let mut tx = state.pool.begin().await?;
    let known = one_time::attempt(&mut tx, Purpose::SecondFactor, token, ATTEMPTS, at).await?;
    let account = known.ok_or(AccountError::InvalidCredentials)?.account;
    let Some(proof) = shown.check(state, &mut tx, account, "public").await? else {
        tx.commit().await?;
        return Err(AccountError::InvalidCredentials);
    };
    one_time::redeem(&mut tx, Purpose::SecondFactor, token, at)
        .await?
        .ok_or(AccountError::InvalidCredentials)?;
    let record = records::find(&mut tx, account).await?;
    let record = record.ok_or(AccountError::InvalidCredentials)?;
    if record.suspended_at.is_some() {
        return Err(AccountError::Suspended);
    }
    let opened = log_in::begin(state, &mut tx, client, &record, proof).await?;
    tx.commit().await?;
    Ok(opened)
}
