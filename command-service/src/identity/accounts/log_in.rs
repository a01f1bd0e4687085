//! Logs in with address and password.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    config::Secret,
    events::identity::{IdentityEvent, Proof, SessionEnd},
    http::{Body, Problem},
    id::{AccountId, PersonId},
};
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{
    address::Address,
    chain,
    client::{self, Carrier, Client, LogInAnswer, SecondFactor},
    error::AccountError,
    log_out, mailing,
    one_time::{self, Purpose, Redeemed},
    password,
    records::{self, AccountRecord},
    session::{self, NewSession, Opened},
};
use crate::{
    identity::{
        IdentityState,
        audit::{Subject, named},
    },
    mail::Mail,
};

/// Who logs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogInBody {
    #[schema(max_length = 254, example = "ada@example.org")]
    email: String,
    #[schema(max_length = 128, format = Password)]
    password: String,
    #[serde(default)]
    session: Carrier,
}

/// How far a log-in got.
pub enum LoggedIn {
    Opened(Box<Opened>),
    /// The second factor comes next: one of these, with this token.
    Halfway(String, Vec<SecondFactor>),
}

/// By what someone got in.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub proof: Proof,
    /// Whether it shows that the owner is there right now.
    pub stepped_up: bool,
}

/// Logs in with address and password.
///
/// With a second factor the log-in goes on at `/auth/login/second-factor`. Browsers get cookies,
/// programs that send `"session": "token"` get the tokens in the answer. With a passkey alone one
/// logs in at `/auth/login/passkey`.
#[utoipa::path(
    post,
    path = "/auth/login",
    tag = "Accounts",
    request_body = LogInBody,
    responses(
        (status = 200, description = "Logged in, or on the way", body = LogInAnswer),
        (status = 401, description = "The address or the password is wrong, or the address isn't proved yet: then another link was mailed to it"),
        (status = 403, description = "The account is suspended")
    )
)]
pub async fn log_in(
    State(state): State<IdentityState>,
    client: Client,
    body: Body<LogInBody>,
) -> Result<Response, Problem> {
    let body = body.value;
    let address = Address::parse(&state, "/email", &body.email).map_err(AccountError::from)?;
    let password = Secret::new(body.password);
    match prove(&state, &client, &address, &password).await? {
        LoggedIn::Opened(opened) => Ok(client::opened(&opened, body.session)),
        LoggedIn::Halfway(token, second_factors) => {
            let answer = LogInAnswer {
                account: None,
                second_factor_required: true,
                second_factor_token: Some(token),
                second_factors,
                tokens: None,
            };
            Ok(Json(answer).into_response())
        }
    }
}

async fn prove(
    state: &IdentityState,
    client: &Client,
    address: &Address,
    password: &Secret,
) -> Result<LoggedIn, AccountError> {
    state.passwords.have_room()?;
    let mut connection = state.pool.acquire().await?;
    let record = records::of_person(&mut connection, address.person).await?;
    drop(connection); // not held while waiting for a turn to hash
    let hash = record.as_ref().and_then(|record| record.password_hash.as_deref());
    let fits = state.passwords.verify(password, hash).await?;
    let is_proved = |record: &AccountRecord| record.email_verified_at.is_some();
    let Some(record) = record.filter(|record| fits && is_proved(record)) else {
        tokio::spawn(after_refusal(state.clone(), address.person, fits));
        return Err(AccountError::InvalidCredentials);
    };
    if record.password_hash.as_deref().is_some_and(password::is_outdated) {
        hash_anew(state, record.id(), password).await?;
    }
    admit(state, client, &record).await
}

/// Goes on with whoever knows the password.
async fn admit(
    state: &IdentityState,
    client: &Client,
    record: &AccountRecord,
) -> Result<LoggedIn, AccountError> {
    if record.suspended_at.is_some() {
        return Err(AccountError::Suspended);
    }
    let mut tx = state.pool.begin().await?;
    let entry = Entry { proof: Proof::Password, stepped_up: true };
    let logged_in = enter(state, &mut tx, client, record, entry).await?;
    tx.commit().await?;
    Ok(logged_in)
}

