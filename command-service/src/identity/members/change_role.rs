//! Gives a member another role.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use shared::{
    auth::{Caller, MemberRole, Resource},
    events::identity::IdentityEvent,
    http::{Body, Ids, Problem},
    id::{AccountId, OrganizationId},
};
use utoipa::ToSchema;

use crate::identity::{
    IdentityState,
    accounts::{acting, error::AccountError},
    audit::Subject,
};

/// The role a member shall have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleChangeBody {
    role: MemberRole,
}

/// Gives a member another role: neither the old nor the new one above the own. The last owner
/// stays one.
#[utoipa::path(
    patch,
    path = "/organizations/{organization_id}/members/{account_id}",
    tag = "Organizations",
    params(("organization_id" = OrganizationId, Path), ("account_id" = AccountId, Path)),
    request_body = RoleChangeBody,
    responses(
        (status = 204, description = "It is changed"),
        (status = 409, description = "The last owner stays one")
    )
)]
pub async fn change_member_role(
    State(state): State<IdentityState>,
    caller: Caller,
    Ids((organization, account)): Ids<(OrganizationId, AccountId)>,
    body: Body<RoleChangeBody>,
) -> Result<StatusCode, Problem> {
    change(&state, &caller, (organization, account), body.value.role).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change(
    state: &IdentityState,
    caller: &Caller,
    (organization, account): (OrganizationId, AccountId),
    to: MemberRole,
) -> Result<(), AccountError> {
    let mut tx = state.pool.begin().await?;
    acting::may_now(state, &mut tx, caller, Resource::Organization(organization)).await?;
    acting::narrow(&mut tx, organization).await?;
    let from = super::role_of(&mut tx, organization, account).await?;
    let from = from.ok_or(AccountError::NotFound)?;
    for role in [from, to] {
        let place = Resource::Member { organization, account: Some(account), role };
        acting::may_now(state, &mut tx, caller, place).await?;
    }
    if from == to {
        return Ok(());
    }
    if from == MemberRole::Owner {
        super::keep_an_owner(&mut tx, organization, account).await?;
    }
    sqlx::query(
        "UPDATE identity.memberships SET role = $3 WHERE organization_id = $1 AND account_id = $2",
    )
    .bind(organization.uuid())
    .bind(account.uuid())
    .bind(to.name())
    .execute(&mut *tx)
    .await?;
    let fact = IdentityEvent::MemberRoleChanged { account_id: account, from, to };
    let subject = Subject::Organization(organization);
    state.audit.note(&mut tx, subject, &caller.audit_name(), &fact).await?;
    Ok(tx.commit().await?)
}
