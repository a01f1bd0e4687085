//! Replaces the tokens of a session.

use axum::{
    extract::{FromRequest, Request, State},
    response::{IntoResponse, Response},
};
use http::header;
use serde::Deserialize;
use shared::{
    events::identity::{IdentityEvent, SessionEnd},
    http::{Body, Problem},
    id::{AccountId, SessionId},
};
use utoipa::ToSchema;

use super::{
    client::{self, Client, LogInAnswer},
    error::AccountError,
    mailing,
    one_time::OneTimeSecret,
    records,
    session::{self, Opened, Refreshed},
};
use crate::{
    identity::{IdentityState, audit::Subject},
    mail::Mail,
};

/// The refresh token of a program; browsers send `{}`, theirs is in a cookie.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshBody {
    #[serde(default)]
    pub refresh_token: Option<String>,
}

/// The same body, which a browser may leave out altogether.
pub struct OptionalRefreshBody(pub RefreshBody);

impl<S: Sync> FromRequest<S> for OptionalRefreshBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let headers = request.headers();
        let length = headers.get(header::CONTENT_LENGTH);
        let is_there = length.is_some_and(|length| length != "0")
            || headers.contains_key(header::CONTENT_TYPE)
            || headers.contains_key(header::TRANSFER_ENCODING);
        if !is_there {
            return Ok(Self(RefreshBody::default()));
        }
        Ok(Self(Body::from_request(request, state).await?.value))
    }
}

/// Replaces the tokens of a session by new ones.
///
/// A refresh token works once. For ten seconds the same one is answered the same, for a client that
/// didn't hear the answer; later it means that someone else has it: the session is over and its
/// owner gets a mail.
#[utoipa::path(
    post,
    path = "/auth/refresh",
    tag = "Accounts",
    request_body = Option<RefreshBody>,
    responses(
        (status = 200, description = "The session goes on", body = LogInAnswer),
        (status = 401, description = "The session is over")
    )
)]
pub async fn refresh(
    State(state): State<IdentityState>,
    client: Client,
    OptionalRefreshBody(body): OptionalRefreshBody,
) -> Result<Response, Problem> {
    let shown = client.refresh_token(body.refresh_token.as_deref());
    let Some((token, carrier)) = shown else { return Ok(over()) };
    match replace(&state, &token).await? {
        Some(opened) => Ok(client::opened(&opened, carrier)),
        None => Ok(over()),
    }
}

/// The session is over; the cookies go.
fn over() -> Response {
    let mut response = Problem::from(AccountError::SessionOver).into_response();
    client::forget_cookies(&mut response);
    response
}

async fn replace(
    state: &IdentityState,
    token: &OneTimeSecret,
) -> Result<Option<Box<Opened>>, AccountError> {
    let mut tx = state.pool.begin().await?;
    match session::refresh(state, &mut tx, token).await? {
        Refreshed::Opened(opened) => {
            tx.commit().await?;
            Ok(Some(opened))
        }
        Refreshed::Invalid => Ok(None),
        Refreshed::Reused { account, session, device } => {
            tell(state, &mut tx, account, session, device).await?;
            tx.commit().await?;
            tracing::warn!(session.id = %session, "A refresh token was used again");
            Ok(None)
        }
    }
}

async fn tell(
    state: &IdentityState,
    tx: &mut sqlx::PgConnection,
    account: AccountId,
    session_id: SessionId,
    device: String,
) -> Result<(), AccountError> {
    let fact = IdentityEvent::SessionEnded { session_id, because: SessionEnd::TokenReused };
    state.audit.note(tx, Subject::Account(account), "public", &fact).await?;
    if let Some(record) = records::find(tx, account).await? {
        let kind = Mail::RefreshTokenReused { device, at: state.clock.now() };
        let cause = format!("reused:{session_id}");
        mailing::tell(state, tx, record.person(), cause, kind).await?;
    }
    Ok(())
}
