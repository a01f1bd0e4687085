//! Reads people from the vault.

use shared::{id::PersonId, vault::Vault};
use sqlx::PgPool;
use thiserror::Error;

/// How a person is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub email: String,
    pub name: Option<String>,
}

/// A person can't be read.
#[derive(Debug, Error)]
pub enum ReadPersonError {
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
}

/// One person, unless unknown or forgotten.
///
/// # Errors
///
/// [`ReadPersonError`].
pub async fn find_person(
    pool: &PgPool,
    _vault: &Vault,
    person: PersonId,
) -> Result<Option<Person>, ReadPersonError> {
    let row: Option<(String, Option<String>)> =
        sqlx::query_as("SELECT email, name FROM vault.persons WHERE person_id = $1")
            .bind(person.uuid())
            .fetch_optional(pool)
            .await?;
    Ok(row.map(|(email, name)| Person { email, name }))
}
