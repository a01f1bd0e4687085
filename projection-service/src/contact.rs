//! Who a person is, from the vault: for answers to people who may know it, and nowhere else.

use std::collections::HashMap;

use serde::Serialize;
use shared::{
    id::PersonId,
    vault::{Person, find_persons},
};
use utoipa::ToSchema;

use crate::{app::App, query_error::QueryError};

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
pub async fn find(app: &App, person: PersonId) -> Result<Option<BuyerContact>, QueryError> {
    Ok(find_all(app, &[person]).await?.remove(&person))
}

/// Several people, without those that were forgotten.
///
/// # Errors
///
/// [`QueryError`].
pub async fn find_all(
    app: &App,
    persons: &[PersonId],
) -> Result<HashMap<PersonId, BuyerContact>, QueryError> {
    let found = find_persons(&app.pool, &app.vault, persons).await?;
    let contact = |Person { email, name }| BuyerContact { email, name };
    Ok(found.into_iter().map(|(id, person)| (id, contact(person))).collect())
}
