//! Ends sessions: this one, all of them, one of the list.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use shared::{
    auth::Caller,
    events::identity::{IdentityEvent, SessionEnd},
    http::{Ids, Problem},
    id::{AccountId, SessionId},
};
use sqlx::PgConnection;

use super::{
    acting, chain,
    client::{self, Client},
    error::AccountError,
    refresh::{OptionalRefreshBody, RefreshBody},
    session,
};
use crate::identity::{IdentityState, audit::Subject};

/// Ends the session whose token is shown, and takes the cookies away. Without one nothing happens.
#[utoipa::path(
    post,
    path = "/auth/logout",
    tag = "Accounts",
    request_body = RefreshBody,
    responses((status = 204, description = "Logged out"))
)]
pub async fn log_out(
    State(state): State<IdentityState>,
    client: Client,
    caller: Caller,
    OptionalRefreshBody(body): OptionalRefreshBody,
) -> Result<Response, Problem> {
    end_shown(&state, &client, &caller, &body).await?;
    Ok(gone())
}

async fn end_shown(
    state: &IdentityState,
    client: &Client,
    caller: &Caller,
    body: &RefreshBody,
) -> Result<(), AccountError> {
    let mut tx = state.pool.begin().await?;
    let by_refresh = match client.refresh_token(body.refresh_token.as_deref()) {
        Some((token, _)) => chain::session_of(&mut tx, &token).await?,
        None => None,
    };
    let by_access = caller.actor().account().map(|actor| (actor.account, actor.session));
    for (account, session) in by_refresh.into_iter().chain(by_access) {
        end_one(state, &mut tx, account, session, SessionEnd::LoggedOut).await?;
    }
    Ok(tx.commit().await?)
}

/// Ends every session of the account, this one too.
#[utoipa::path(
    post,
    path = "/auth/logout-everywhere",
    tag = "Accounts",
    responses((status = 204, description = "Logged out everywhere"))
)]
pub async fn log_out_everywhere(
    State(state): State<IdentityState>,
    caller: Caller,
) -> Result<Response, Problem> {
    end_everywhere(&state, &caller).await?;
    Ok(gone())
}

async fn end_everywhere(state: &IdentityState, caller: &Caller) -> Result<(), AccountError> {
    let mut tx = state.pool.begin().await?;
    let account = acting::current(state, &mut tx, caller).await?.account;
    let because = SessionEnd::LoggedOutEverywhere;
    end_many(state, &mut tx, account, None, because).await?;
    Ok(tx.commit().await?)
}

/// Ends one session of the account.
#[utoipa::path(
    delete,
    path = "/account/sessions/{session_id}",
    tag = "Accounts",
    params(("session_id" = inline(SessionId), Path)),
    responses((status = 204, description = "It is over"))
)]
pub async fn end_session(
    State(state): State<IdentityState>,
    caller: Caller,
    Ids(session): Ids<SessionId>,
) -> Result<StatusCode, Problem> {
    end_listed(&state, &caller, session).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end_listed(
    state: &IdentityState,
    caller: &Caller,
    session: SessionId,
) -> Result<(), AccountError> {
    let mut tx = state.pool.begin().await?;
    let account = acting::current(state, &mut tx, caller).await?.account;
    let is_own: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM identity.sessions WHERE id = $1 AND account_id = $2)",
    )
    .bind(session.uuid())
    .bind(account.uuid())
    .fetch_one(&mut *tx)
    .await?;
    if !is_own {
        return Err(AccountError::NotFound);
    }
    end_one(state, &mut tx, account, session, SessionEnd::Revoked).await?;
    Ok(tx.commit().await?)
}

/// Ends a session, once; notes it.
///
/// # Errors
///
/// [`AccountError`].
pub(super) async fn end_one(
    state: &IdentityState,
    tx: &mut PgConnection,
    account: AccountId,
    session_id: SessionId,
    because: SessionEnd,
) -> Result<(), AccountError> {
    if session::end(tx, session_id, because, state.clock.now()).await? {
        let fact = IdentityEvent::SessionEnded { session_id, because };
        let who = crate::identity::audit::named(account);
        state.audit.note(tx, Subject::Account(account), &who, &fact).await?;
    }
    Ok(())
}

/// Ends the sessions of an account, and notes each.
///
/// # Errors
///
/// [`AccountError`].
pub async fn end_many(
    state: &IdentityState,
    tx: &mut PgConnection,
    account: AccountId,
    except: Option<SessionId>,
    because: SessionEnd,
) -> Result<(), AccountError> {
    let who = crate::identity::audit::named(account);
    let ended = session::end_all(tx, account, except, because, state.clock.now()).await?;
    for session_id in ended {
        let fact = IdentityEvent::SessionEnded { session_id, because };
        state.audit.note(tx, Subject::Account(account), &who, &fact).await?;
    }
    Ok(())
}

fn gone() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    client::forget_cookies(&mut response);
    response
}
