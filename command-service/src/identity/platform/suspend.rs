//! Suspends accounts and organisations, and lets them work again.

use axum::extract::State;
use http::StatusCode;
use shared::{
    auth::{Caller, Resource},
    events::identity::{IdentityEvent, SessionEnd},
    http::{Ids, Problem},
    id::{AccountId, OrganizationId},
};

use crate::identity::{
    IdentityState,
    accounts::{acting, error::AccountError, log_out},
    audit::Subject,
};

/// Suspends an account: nobody gets in with it, and its sessions are over.
#[utoipa::path(
    put,
    path = "/platform/accounts/{account_id}/suspension",
    tag = "Platform",
    params(("account_id" = AccountId, Path)),
    responses((status = 204, description = "Nobody gets in with it"))
)]
pub async fn suspend_account(
    State(state): State<IdentityState>,
    caller: Caller,
    Ids(account): Ids<AccountId>,
) -> Result<StatusCode, Problem> {
    set_account(&state, &caller, account, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a suspended account work again.
#[utoipa::path(
    delete,
    path = "/platform/accounts/{account_id}/suspension",
    tag = "Platform",
    params(("account_id" = AccountId, Path)),
    responses((status = 204, description = "It works"))
)]
pub async fn resume_account(
    State(state): State<IdentityState>,
    caller: Caller,
    Ids(account): Ids<AccountId>,
) -> Result<StatusCode, Problem> {
    set_account(&state, &caller, account, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_account(
    state: &IdentityState,
    caller: &Caller,
    account: AccountId,
    suspended: bool,
) -> Result<(), AccountError> {
    let mut tx = state.pool.begin().await?;
    acting::may_now(state, &mut tx, caller, Resource::Platform).await?;
    let was: Option<bool> = sqlx::query_scalar(
        "SELECT suspended_at IS NOT NULL FROM identity.accounts WHERE id = $1 FOR UPDATE",
    )
    .bind(account.uuid())
    .fetch_optional(&mut *tx)
    .await?;
    if was.ok_or(AccountError::NotFound)? == suspended {
        return Ok(());
    }
    sqlx::query("UPDATE identity.accounts SET suspended_at = $2 WHERE id = $1")
        .bind(account.uuid())
        .bind(suspended.then(|| state.clock.now()))
        .execute(&mut *tx)
        .await?;
    let fact = if suspended {
        log_out::end_many(state, &mut tx, account, None, SessionEnd::Suspended).await?;
        IdentityEvent::AccountSuspended {}
    } else {
        IdentityEvent::AccountResumed {}
    };
    state.audit.note(&mut tx, Subject::Account(account), &caller.audit_name(), &fact).await?;
    Ok(tx.commit().await?)
}

/// Suspends an organisation: neither its members nor its keys act for it.
#[utoipa::path(
    put,
    path = "/platform/organizations/{organization_id}/suspension",
    tag = "Platform",
    params(("organization_id" = OrganizationId, Path)),
    responses((status = 204, description = "Nobody acts for it"))
)]
pub async fn suspend_organization(
    State(state): State<IdentityState>,
    caller: Caller,
    Ids(organization): Ids<OrganizationId>,
) -> Result<StatusCode, Problem> {
    set_organization(&state, &caller, organization, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a suspended organisation work again.
#[utoipa::path(
    delete,
    path = "/platform/organizations/{organization_id}/suspension",
    tag = "Platform",
    params(("organization_id" = OrganizationId, Path)),
    responses((status = 204, description = "It works"))
)]
pub async fn resume_organization(
    State(state): State<IdentityState>,
    caller: Caller,
    Ids(organization): Ids<OrganizationId>,
) -> Result<StatusCode, Problem> {
    set_organization(&state, &caller, organization, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_organization(
    state: &IdentityState,
    caller: &Caller,
    organization: OrganizationId,
    suspended: bool,
) -> Result<(), AccountError> {
    let mut tx = state.pool.begin().await?;
    acting::may_now(state, &mut tx, caller, Resource::Platform).await?;
    let was: Option<bool> = sqlx::query_scalar(
        "SELECT suspended_at IS NOT NULL FROM identity.organizations WHERE id = $1 FOR UPDATE",
    )
    .bind(organization.uuid())
    .fetch_optional(&mut *tx)
    .await?;
    if was.ok_or(AccountError::NotFound)? == suspended {
        return Ok(());
    }
    sqlx::query("UPDATE identity.organizations SET suspended_at = $2 WHERE id = $1")
        .bind(organization.uuid())
        .bind(suspended.then(|| state.clock.now()))
        .execute(&mut *tx)
        .await?;
    let fact = if suspended {
        IdentityEvent::OrganizationSuspended {}
    } else {
        IdentityEvent::OrganizationResumed {}
    };
    let subject = Subject::Organization(organization);
    state.audit.note(&mut tx, subject, &caller.audit_name(), &fact).await?;
    Ok(tx.commit().await?)
}
