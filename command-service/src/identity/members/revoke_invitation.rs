//! Takes an invitation back.

use axum::extract::State;
use http::StatusCode;
use shared::{
    auth::{Caller, MemberRole, Resource},
    events::identity::IdentityEvent,
    http::{Ids, Problem},
    id::{InvitationId, OrganizationId},
};

use crate::identity::{
    IdentityState,
    accounts::{acting, error::AccountError},
    audit::Subject,
};

/// Takes an invitation back: its token works no more.
#[utoipa::path(
    delete,
    path = "/organizations/{organization_id}/invitations/{invitation_id}",
    tag = "Organizations",
    params(("organization_id" = OrganizationId, Path), ("invitation_id" = InvitationId, Path)),
    responses((status = 204, description = "Its token works no more"))
)]
pub async fn revoke_invitation(
    State(state): State<IdentityState>,
    caller: Caller,
    Ids((organization, invitation)): Ids<(OrganizationId, InvitationId)>,
) -> Result<StatusCode, Problem> {
    revoke(&state, &caller, organization, invitation).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn revoke(
    state: &IdentityState,
    caller: &Caller,
    organization: OrganizationId,
    invitation_id: InvitationId,
) -> Result<(), AccountError> {
    let mut tx = state.pool.begin().await?;
    acting::may_now(state, &mut tx, caller, Resource::Organization(organization)).await?;
    acting::narrow(&mut tx, organization).await?;
    let role: Option<String> = sqlx::query_scalar(
        "SELECT role FROM identity.invitations WHERE id = $1 AND organization_id = $2 \
            AND accepted_at IS NULL AND revoked_at IS NULL FOR UPDATE",
    )
    .bind(invitation_id.uuid())
    .bind(organization.uuid())
    .fetch_optional(&mut *tx)
    .await?;
    let role = MemberRole::parse(&role.ok_or(AccountError::NotFound)?)?;
    let place = Resource::Member { organization, account: None, role };
    acting::may_now(state, &mut tx, caller, place).await?;
    sqlx::query("UPDATE identity.invitations SET revoked_at = $2 WHERE id = $1")
        .bind(invitation_id.uuid())
        .bind(state.clock.now())
        .execute(&mut *tx)
        .await?;
    let fact = IdentityEvent::InvitationRevoked { invitation_id };
    let subject = Subject::Organization(organization);
    state.audit.note(&mut tx, subject, &caller.audit_name(), &fact).await?;
    Ok(tx.commit().await?)
}
