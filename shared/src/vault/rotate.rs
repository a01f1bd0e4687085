//! A new master key: every data key is wrapped anew.

use sqlx::{Connection, PgConnection};
use thiserror::Error;
use uuid::Uuid;

use super::{Randomness, Vault};
use crate::id::PersonId;

/// Data keys wrapped anew in one transaction.
const BATCH: i64 = 500;

/// What became of one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The last person that was looked at: where the next batch begins.
    pub after: PersonId,
    pub wrapped: usize,
    /// Data keys that no master key at hand opens; they stay as they are.
    pub unreadable: usize,
}

/// A batch wasn't wrapped anew.
#[derive(Debug, Error)]
pub enum RotateError {
    /// The database refused or can't be reached.
    #[error("the vault can't be written")]
    Database(#[from] sqlx::Error),
    /// There is no randomness.
    #[error("there is no randomness")]
    Randomness(#[from] getrandom::Error),
}

/// Wraps the data keys of the next people after `after` with the newest master key; nothing if there
/// are none left. Whoever was interrupted begins again: what is wrapped already isn't found.
///
/// # Errors
///
/// [`RotateError`]; the batch is then as it was.
pub async fn rotate_batch(
    connection: &mut PgConnection,
    vault: &Vault,
    after: Option<PersonId>,
) -> Result<Option<Rotated>, RotateError> {
    let mut tx = connection.begin().await?;
    let rows: Vec<(Uuid, Vec<u8>, String)> = sqlx::query_as(
        "SELECT person_id, data_key, master_key FROM vault.persons
          WHERE master_key <> $1 AND ($2::uuid IS NULL OR person_id > $2)
          ORDER BY person_id LIMIT $3 FOR UPDATE",
    )
    .bind(vault.newest_kid())
    .bind(after.map(PersonId::uuid))
    .bind(BATCH)
    .fetch_all(&mut *tx)
    .await?;
    let Some((last, ..)) = rows.last() else { return Ok(None) };
    let after = PersonId::new(*last);
    let mut randomness = Randomness::draw(rows.len() * 24)?;
    let (mut ids, mut keys) = (Vec::new(), Vec::new());
    for (id, data_key, master_key) in &rows {
        let person = PersonId::new(*id);
        if let Ok(key) = vault.unwrap(person, master_key, data_key) {
            ids.push(*id);
            keys.push(vault.wrap(&key, person, &mut randomness)?);
        }
    }
    let (wrapped, unreadable) = (ids.len(), rows.len().saturating_sub(ids.len()));
    sqlx::query(
        "UPDATE vault.persons AS kept SET data_key = given.data_key, master_key = $3
           FROM unnest($1::uuid[], $2::bytea[]) AS given (person_id, data_key)
          WHERE kept.person_id = given.person_id",
    )
    .bind(ids)
    .bind(keys)
    .bind(vault.newest_kid())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Some(Rotated { after, wrapped, unreadable }))
}
