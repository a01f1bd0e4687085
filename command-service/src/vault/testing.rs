//! A vault for tests, and people in it.

use shared::{
    id::PersonId,
    vault::{SealedPersons, Vault},
};
use sqlx::PgPool;

/// The vault of all tests.
pub fn vault() -> Vault {
    Vault::new(&format!("v1:{}", "0a".repeat(32)).parse().unwrap())
}

/// Stores a person, or replaces what is known.
pub async fn know(pool: &PgPool, person: PersonId, email: &str, name: &str, language: &str) {
    let persons = [(person, email, Some(name))];
    let mut sealed = SealedPersons::seal(&vault(), persons.into_iter()).unwrap();
    sqlx::query(
        "INSERT INTO vault.persons (person_id, data_key, master_key, sealed_email, sealed_name,
                likeness, language, updated_at)
         VALUES ($1, $2, 'v1', $3, $4, $5, $6, now())
         ON CONFLICT (person_id) DO UPDATE
            SET data_key = excluded.data_key, sealed_email = excluded.sealed_email,
                sealed_name = excluded.sealed_name",
    )
    .bind(person.uuid())
    .bind(sealed.data_keys.remove(0))
    .bind(sealed.emails.remove(0))
    .bind(sealed.names.remove(0))
    .bind(sealed.likenesses.remove(0))
    .bind(language)
    .execute(pool)
    .await
    .unwrap();
}
