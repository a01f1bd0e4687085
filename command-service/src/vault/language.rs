//! In which language a person is written to.

use shared::id::PersonId;
use sqlx::PgConnection;

use crate::mail::Language;

/// Writes to a person in this language from now on.
///
/// # Errors
///
/// If the database refuses.
pub async fn speak(
    tx: &mut PgConnection,
    person: PersonId,
    language: Language,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE vault.persons SET language = $2, updated_at = now() WHERE person_id = $1")
        .bind(person.uuid())
        .bind(language.code())
        .execute(tx)
        .await?;
    Ok(())
}
