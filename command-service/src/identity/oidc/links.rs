//! Which log-in elsewhere opens which account.

use shared::{
    events::identity::IdentityEvent,
    id::{AccountId, PersonId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::fault::OidcError;
use crate::{
    identity::{
        IdentityState,
        accounts::changed::{self, Changed},
        audit::Subject,
    },
    mail::Mail,
};

/// A log-in elsewhere, by a keyed hash of issuer and subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubjectKey(pub [u8; 32]);

/// A log-in that is to open an account.
pub struct NewLink<'a> {
    pub account: AccountId,
    pub person: PersonId,
    pub provider: &'a str,
    pub subject: SubjectKey,
    /// Who does it, as told in the history.
    pub actor: &'a str,
}

/// The account that a log-in opens.
///
/// # Errors
///
/// If the database refuses.
pub async fn account_of(
    connection: &mut PgConnection,
    subject: SubjectKey,
) -> Result<Option<AccountId>, sqlx::Error> {
    let account: Option<Uuid> =
        sqlx::query_scalar("SELECT account_id FROM identity.linked_logins WHERE subject_key = $1")
            .bind(subject.0.as_slice())
            .fetch_optional(connection)
            .await?;
    Ok(account.map(AccountId::new))
}

/// Has a log-in open an account, and tells its owner. Doing it again changes nothing.
///
/// # Errors
///
/// [`OidcError::LinkedElsewhere`], [`OidcError::ProviderTaken`].
pub async fn link(
    state: &IdentityState,
    tx: &mut PgConnection,
    new: NewLink<'_>,
) -> Result<(), OidcError> {
    let at = state.clock.now();
    let inserted = sqlx::query(
        "INSERT INTO identity.linked_logins (id, account_id, provider, subject_key, linked_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
    )
    .bind(state.ids.next())
    .bind(new.account.uuid())
    .bind(new.provider)
    .bind(new.subject.0.as_slice())
    .bind(at)
    .execute(&mut *tx)
    .await?;
    if inserted.rows_affected() == 0 {
        return match account_of(tx, new.subject).await? {
            Some(account) if account == new.account => Ok(()),
            Some(_) => Err(OidcError::LinkedElsewhere),
            None => Err(OidcError::ProviderTaken),
        };
    }
    let provider = new.provider.to_owned();
    let fact = IdentityEvent::LoginLinked { provider: provider.clone() };
    let label = state.providers.find(new.provider)?.settings.label.clone();
    let mail = Mail::LoginLinksChanged { provider: label, linked: true, at };
    let changed = Changed { account: new.account, owner: new.person, by: new.actor };
    Ok(changed::tell(state, tx, changed, &fact, mail).await?)
}

/// Notes that somebody came with a linked log-in.
///
/// # Errors
///
/// If the database refuses.
pub async fn used(
    state: &IdentityState,
    tx: &mut PgConnection,
    subject: SubjectKey,
) -> Result<(), sqlx::Error> {
    let row: Option<(Uuid, String)> = sqlx::query_as(
        "UPDATE identity.linked_logins SET last_used_at = $2 WHERE subject_key = $1 \
         RETURNING account_id, provider",
    )
    .bind(subject.0.as_slice())
    .bind(state.clock.now())
    .fetch_optional(&mut *tx)
    .await?;
    if let Some((account, provider)) = row {
        let fact = IdentityEvent::LinkedLoginUsed { provider };
        let subject = Subject::Account(AccountId::new(account));
        state.audit.note(tx, subject, "public", &fact).await?;
    }
    Ok(())
}
