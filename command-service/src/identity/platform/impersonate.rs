//! Sees with someone's eyes, visibly.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use shared::{
    auth::{Caller, Resource},
    events::identity::IdentityEvent,
    http::{Body, Ids, Problem},
    id::AccountId,
};
use utoipa::ToSchema;

use crate::identity::{
    IdentityState,
    accounts::{
        acting,
        client::{self, Carrier, Client, LogInAnswer},
        error::AccountError,
        records,
        session::{self, NewSession, Opened},
    },
    audit::Subject,
};

/// How the session is carried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImpersonationBody {
    #[serde(default)]
    session: Carrier,
}

/// Opens a session that sees what an account sees, for half an hour.
///
/// It can't do what speaks for the person: neither change the account nor do what asks for a fresh
/// proof. The person finds it in the list of sessions and in the history.
#[utoipa::path(
    post,
    path = "/platform/accounts/{account_id}/impersonation",
    tag = "Platform",
    params(("account_id" = AccountId, Path)),
    request_body = ImpersonationBody,
    responses(
        (status = 200, description = "The session", body = LogInAnswer),
        (status = 409, description = "Platform admins and suspended accounts can't be seen through")
    )
)]
pub async fn impersonate(
    State(state): State<IdentityState>,
    client: Client,
    caller: Caller,
    Ids(account): Ids<AccountId>,
    body: Body<ImpersonationBody>,
) -> Result<Response, Problem> {
    let opened = begin(&state, &client, &caller, account).await?;
    Ok(client::opened(&opened, body.value.session))
}

async fn begin(
    state: &IdentityState,
    client: &Client,
    caller: &Caller,
    account: AccountId,
) -> Result<Opened, AccountError> {
    // Only a person looks through someone's eyes: a key has none.
    let admin_id = caller.account()?.account;
    let mut tx = state.pool.begin().await?;
    acting::may_now(state, &mut tx, caller, Resource::Platform).await?;
    let record = records::find(&mut tx, account).await?.ok_or(AccountError::NotFound)?;
    if record.platform_admin || record.suspended_at.is_some() || record.email_verified_at.is_none()
    {
        let detail = "This account can't be seen through.";
        return Err(AccountError::Conflict("not-to-be-impersonated", detail));
    }
    let new = NewSession {
        account,
        device: &client.device,
        second_factor: false,
        stepped_up: false,
        impersonator: Some(admin_id),
    };
    let opened = session::open(state, &mut tx, new).await?;
    let session_id = opened.actor.session;
    let fact = IdentityEvent::ImpersonationBegun { session_id, admin_id };
    state.audit.note(&mut tx, Subject::Account(account), &caller.audit_name(), &fact).await?;
    tx.commit().await?;
    Ok(opened)
}
