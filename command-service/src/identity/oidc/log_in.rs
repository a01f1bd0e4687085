//! Logs in whoever comes from a provider: by a linked log-in, or as somebody new.

use shared::{
    clock::Timestamp,
    events::identity::{IdentityEvent, Proof},
    id::{AccountId, PersonId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    client::{Provider, Stranger},
    fault::OidcError,
    links::{self, NewLink, SubjectKey},
    pending::{self, Pending},
};
use crate::{
    identity::{
        IdentityState,
        accounts::{
            address::Address,
            client::Client,
            error::AccountError,
            log_in::{self, Entry, LoggedIn},
            one_time::OneTimeSecret,
            records,
        },
        audit::{Subject, named},
        text::plain_text,
    },
    vault::find_person,
};

const LONGEST_NAME: usize = 200;

/// Someone who came from a provider to log in.
pub struct Arrived<'a> {
    pub provider: &'a Provider,
    pub stranger: Stranger,
    pub return_to: Option<String>,
}

impl Arrived<'_> {
    /// Under what the log-in is kept.
    pub fn subject(&self, state: &IdentityState) -> SubjectKey {
        subject_key(state, self.provider, &self.stranger)
    }
}

/// Under what the log-in of someone is kept.
pub fn subject_key(state: &IdentityState, provider: &Provider, stranger: &Stranger) -> SubjectKey {
    SubjectKey(state.person_key.login(&provider.settings.issuer, &stranger.subject))
}

/// Logs in; nothing if a mail has to prove the address first.
///
/// # Errors
///
/// [`OidcError`].
pub async fn admit(
    state: &IdentityState,
    client: &Client,
    browser: &OneTimeSecret,
    arrived: Arrived<'_>,
) -> Result<Option<LoggedIn>, OidcError> {
    let subject = arrived.subject(state);
    let mut tx = state.pool.begin().await?;
    let entry = Entry { proof: Proof::Provider, stepped_up: arrived.stranger.is_fresh };
    if let Some(account) = links::account_of(&mut tx, subject).await? {
        links::used(state, &mut tx, subject).await?;
        let logged_in = enter(state, &mut tx, client, account, entry).await?;
        tx.commit().await?;
        return Ok(Some(logged_in));
    }
    let email = arrived.stranger.email.as_deref().ok_or(OidcError::NoEmail)?;
    let address = Address::parse(state, "/email", email).map_err(|_| OidcError::NoEmail)?;
    know(state, &address, arrived.stranger.name.as_deref()).await?;
    let provider = &arrived.provider.settings.name;
    let is_new = arrived.stranger.email_is_verified;
    let made = if is_new { found(state, &mut tx, address.person).await? } else { None };
    let Some(account) = made else {
        let provider = provider.clone();
        let person = address.person;
        let pending = Pending { provider, subject, person, return_to: arrived.return_to };
        pending::ask(state, &mut tx, browser, &pending).await?;
        tx.commit().await?;
        return Ok(None);
    };
    let actor = named(account);
    let new = NewLink { account, person: address.person, provider, subject, actor: &actor };
    links::link(state, &mut tx, new).await?;
    links::used(state, &mut tx, subject).await?;
    let logged_in = enter(state, &mut tx, client, account, entry).await?;
    tx.commit().await?;
    Ok(Some(logged_in))
}

/// Goes on with a log-in whose address was proved by a mail: links it, making the account if there
/// is none.
///
/// # Errors
///
/// [`OidcError`].
pub async fn confirm(
    state: &IdentityState,
    tx: &mut PgConnection,
    client: &Client,
    pending: &Pending,
) -> Result<LoggedIn, OidcError> {
    let person = pending.person;
    let known = records::of_person(tx, person).await?;
    let account = match known.filter(|record| record.email_verified_at.is_some()) {
        Some(record) => record.id(),
        None => found(state, tx, person).await?.ok_or(AccountError::Suspended)?,
    };
    let actor = named(account);
    let (provider, subject) = (pending.provider.as_str(), pending.subject);
    links::link(state, tx, NewLink { account, person, provider, subject, actor: &actor }).await?;
    links::used(state, tx, subject).await?;
    let entry = Entry { proof: Proof::Provider, stepped_up: false };
    enter(state, tx, client, account, entry).await
}

/// Opens a session, or asks for the second factor.
async fn enter(
    state: &IdentityState,
    tx: &mut PgConnection,
    client: &Client,
    account: AccountId,
    entry: Entry,
) -> Result<LoggedIn, OidcError> {
    let record = records::find(tx, account).await?.ok_or(AccountError::InvalidCredentials)?;
    if record.suspended_at.is_some() {
        return Err(AccountError::Suspended.into());
    }
    Ok(log_in::enter(state, tx, client, &record, entry).await?)
}

/// Makes an account whose address is proved; nothing if the address has one. One that nobody has
/// proved goes: whoever asked for it may have been anybody, and knows its password.
async fn found(
    state: &IdentityState,
    tx: &mut PgConnection,
    person: PersonId,
) -> Result<Option<AccountId>, sqlx::Error> {
    let at: Timestamp = state.clock.now();
    sqlx::query(
        "DELETE FROM identity.accounts \
          WHERE person_id = $1 AND email_verified_at IS NULL AND suspended_at IS NULL",
    )
    .bind(person.uuid())
    .execute(&mut *tx)
    .await?;
    let id: Option<Uuid> = sqlx::query_scalar(
        "INSERT INTO identity.accounts (id, person_id, created_at) VALUES ($1, $2, $3) \
         ON CONFLICT (person_id) DO NOTHING RETURNING id",
    )
    .bind(state.ids.next())
    .bind(person.uuid())
    .bind(at)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(account) = id.map(AccountId::new) else { return Ok(None) };
    records::prove_address(tx, account, person, at).await?;
    for fact in [IdentityEvent::AccountRegistered {}, IdentityEvent::AddressProved {}] {
        state.audit.note(tx, Subject::Account(account), &named(account), &fact).await?;
    }
    Ok(Some(account))
}

/// Has the vault know the address, so that mail reaches it. What it knows already stays: a provider
/// says nothing new about somebody who was here.
async fn know(
    state: &IdentityState,
    address: &Address,
    name: Option<&str>,
) -> Result<(), OidcError> {
    if find_person(&state.pool, &state.vault, address.person).await?.is_some() {
        return Ok(());
    }
    let name = name.and_then(|name| plain_text("/name", name, LONGEST_NAME).ok());
    let contact = address.contact(name);
    // Longer than the vault takes, in bytes: people can say it again.
    let contact = if contact.faults().is_empty() { contact } else { address.contact(None) };
    Ok(state.persons.put_all(vec![(address.person, contact)]).await?)
}
