//! Revokes an API key of an organisation.

use axum::extract::State;
use http::StatusCode;
use shared::{
    auth::{Caller, Resource},
    http::{Ids, Problem},
    id::{ApiKeyId, OrganizationId},
};

use super::IdentityState;

/// Revokes an API key: at once in this process, within five seconds everywhere.
///
/// A key that is revoked already stays so.
#[utoipa::path(
    delete,
    path = "/organizations/{organization_id}/api-keys/{api_key_id}",
    tag = "Organizations",
    params(("organization_id" = OrganizationId, Path), ("api_key_id" = ApiKeyId, Path)),
    responses((status = 204, description = "The key works no more"))
)]
pub async fn revoke_api_key(
    State(state): State<IdentityState>,
    caller: Caller,
    Ids((organization, key)): Ids<(OrganizationId, ApiKeyId)>,
) -> Result<StatusCode, Problem> {
    caller.may(Resource::Organization(organization))?;
    if !revoke(&state, organization, key).await? {
        return Err(Problem::not_found());
    }
    state.keys.forget(key);
    tracing::info!(
        organization.id = %organization,
        api_key.id = %key,
        by = %caller.audit_name(),
        "An API key was revoked"
    );
    Ok(StatusCode::NO_CONTENT)
}

/// Whether the organisation has such a key.
async fn revoke(
    state: &IdentityState,
    organization: OrganizationId,
    key: ApiKeyId,
) -> Result<bool, sqlx::Error> {
    let revoked = sqlx::query(
        "UPDATE identity.api_keys SET revoked_at = COALESCE(revoked_at, $3) \
         WHERE id = $1 AND organization_id = $2",
    )
    .bind(key.uuid())
    .bind(organization.uuid())
    .bind(state.clock.now())
    .execute(&state.pool)
    .await?;
    Ok(revoked.rows_affected() == 1)
}
