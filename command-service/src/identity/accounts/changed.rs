//! A change of what opens an account: it goes into the history, and the owner hears of it.

use shared::{
    events::identity::IdentityEvent,
    id::{AccountId, PersonId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{error::AccountError, mailing};
use crate::{
    identity::{IdentityState, audit::Subject},
    mail::Mail,
};

/// Whose account is changed, and by whom.
pub struct Changed<'a> {
    pub account: AccountId,
    /// Whom the mail goes to: the owner, under the address that counted before.
    pub owner: PersonId,
    /// As told in the history.
    pub by: &'a str,
}

/// Notes the change and asks for the mail that tells of it, in the transaction of the change.
///
/// # Errors
///
/// [`AccountError`].
pub async fn tell(
    state: &IdentityState,
    tx: &mut PgConnection,
    changed: Changed<'_>,
    fact: &IdentityEvent,
    mail: Mail,
) -> Result<(), AccountError> {
    let Changed { account, owner, by } = changed;
    state.audit.note(tx, Subject::Account(account), by, fact).await?;
    // One of its own: each change is told.
    let id: Uuid = state.ids.next();
    mailing::tell(state, tx, owner, format!("account:{id}"), mail).await
}
