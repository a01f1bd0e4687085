//! Logs in with a passkey alone: the device knows whose it is, and has asked its owner.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use shared::{
    events::identity::Proof,
    http::{Body, Problem},
};
use utoipa::ToSchema;

use super::{
    ceremony::Purpose,
    check::{ShownPasskey, check, take},
};
use crate::identity::{
    IdentityState,
    accounts::{
        client::{self, Carrier, Client, LogInAnswer},
        error::AccountError,
        log_in, records,
        session::Opened,
    },
};

/// A passkey that was asked for by `/auth/passkeys/options` without a token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogInPasskeyBody {
    passkey: ShownPasskey,
    #[serde(default)]
    session: Carrier,
}

/// Logs in with a passkey alone. It counts as both factors: the device, and what unlocked it.
///
/// The answer to a passkey that isn't known is that to a wrong one.
#[utoipa::path(
    post,
    path = "/auth/login/passkey",
    tag = "Accounts",
    request_body = LogInPasskeyBody,
    responses(
        (status = 200, description = "Logged in", body = LogInAnswer),
        (status = 401, description = "The passkey opens nothing, or came too late"),
        (status = 403, description = "The account is suspended")
    )
)]
pub async fn log_in_passkey(
    State(state): State<IdentityState>,
    client: Client,
    body: Body<LogInPasskeyBody>,
) -> Result<Response, Problem> {
    let opened = prove(&state, &client, &body.value.passkey).await?;
    Ok(client::opened(&opened, body.value.session))
}

async fn prove(
    state: &IdentityState,
    client: &Client,
    shown: &ShownPasskey,
) -> Result<Opened, AccountError> {
    let ceremony = take(state, Purpose::LogIn, shown).await?;
    let mut tx = state.pool.begin().await?;
    let Some(account) = check(state, &mut tx, ceremony, shown, "public").await? else {
        tx.commit().await?;
        return Err(AccountError::InvalidCredentials);
    };
    let record = records::find(&mut tx, account).await?;
    let record = record.ok_or(AccountError::InvalidCredentials)?;
    if record.suspended_at.is_some() {
        return Err(AccountError::Suspended);
    }
    let opened = log_in::begin(state, &mut tx, client, &record, Proof::Passkey).await?;
    tx.commit().await?;
    Ok(opened)
}
