//! The passkeys of an account, for its owner.

use serde::Serialize;
use shared::{
    clock::Timestamp,
    id::{AccountId, PasskeyId},
};
use sqlx::PgPool;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::query_error::QueryError;

/// A passkey.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyView {
    pub passkey_id: PasskeyId,
    /// What its owner calls it.
    #[schema(example = "Phone")]
    pub name: String,
    /// Whether it can be kept in more than one place, for example by a password manager.
    pub backup_eligible: bool,
    /// Whether it was, when it was last used. Else it is gone with its device.
    pub backed_up: bool,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub last_used_at: Option<Timestamp>,
}

row!(
    struct Row {
        id: Uuid,
        name: String,
        backup_eligible: bool,
        backed_up: bool,
        created_at: Timestamp,
        last_used_at: Option<Timestamp>,
    }
);

/// The passkeys of an account, the oldest first.
///
/// # Errors
///
/// [`QueryError`].
pub async fn of_account(pool: &PgPool, account: AccountId) -> Result<Vec<PasskeyView>, QueryError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, name, backup_eligible, backed_up, created_at, last_used_at
           FROM identity.passkeys WHERE account_id = $1 ORDER BY created_at, id LIMIT 100",
    )
    .bind(account.uuid())
    .fetch_all(pool)
    .await?;
    let view = |row: Row| PasskeyView {
        passkey_id: PasskeyId::new(row.id),
        name: row.name,
        backup_eligible: row.backup_eligible,
        backed_up: row.backed_up,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
    };
    Ok(rows.into_iter().map(view).collect())
}
