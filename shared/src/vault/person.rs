//! People as the vault keeps them: sealed, one row each.

use std::collections::HashMap;

use sqlx::{FromRow, PgExecutor, PgPool, Row as _, postgres::PgRow};
use thiserror::Error;
use uuid::Uuid;

use super::{CannotOpen, DataKey, Randomness, Vault};
use crate::id::PersonId;

const EMAIL: &str = "email";
const NAME: &str = "name";

/// Randomness that sealing a person takes: a key, and a nonce for each of three texts.
const RANDOM_BYTES: usize = 32 + 3 * 24;

/// How a person is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub email: String,
    pub name: Option<String>,
}

/// A person can't be read.
#[derive(Debug, Error)]
pub enum ReadPersonError {
    /// The database refused or can't be reached.
    #[error("the vault can't be read")]
    Database(#[from] sqlx::Error),
    /// A master key is missing, or a row was changed by another hand.
    #[error(transparent)]
    Sealed(#[from] CannotOpen),
}

/// Sealed people, column by column, as one statement writes them.
#[derive(Debug, Default)]
pub struct SealedPersons {
    pub ids: Vec<Uuid>,
    pub data_keys: Vec<Vec<u8>>,
    pub emails: Vec<Vec<u8>>,
    pub names: Vec<Option<Vec<u8>>>,
    pub likenesses: Vec<Vec<u8>>,
}

impl SealedPersons {
    /// Seals people, each under a fresh key, with randomness drawn once for all.
    ///
    /// # Errors
    ///
    /// If there is no randomness.
    pub fn seal<'a>(
        vault: &Vault,
        persons: impl ExactSizeIterator<Item = (PersonId, &'a str, Option<&'a str>)>,
    ) -> Result<Self, getrandom::Error> {
        let mut randomness = Randomness::draw(persons.len() * RANDOM_BYTES)?;
        let mut sealed = Self::default();
        for (person, email, name) in persons {
            let key = DataKey::fresh(person, &mut randomness)?;
            let name_sealed = name.map(|name| key.seal(NAME, name, &mut randomness)).transpose()?;
            sealed.ids.push(person.uuid());
            sealed.data_keys.push(vault.wrap(&key, person, &mut randomness)?);
            sealed.emails.push(key.seal(EMAIL, email, &mut randomness)?);
            sealed.names.push(name_sealed);
            let likeness = vault.likeness(person, &[email, name.unwrap_or_default()]);
            sealed.likenesses.push(likeness.to_vec());
        }
        Ok(sealed)
    }
}

struct Row {
    person_id: Uuid,
    data_key: Vec<u8>,
    master_key: String,
    sealed_email: Vec<u8>,
    sealed_name: Option<Vec<u8>>,
}

impl FromRow<'_, PgRow> for Row {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            person_id: row.try_get("person_id")?,
            data_key: row.try_get("data_key")?,
            master_key: row.try_get("master_key")?,
            sealed_email: row.try_get("sealed_email")?,
            sealed_name: row.try_get("sealed_name")?,
        })
    }
}

impl Row {
    fn open(&self, vault: &Vault) -> Result<Person, CannotOpen> {
        let person = PersonId::new(self.person_id);
        let key = vault.unwrap(person, &self.master_key, &self.data_key)?;
        let name = self.sealed_name.as_ref().map(|name| key.open(NAME, name)).transpose()?;
        Ok(Person { email: key.open(EMAIL, &self.sealed_email)?, name })
    }
}

/// Several people, without those that are unknown or were forgotten.
///
/// # Errors
///
/// [`ReadPersonError`].
pub async fn find_persons(
    executor: impl PgExecutor<'_>,
    vault: &Vault,
    persons: &[PersonId],
) -> Result<HashMap<PersonId, Person>, ReadPersonError> {
    let ids: Vec<Uuid> = persons.iter().map(|person| person.uuid()).collect();
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT person_id, data_key, master_key, sealed_email, sealed_name
           FROM vault.persons WHERE person_id = ANY($1::uuid[]) AND sealed_email IS NOT NULL",
    )
    .bind(ids)
    .fetch_all(executor)
    .await?;
    let open = |row: &Row| Ok((PersonId::new(row.person_id), row.open(vault)?));
    rows.iter().map(open).collect()
}

/// One person, unless unknown or forgotten.
///
/// # Errors
///
/// [`ReadPersonError`].
pub async fn find_person(
    pool: &PgPool,
    vault: &Vault,
    person: PersonId,
) -> Result<Option<Person>, ReadPersonError> {
    Ok(find_persons(pool, vault, &[person]).await?.remove(&person))
}
