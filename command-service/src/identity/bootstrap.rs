//! The first admin key: without it nobody could create anything.

use shared::{
    auth::{Actor, ApiKeyRole, ApiKeySecret},
    config::Secret,
};
use thiserror::Error;

use super::IdentityState;

/// Why the service must not start with this key.
#[derive(Debug, Error)]
pub enum BootstrapError {
    /// Not shaped like an API key. Doesn't say what it was.
    #[error("the bootstrap admin key is not of the form fhk_<32 hex digits>_<64 hex digits>")]
    Malformed,
    /// Its id belongs to a key with another secret or role, or to one that was revoked.
    #[error("another or a revoked API key has the id of the bootstrap admin key")]
    Taken,
    /// The database can't be asked.
    #[error("the bootstrap admin key can't be stored")]
    Database(#[from] sqlx::Error),
}

/// Makes this admin key if it doesn't exist. Several processes may do so at once.
///
/// # Errors
///
/// [`BootstrapError`] if the key won't work.
pub async fn bootstrap_admin_key(
    state: &IdentityState,
    key: &Secret,
) -> Result<(), BootstrapError> {
    let secret = ApiKeySecret::parse(key.expose()).ok_or(BootstrapError::Malformed)?;
    let inserted = sqlx::query(
        "INSERT INTO identity.api_keys (id, role, label, secret_sha256, created_at) \
         VALUES ($1, $2, 'Bootstrap', $3, $4) ON CONFLICT (id) DO NOTHING",
    )
    .bind(secret.id().uuid())
    .bind(ApiKeyRole::Admin.name())
    .bind(secret.sha256().as_slice())
    .bind(state.clock.now())
    .execute(&state.pool)
    .await?;
    if inserted.rows_affected() == 1 {
        tracing::info!(api_key.id = %secret.id(), "The bootstrap admin key was created");
    }
    match state.keys.verify(&secret).await? {
        Some(Actor::Admin) => Ok(()),
        Some(_) | None => Err(BootstrapError::Taken),
    }
}
