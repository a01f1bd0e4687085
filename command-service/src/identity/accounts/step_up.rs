//! Proves again who one is, for what is dangerous.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use shared::{
    auth::{Caller, Denied},
    config::Secret,
    events::identity::{IdentityEvent, Proof},
    http::{Body, Problem},
};
use utoipa::ToSchema;

use super::{
    acting,
    client::{self, Client, RenewedAnswer},
    error::AccountError,
    records, session,
};
use crate::identity::{
    IdentityState,
    audit::Subject,
    passkeys::{self, ShownPasskey},
    second_factor::shown::{Shown, one_proof},
};

/// The password, or a code or a passkey if there is a second factor.
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
    /// A passkey that was asked for by `/auth/step-up/options`.
    #[serde(default)]
    passkey: Option<ShownPasskey>,
}

/// Proves again who one is; counts for five minutes.
///
/// With a second factor a code or a passkey is asked for, without one the password.
#[utoipa::path(
    post,
    path = "/auth/step-up",
    tag = "Accounts",
    request_body = StepUpBody,
    responses(
        (status = 200, description = "What is dangerous is allowed for five minutes", body = RenewedAnswer),
        (status = 401, description = "The password, the code or the passkey is wrong"),
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

/// What was sent, as far as it can be looked at without the session.
enum Offered<'a> {
    /// Whether it is the right one.
    Password(bool),
    Factor(Shown<'a>),
}

async fn offered<'a>(
    state: &IdentityState,
    caller: &Caller,
    body: &'a StepUpBody,
) -> Result<Offered<'a>, AccountError> {
    let (code, passkey) = (body.code.as_deref(), body.passkey.as_ref());
    let Some(password) = &body.password else {
        let shown = Shown::take(state, passkeys::Purpose::StepUp, code, passkey).await?;
        return Ok(Offered::Factor(shown));
    };
    if code.is_some() || passkey.is_some() {
        return Err(one_proof().into());
    }
    let mut connection = state.pool.acquire().await?;
    let record = records::find(&mut connection, caller.account()?.account).await?;
    let record = record.ok_or(AccountError::SessionOver)?;
    drop(connection); // not held while waiting for a turn to hash
    if record.has_second_factor() {
        return Err(Denied::SecondFactorRequired.into());
    }
    let password = Secret::new(password.as_str());
    let fits = state.passwords.verify(&password, record.password_hash.as_deref()).await?;
    Ok(Offered::Password(fits))
}

async fn prove(
    state: &IdentityState,
    caller: &Caller,
    body: StepUpBody,
) -> Result<String, AccountError> {
    let offered = offered(state, caller, &body).await?;
    let mut tx = state.pool.begin().await?;
    let actor = acting::current(state, &mut tx, caller).await?;
    let (subject, who) = (Subject::Account(actor.account), caller.audit_name());
    let proof = match offered {
        Offered::Password(true) => Some(Proof::Password),
        Offered::Password(false) => {
            let fact = IdentityEvent::LogInFailed { proof: Proof::Password };
            state.audit.note(&mut tx, subject, &who, &fact).await?;
            None
        }
        Offered::Factor(shown) => shown.check(state, &mut tx, actor.account, &who).await?,
    };
    let Some(proof) = proof else {
        tx.commit().await?;
        return Err(AccountError::InvalidCredentials);
    };
    let by_factor = proof != Proof::Password;
    session::prove(&mut tx, actor.session, by_factor, state.clock.now()).await?;
    let fact = IdentityEvent::SteppedUp { session_id: actor.session, proof };
    state.audit.note(&mut tx, subject, &who, &fact).await?;
    let access = acting::renewed(state, &mut tx, actor.session).await?;
    tx.commit().await?;
    Ok(access)
}
