//! Who a person is, from the vault: for answers to people who may know it, and nowhere else.

use std::collections::HashMap;

use serde::Serialize;
use shared::id::PersonId;
use sqlx::PgPool;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::query_error::QueryError;

/// How to reach a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BuyerContact {
    pub email: String,
    pub name: Option<String>,
}

/// One person, unless forgotten.
///
/// # Errors
///
/// [`QueryError`].
pub async fn find(pool: &PgPool, person: PersonId) -> Result<Option<BuyerContact>, QueryError> {
    Ok(find_all(pool, &[person]).await?.remove(&person))
}

/// Several people, without those that were forgotten.
///
/// # Errors
///
/// [`QueryError`].
pub async fn find_all(
    pool: &PgPool,
    persons: &[PersonId],
) -> Result<HashMap<PersonId, BuyerContact>, QueryError> {
    let ids: Vec<Uuid> = persons.iter().map(|person| person.uuid()).collect();
    let rows: Vec<(Uuid, String, Option<String>)> = sqlx::query_as(
        "SELECT person_id, email, name FROM vault.persons WHERE person_id = ANY($1::uuid[])",
    )
    .bind(ids)
    .fetch_all(pool)
    .await?;
    let contact = |(id, email, name)| (PersonId::new(id), BuyerContact { email, name });
    Ok(rows.into_iter().map(contact).collect())
}
