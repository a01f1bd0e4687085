//! Who belongs to an organisation: invitations, roles, leaving.

mod accept_invitation;
mod change_role;
mod invite;
mod remove_member;
mod revoke_invitation;
#[cfg(test)]
mod tests;

use shared::{
    auth::{Action, MemberRole},
    http::guarded,
    id::{AccountId, OrganizationId},
};
use sqlx::PgConnection;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{IdentityState, accounts::error::AccountError};

/// The routes of members.
pub(super) fn routes() -> OpenApiRouter<IdentityState> {
    let manage = |routes| guarded(Action::ManageMembers, routes);
    OpenApiRouter::default()
        .routes(manage(routes!(invite::invite_member)))
        .routes(manage(routes!(revoke_invitation::revoke_invitation)))
        .routes(guarded(Action::AcceptInvitation, routes!(accept_invitation::accept_invitation)))
        .routes(manage(routes!(change_role::change_member_role)))
        .routes(guarded(Action::RemoveMember, routes!(remove_member::remove_member)))
}

/// Makes an account a member; whoever is one already keeps the role.
///
/// # Errors
///
/// If the database refuses.
pub(super) async fn join(
    state: &IdentityState,
    tx: &mut PgConnection,
    organization: OrganizationId,
    account: AccountId,
    role: MemberRole,
) -> Result<bool, sqlx::Error> {
    let joined = sqlx::query(
        "INSERT INTO identity.memberships (organization_id, account_id, role, since) \
         VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(organization.uuid())
    .bind(account.uuid())
    .bind(role.name())
    .bind(state.clock.now())
    .execute(tx)
    .await?;
    Ok(joined.rows_affected() == 1)
}

/// Locks the places of an organisation, so that two changes at once can't take the last owner away,
/// and answers the role of a member.
///
/// # Errors
///
/// [`AccountError`].
async fn role_of(
    tx: &mut PgConnection,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Option<MemberRole>, AccountError> {
    sqlx::query("SELECT FROM identity.organizations WHERE id = $1 FOR UPDATE")
        .bind(organization.uuid())
        .execute(&mut *tx)
        .await?;
    let role: Option<String> = sqlx::query_scalar(
        "SELECT role FROM identity.memberships WHERE organization_id = $1 AND account_id = $2",
    )
    .bind(organization.uuid())
    .bind(account.uuid())
    .fetch_optional(tx)
    .await?;
    Ok(role.map(|role| MemberRole::parse(&role)).transpose()?)
}

/// Refuses if nobody but this account owns the organisation.
async fn keep_an_owner(
    tx: &mut PgConnection,
    organization: OrganizationId,
    account: AccountId,
) -> Result<(), AccountError> {
    let others: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM identity.memberships \
          WHERE organization_id = $1 AND account_id <> $2 AND role = 'owner')",
    )
    .bind(organization.uuid())
    .bind(account.uuid())
    .fetch_one(tx)
    .await?;
    let detail = "An organisation keeps at least one owner. Make someone else one first.";
    if others { Ok(()) } else { Err(AccountError::Conflict("last-owner", detail)) }
}
