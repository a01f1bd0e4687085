//! What a browser has to be asked to make a passkey or to show one.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::{
    auth::Caller,
    http::{Body, Problem},
    id::AccountId,
    vault::find_persons,
};
use sqlx::PgConnection;
use utoipa::ToSchema;
use webauthn_rs::prelude::Passkey;

use super::{
    ceremony::{self, Purpose},
    kept,
    relying_party::{Begun, Owner, RelyingParty},
};
use crate::identity::{
    IdentityState,
    accounts::{acting, error::AccountError, one_time, records},
};

/// More than anybody has devices.
const MOST: usize = 20;

/// A challenge: good for one answer, within five minutes.
#[derive(Serialize, ToSchema)]
pub struct CeremonyAnswer {
    /// To be sent with what the browser answers.
    ceremony: String,
    /// `publicKey` for `navigator.credentials`, bytes in base64url: what
    /// `PublicKeyCredential.parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON` read.
    #[schema(value_type = Object)]
    public_key: Value,
}

/// Who is to show a passkey.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogInOptionsBody {
    /// From the answer to `/auth/login`, for a second factor. Without it, the passkey says who logs
    /// in.
    #[serde(default)]
    second_factor_token: Option<String>,
}

/// Begins to log in with a passkey.
#[utoipa::path(
    post,
    path = "/auth/passkeys/options",
    tag = "Accounts",
    request_body = LogInOptionsBody,
    responses(
        (status = 200, description = "What to ask the browser", body = CeremonyAnswer),
        (status = 401, description = "The log-in is too old"),
        (status = 409, description = "There are no passkeys here: our address has no host name")
    )
)]
pub async fn log_in_options(
    State(state): State<IdentityState>,
    body: Body<LogInOptionsBody>,
) -> Result<Json<CeremonyAnswer>, Problem> {
    let answer = match &body.value.second_factor_token {
        None => anybody(&state).await,
        Some(token) => halfway(&state, token).await,
    };
    Ok(Json(answer?))
}

async fn anybody(state: &IdentityState) -> Result<CeremonyAnswer, AccountError> {
    let begun = party(state)?.begin_showing(&[])?;
    let mut connection = state.pool.acquire().await?;
    keep(state, &mut connection, Purpose::LogIn, None, begun).await
}

async fn halfway(state: &IdentityState, token: &str) -> Result<CeremonyAnswer, AccountError> {
    let mut connection = state.pool.acquire().await?;
    let (at, purpose) = (state.clock.now(), one_time::Purpose::SecondFactor);
    let known = one_time::find(&mut connection, purpose, token, at).await?;
    let account = known.ok_or(AccountError::InvalidCredentials)?.account;
    of_account(state, &mut connection, Purpose::SecondFactor, account).await
}

/// Begins to prove again who one is, with a passkey.
#[utoipa::path(
    post,
    path = "/auth/step-up/options",
    tag = "Accounts",
    responses(
        (status = 200, description = "What to ask the browser", body = CeremonyAnswer),
        (status = 409, description = "The account has no passkey")
    )
)]
pub async fn step_up_options(
    State(state): State<IdentityState>,
    caller: Caller,
) -> Result<Json<CeremonyAnswer>, Problem> {
    Ok(Json(step_up(&state, &caller).await?))
}

async fn step_up(state: &IdentityState, caller: &Caller) -> Result<CeremonyAnswer, AccountError> {
    let mut tx = state.pool.begin().await?;
    let actor = acting::current(state, &mut tx, caller).await?;
    let answer = of_account(state, &mut tx, Purpose::StepUp, actor.account).await?;
    tx.commit().await?;
    Ok(answer)
}

/// Begins to add a passkey. Asks for a fresh proof.
#[utoipa::path(
    post,
    path = "/account/passkeys/options",
    tag = "Accounts",
    responses(
        (status = 200, description = "What to ask the browser", body = CeremonyAnswer),
        (status = 409, description = "There are too many, or there can be none here")
    )
)]
pub async fn add_options(
    State(state): State<IdentityState>,
    caller: Caller,
) -> Result<Json<CeremonyAnswer>, Problem> {
    Ok(Json(add(&state, &caller).await?))
}

async fn add(state: &IdentityState, caller: &Caller) -> Result<CeremonyAnswer, AccountError> {
    let party = party(state)?;
    let mut tx = state.pool.begin().await?;
    let account = acting::fresh(state, &mut tx, caller).await?.account;
    let record = records::find(&mut tx, account).await?;
    let person = record.ok_or(AccountError::SessionOver)?.person();
    let contacts = find_persons(&mut *tx, &state.vault, &[person]).await?;
    let contact = contacts.get(&person).ok_or(AccountError::NotFound)?;
    let existing = kept::of_account(&mut tx, account).await?;
    if existing.len() >= MOST {
        let detail = "There are 20 passkeys already. Remove one first.";
        return Err(AccountError::Conflict("too-many-passkeys", detail));
    }
    let existing = existing.iter().map(|kept| kept.passkey.cred_id().clone()).collect();
    let owner = Owner { account, email: &contact.email, name: contact.name.as_deref() };
    let begun = party.begin_adding(&owner, existing)?;
    let answer = keep(state, &mut tx, Purpose::Add, Some(account), begun).await?;
    tx.commit().await?;
    Ok(answer)
}

fn party(state: &IdentityState) -> Result<&RelyingParty, AccountError> {
    state.passkeys.as_ref().ok_or(AccountError::NoPasskeysHere)
}

/// Asks for one of the account's passkeys.
async fn of_account(
    state: &IdentityState,
    connection: &mut PgConnection,
    purpose: Purpose,
    account: AccountId,
) -> Result<CeremonyAnswer, AccountError> {
    let kept = kept::of_account(connection, account).await?;
    let allowed: Vec<Passkey> = kept.into_iter().map(|kept| kept.passkey).collect();
    if allowed.is_empty() {
        return Err(AccountError::Conflict("no-passkey", "The account has no passkey."));
    }
    let begun = party(state)?.begin_showing(&allowed)?;
    keep(state, connection, purpose, Some(account), begun).await
}

async fn keep(
    state: &IdentityState,
    connection: &mut PgConnection,
    purpose: Purpose,
    account: Option<AccountId>,
    begun: Begun,
) -> Result<CeremonyAnswer, AccountError> {
    let at = state.clock.now();
    let token = ceremony::keep(connection, purpose, account, &begun.state, at).await?;
    Ok(CeremonyAnswer { ceremony: token.expose(), public_key: begun.options })
}
