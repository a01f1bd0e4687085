//! Proves again who one is, for what is dangerous.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use shared::{
    auth::{Caller, Denied},
    config::Secret,
    events::identity::{IdentityEvent, Proof},
    http::{Body, FieldError, Problem},
};
use utoipa::ToSchema;

use super::{
    acting,
    client::{self, Client, RenewedAnswer},
    error::AccountError,
    records, session,
};
use crate::identity::{IdentityState, audit::Subject, second_factor::check::check};

/// The password, or a code if there is a second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepUpBody {
    #[serde(default)]
    #[schema(max_length = 128, format = Password)]
    password: Option<String>,
    /// A code of the app, or a recovery code.
    #[serde(default)]
    #[schema(max_length = 64, example = "123456")]
    code: Option<String>,
}

/// Proves again who one is; counts for five minutes.
///
/// With a second factor a code is asked for, without one the password.
#[utoipa::path(
    post,
    path = "/auth/step-up",
    tag = "Accounts",
    request_body = StepUpBody,
    responses(
        (status = 200, description = "What is dangerous is allowed for five minutes", body = RenewedAnswer),
        (status = 401, description = "The password or the code is wrong"),
        (status = 429, description = "Too many wrong codes")
    )
)]
pub async fn step_up(
    State(state): State<IdentityState>,
    client: Client,
    caller: Caller,
    body: Body<StepUpBody>,
) -> Result<Response, Problem> {
    let access = prove(&state, &caller, body.value).await?;
    Ok(client::renewed(&access, client.carrier))
}

async fn prove(
    state: &IdentityState,
    caller: &Caller,
    body: StepUpBody,
) -> Result<String, AccountError> {
    let claimed = caller.account()?.account;
    let mut connection = state.pool.acquire().await?;
    let record = records::find(&mut connection, claimed).await?;
    let record = record.ok_or(AccountError::SessionOver)?;
    drop(connection);
    let by_password = match (&body.code, &body.password) {
        (None, Some(_)) if record.has_second_factor => {
            return Err(Denied::SecondFactorRequired.into());
        }
        (None, Some(password)) => {
            let password = Secret::new(password.as_str());
            Some(state.passwords.verify(&password, record.password_hash.as_deref()).await?)
        }
        (Some(_), None) => None,
        (None, None) | (Some(_), Some(_)) => {
            let detail = "Send either the password or a code.";
            return Err(FieldError::new("", "one-proof", detail).into());
        }
    };
    let mut tx = state.pool.begin().await?;
    let actor = acting::current(state, &mut tx, caller).await?;
    let proof = match (by_password, &body.code) {
        (None, Some(code)) => check(state, &mut tx, actor.account, code).await?,
        (Some(true), _) => Some(Proof::Password),
        (Some(false) | None, _) => None,
    };
    let subject = Subject::Account(actor.account);
    let Some(proof) = proof else {
        let proof = if body.code.is_some() { Proof::Code } else { Proof::Password };
        let fact = IdentityEvent::LogInFailed { proof };
        state.audit.note(&mut tx, subject, &caller.audit_name(), &fact).await?;
        tx.commit().await?;
        return Err(AccountError::InvalidCredentials);
    };
    let by_code = proof != Proof::Password && record.has_second_factor;
    session::prove(&mut tx, actor.session, by_code, state.clock.now()).await?;
    let fact = IdentityEvent::SteppedUp { session_id: actor.session, proof };
    state.audit.note(&mut tx, subject, &caller.audit_name(), &fact).await?;
    let access = acting::renewed(state, &mut tx, actor.session).await?;
    tx.commit().await?;
    Ok(access)
}
