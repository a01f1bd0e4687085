//! Proves the address of an account, and logs its owner in.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use shared::{
    events::identity::{IdentityEvent, Proof},
    http::{Body, Problem},
};
use utoipa::ToSchema;

use super::{
    client::{self, Carrier, Client, LogInAnswer},
    error::AccountError,
    one_time::{self, Purpose},
    records,
    session::{self, NewSession, Opened},
};
use crate::identity::{
    IdentityState,
    audit::{Subject, named},
};

/// The token of a mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyEmailBody {
    token: String,
    #[serde(default)]
    session: Carrier,
}

/// Proves the address of an account with the token from the mail, and logs its owner in.
#[utoipa::path(
    post,
    path = "/auth/verify-email",
    tag = "Accounts",
    request_body = VerifyEmailBody,
    responses(
        (status = 200, description = "The address is proved, the owner logged in", body = LogInAnswer),
        (status = 410, description = "The token has expired or was used")
    )
)]
pub async fn verify_email(
    State(state): State<IdentityState>,
    client: Client,
    body: Body<VerifyEmailBody>,
) -> Result<Response, Problem> {
    let opened = verify(&state, &client, &body.value.token).await?;
    Ok(client::opened(&opened, body.value.session))
}

async fn verify(
    state: &IdentityState,
    client: &Client,
    token: &str,
) -> Result<Opened, AccountError> {
    let at = state.clock.now();
    let mut tx = state.pool.begin().await?;
    let redeemed = one_time::redeem(&mut tx, Purpose::VerifyEmail, token, at).await?;
    let redeemed = redeemed.ok_or(AccountError::LinkOver)?;
    let account = redeemed.account;
    let record = records::find(&mut tx, account).await?.ok_or(AccountError::LinkOver)?;
    if record.suspended_at.is_some() || record.email_verified_at.is_some() {
        return Err(AccountError::LinkOver);
    }
    records::prove_address(&mut tx, account, record.person(), at).await?;
    let new = NewSession {
        account,
        device: &client.device,
        second_factor: false,
        stepped_up: false,
        impersonator: None,
    };
    let opened = session::open(state, &mut tx, new).await?;
    let (subject, who) = (Subject::Account(account), named(account));
    state.audit.note(&mut tx, subject, &who, &IdentityEvent::AddressProved {}).await?;
    let fact = IdentityEvent::LoggedIn { session_id: opened.actor.session, proof: Proof::Mail };
    state.audit.note(&mut tx, subject, &who, &fact).await?;
    tx.commit().await?;
    Ok(opened)
}
