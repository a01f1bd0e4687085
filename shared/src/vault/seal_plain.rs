//! Rows from before the vault was sealed.

use sqlx::PgPool;
use thiserror::Error;
use uuid::Uuid;

use super::{SealedPersons, Vault};
use crate::id::PersonId;

/// Unsealed rows couldn't be sealed.
#[derive(Debug, Error)]
pub enum SealPlainError {
    /// The database refused or can't be reached.
    #[error("the vault can't be written")]
    Database(#[from] sqlx::Error),
    /// There is no randomness.
    #[error("there is no randomness")]
    Randomness(#[from] getrandom::Error),
}

/// Seals what stands in the vault unsealed. Safe to repeat and to run in several processes. Returns
/// how many rows there were.
///
/// # Errors
///
/// [`SealPlainError`]; what was sealed by then stays so.
pub async fn seal_plain(pool: &PgPool, vault: &Vault) -> Result<usize, SealPlainError> {
    let mut count = 0;
    loop {
        let mut tx = pool.begin().await?;
        let plain: Vec<(Uuid, String, Option<String>)> = sqlx::query_as(
            "SELECT person_id, email, name FROM vault.persons
              WHERE email IS NOT NULL ORDER BY person_id LIMIT 500 FOR UPDATE SKIP LOCKED",
        )
        .fetch_all(&mut *tx)
        .await?;
        if plain.is_empty() {
            return Ok(count);
        }
        count += plain.len();
        let persons = plain
            .iter()
            .map(|(id, email, name)| (PersonId::new(*id), email.as_str(), name.as_deref()));
        let sealed = SealedPersons::seal(vault, persons)?;
        sqlx::query(
            "UPDATE vault.persons AS kept
                SET email = NULL, name = NULL, master_key = $2, data_key = given.data_key,
                    sealed_email = given.email, sealed_name = given.name,
                    likeness = given.likeness
               FROM unnest($1::uuid[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[])
                    AS given (person_id, data_key, email, name, likeness)
              WHERE kept.person_id = given.person_id",
        )
        .bind(sealed.ids)
        .bind(vault.newest_kid())
        .bind(sealed.data_keys)
        .bind(sealed.emails)
        .bind(sealed.names)
        .bind(sealed.likenesses)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
    }
}
