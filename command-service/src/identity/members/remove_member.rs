//! Removes a member, or leaves.

use axum::extract::State;
use http::StatusCode;
use shared::{
    auth::{Caller, MemberRole, Resource},
    events::identity::IdentityEvent,
    http::{Ids, Problem},
    id::{AccountId, OrganizationId},
};

use crate::identity::{
    IdentityState,
    accounts::{acting, error::AccountError},
    audit::Subject,
};

/// Removes a member whose role isn't above the own, or leaves. The last owner stays.
#[utoipa::path(
    delete,
    path = "/organizations/{organization_id}/members/{account_id}",
    tag = "Organizations",
    params(("organization_id" = OrganizationId, Path), ("account_id" = AccountId, Path)),
    responses(
        (status = 204, description = "They belong to it no more"),
        (status = 409, description = "The last owner stays")
    )
)]
pub async fn remove_member(
    State(state): State<IdentityState>,
    caller: Caller,
    Ids((organization, account)): Ids<(OrganizationId, AccountId)>,
) -> Result<StatusCode, Problem> {
    remove(&state, &caller, organization, account).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(
    state: &IdentityState,
    caller: &Caller,
    organization: OrganizationId,
    account: AccountId,
) -> Result<(), AccountError> {
    let mut tx = state.pool.begin().await?;
    acting::may_now(state, &mut tx, caller, Resource::Organization(organization)).await?;
    acting::narrow(&mut tx, organization).await?;
    let role = super::role_of(&mut tx, organization, account).await?;
    let role = role.ok_or(AccountError::NotFound)?;
    let place = Resource::Member { organization, account: Some(account), role };
    acting::may_now(state, &mut tx, caller, place).await?;
    if role == MemberRole::Owner {
        super::keep_an_owner(&mut tx, organization, account).await?;
    }
    sqlx::query("DELETE FROM identity.memberships WHERE organization_id = $1 AND account_id = $2")
        .bind(organization.uuid())
        .bind(account.uuid())
        .execute(&mut *tx)
        .await?;
    let fact = IdentityEvent::MemberRemoved { account_id: account, role };
    let subject = Subject::Organization(organization);
    state.audit.note(&mut tx, subject, &caller.audit_name(), &fact).await?;
    Ok(tx.commit().await?)
}
