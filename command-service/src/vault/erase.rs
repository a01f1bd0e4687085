//! Forgets people.

use shared::id::PersonId;
use sqlx::PgConnection;
use uuid::Uuid;

/// What was there to be forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    pub persons: u64,
    /// Sent ones too: that somebody was written to is known about the person.
    pub mails: u64,
}

/// Deletes what is known about people, with the keys it was sealed under, and every mail to them.
/// The log and the read tables go on knowing them by their opaque ids.
///
/// # Errors
///
/// If the database refuses.
pub async fn erase_persons(
    tx: &mut PgConnection,
    persons: &[PersonId],
) -> Result<Erased, sqlx::Error> {
    let ids: Vec<Uuid> = persons.iter().map(|person| person.uuid()).collect();
    let mails = sqlx::query("DELETE FROM outbox.messages WHERE person_id = ANY($1)")
        .bind(&ids)
        .execute(&mut *tx)
        .await?;
    let persons = sqlx::query("DELETE FROM vault.persons WHERE person_id = ANY($1)")
        .bind(&ids)
        .execute(tx)
        .await?;
    Ok(Erased { persons: persons.rows_affected(), mails: mails.rows_affected() })
}