/// Opens a session after the first factor, or asks for the second one.
///
/// # Errors
///
/// [`AccountError`].
pub async fn enter(
    state: &IdentityState,
    tx: &mut PgConnection,
    client: &Client,
    record: &AccountRecord,
    entry: Entry,
) -> Result<LoggedIn, AccountError> {
    if record.has_second_factor() {
        let redeemed = Redeemed { account: record.id(), person: None };
        let at = state.clock.now();
        let secret = one_time::issue(tx, Purpose::SecondFactor, redeemed, at).await?;
        return Ok(LoggedIn::Halfway(secret.expose(), SecondFactor::of(record)));
    }
    let opened = begin_with(state, tx, client, record, entry).await?;
    Ok(LoggedIn::Opened(Box::new(opened)))
}

/// Opens the session of someone who has proved everything there is to prove.
///
/// # Errors
///
/// [`AccountError`].
pub async fn begin(
    state: &IdentityState,
    tx: &mut PgConnection,
    client: &Client,
    record: &AccountRecord,
    proof: Proof,
) -> Result<Opened, AccountError> {
    begin_with(state, tx, client, record, Entry { proof, stepped_up: true }).await
}

async fn begin_with(
    state: &IdentityState,
    tx: &mut PgConnection,
    client: &Client,
    record: &AccountRecord,
    Entry { proof, stepped_up }: Entry,
) -> Result<Opened, AccountError> {
    let account = record.id();
    let is_new = is_new_device(tx, account, &client.device).await?;
    let new = NewSession {
        account,
        device: &client.device,
        second_factor: record.has_second_factor(),
        stepped_up,
        impersonator: None,
    };
    let opened = session::open(state, tx, new).await?;
    let session_id = opened.actor.session;
    let fact = IdentityEvent::LoggedIn { session_id, proof };
    state.audit.note(tx, Subject::Account(account), &named(account), &fact).await?;
    replace_session(state, tx, client).await?;
    if is_new {
        let kind = Mail::NewSession { device: client.device.clone(), at: state.clock.now() };
        let cause = format!("session:{session_id}");
        mailing::tell(state, tx, record.person(), cause, kind).await?;
    }
    Ok(opened)
}

/// Ends the session that the same browser had: it would live on beside the new one, unseen.
async fn replace_session(
    state: &IdentityState,
    tx: &mut PgConnection,
    client: &Client,
) -> Result<(), AccountError> {
    let Some((token, _)) = client.refresh_token(None) else { return Ok(()) };
    let Some((account, session)) = chain::session_of(tx, &token).await? else { return Ok(()) };
    log_out::end_one(state, tx, account, session, SessionEnd::LoggedOut).await
}

/// Whether the account was used before, but never from something that calls itself so.
async fn is_new_device(
    tx: &mut PgConnection,
    account: AccountId,
    device: &str,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT count(*) > 0 AND NOT coalesce(bool_or(device = $2), false) \
           FROM identity.sessions WHERE account_id = $1 AND impersonator_id IS NULL",
    )
    .bind(account.uuid())
    .bind(device)
    .fetch_one(tx)
    .await
}

async fn hash_anew(
    state: &IdentityState,
    account: AccountId,
    password: &Secret,
) -> Result<(), AccountError> {
    let hash = state.passwords.hash(password).await?;
    sqlx::query("UPDATE identity.accounts SET password_hash = $2 WHERE id = $1")
        .bind(account.uuid())
        .bind(hash)
        .execute(&state.pool)
        .await?;
    Ok(())
}

/// What is done about a refusal beside the request, so that neither the answer nor the work for it
/// tells which addresses have accounts.
async fn after_refusal(state: IdentityState, person: PersonId, fits: bool) {
    if let Err(error) = follow_up(&state, person, fits).await {
        tracing::warn!(%error, "a refused log-in is not in the history, or was sent no link");
    }
}

/// Whoever knows the password and has not proved the address gets another link. Else the failure
/// stands in the history of the account, if there is one.
async fn follow_up(
    state: &IdentityState,
    person: PersonId,
    fits: bool,
) -> Result<(), AccountError> {
    let mut tx = state.pool.begin().await?;
    let Some(record) = records::of_person(&mut tx, person).await? else { return Ok(()) };
    let account = record.id();
    if fits && record.email_verified_at.is_none() {
        mailing::send_token(state, &mut tx, Purpose::VerifyEmail, account, person).await?;
    } else {
        let fact = IdentityEvent::LogInFailed { proof: Proof::Password };
        state.audit.note(&mut tx, Subject::Account(account), "public", &fact).await?;
    }
    Ok(tx.commit().await?)
}
