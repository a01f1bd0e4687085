//! Revokes an API key of an organisation.

use axum::extract::State;
use http::StatusCode;
use shared::{
    auth::{Caller, Resource},
    events::identity::IdentityEvent,
    http::{Ids, Problem},
    id::{ApiKeyId, OrganizationId},
};

use super::{
    IdentityState,
    accounts::{acting, error::AccountError},
    audit::Subject,
};

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
    revoke(&state, &caller, organization, key).await?;
    state.keys.forget(key);
    tracing::info!(
        organization.id = %organization,
        api_key.id = %key,
        by = %caller.audit_name(),
        "An API key was revoked"
    );
    Ok(StatusCode::NO_CONTENT)
}

async fn revoke(
    state: &IdentityState,
    caller: &Caller,
    organization: OrganizationId,
    api_key_id: ApiKeyId,
) -> Result<(), AccountError> {
    let mut tx = state.pool.begin().await?;
    acting::may_now(state, &mut tx, caller, Resource::Organization(organization)).await?;
    acting::narrow(&mut tx, organization).await?;
    let was_revoked: Option<bool> = sqlx::query_scalar(
        "UPDATE identity.api_keys AS k SET revoked_at = coalesce(k.revoked_at, $3) \
           FROM identity.api_keys AS before \
          WHERE k.id = $1 AND k.organization_id = $2 AND before.id = k.id \
         RETURNING before.revoked_at IS NOT NULL",
    )
    .bind(api_key_id.uuid())
    .bind(organization.uuid())
    .bind(state.clock.now())
    .fetch_optional(&mut *tx)
    .await?;
    if !was_revoked.ok_or(AccountError::NotFound)? {
        let fact = IdentityEvent::ApiKeyRevoked { api_key_id };
        let subject = Subject::Organization(organization);
        state.audit.note(&mut tx, subject, &caller.audit_name(), &fact).await?;
    }
    Ok(tx.commit().await?)
}
