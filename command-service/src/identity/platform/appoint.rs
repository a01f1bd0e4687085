//! The first platform admin: an account with a proved address, named by a setting.

use shared::{events::identity::IdentityEvent, id::AccountId};
use thiserror::Error;

use crate::{
    identity::{IdentityState, audit::Subject},
    vault::Contact,
};

/// Why nobody was appointed.
#[derive(Debug, Error)]
pub enum AppointError {
    /// Not an address.
    #[error("the platform admin's address is none")]
    Address,
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
}

/// Makes the account of this address a platform admin, if it has proved the address by now. It
/// acts as one only once it has a second factor. Answers the account, if there is one.
///
/// # Errors
///
/// [`AppointError`].
pub async fn appoint_platform_admin(
    state: &IdentityState,
    email: &str,
) -> Result<Option<AccountId>, AppointError> {
    let contact = Contact { email: email.to_owned(), name: None };
    if !contact.faults().is_empty() {
        return Err(AppointError::Address);
    }
    let person = state.person_key.person(&contact.normalised_email());
    let mut tx = state.pool.begin().await?;
    let appointed: Option<(uuid::Uuid, bool)> = sqlx::query_as(
        "UPDATE identity.accounts AS a SET platform_admin = true \
           FROM identity.accounts AS before \
          WHERE a.person_id = $1 AND a.email_verified_at IS NOT NULL AND before.id = a.id \
         RETURNING a.id, before.platform_admin",
    )
    .bind(person.uuid())
    .fetch_optional(&mut *tx)
    .await?;
    let Some((id, was_one)) = appointed else { return Ok(None) };
    let account = AccountId::new(id);
    if !was_one {
        let fact = IdentityEvent::PlatformAdminAppointed {};
        state.audit.note(&mut tx, Subject::Account(account), "setting", &fact).await?;
        tracing::info!(account.id = %account, "A platform admin was appointed");
    }
    tx.commit().await?;
    Ok(Some(account))
}
