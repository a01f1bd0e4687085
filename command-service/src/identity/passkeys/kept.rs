//! Passkeys as they are kept.

use serde_json::Value;
use shared::{
    clock::Timestamp,
    id::{AccountId, PasskeyId},
};
use sqlx::PgConnection;
use uuid::Uuid;
use webauthn_rs::prelude::{Credential, Passkey};

use crate::identity::accounts::error::AccountError;

row!(
    struct Row {
        id: Uuid,
        account_id: Uuid,
        name: String,
        credential: Value,
    }
);

/// A passkey of an account.
pub struct KeptPasskey {
    pub id: PasskeyId,
    pub account: AccountId,
    pub name: String,
    pub passkey: Passkey,
}

impl KeptPasskey {
    fn of(row: Row) -> Result<Self, AccountError> {
        Ok(Self {
            id: PasskeyId::new(row.id),
            account: AccountId::new(row.account_id),
            name: row.name,
            passkey: serde_json::from_value(row.credential)?,
        })
    }

    /// The signature counter of its last use.
    pub fn counter(&self) -> u32 {
        Credential::from(self.passkey.clone()).counter
    }
}

/// The passkey that its authenticator calls so, locked.
///
/// # Errors
///
/// [`AccountError`].
pub async fn by_credential(
    tx: &mut PgConnection,
    credential_id: &[u8],
) -> Result<Option<KeptPasskey>, AccountError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, account_id, name, credential FROM identity.passkeys \
          WHERE credential_id = $1 FOR UPDATE",
    )
    .bind(credential_id)
    .fetch_optional(tx)
    .await?;
    row.map(KeptPasskey::of).transpose()
}

/// Every passkey of an account.
///
/// # Errors
///
/// [`AccountError`].
pub async fn of_account(
    connection: &mut PgConnection,
    account: AccountId,
) -> Result<Vec<KeptPasskey>, AccountError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, account_id, name, credential FROM identity.passkeys \
          WHERE account_id = $1 ORDER BY created_at, id",
    )
    .bind(account.uuid())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(KeptPasskey::of).collect()
}

/// Keeps a new one. `false` if its authenticator has shown it before, to whichever account.
///
/// # Errors
///
/// [`AccountError`].
pub async fn insert(
    tx: &mut PgConnection,
    kept: &KeptPasskey,
    at: Timestamp,
) -> Result<bool, AccountError> {
    let flags = Credential::from(kept.passkey.clone());
    let inserted = sqlx::query(
        "INSERT INTO identity.passkeys (id, account_id, credential_id, name, credential, \
            backup_eligible, backed_up, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (credential_id) DO NOTHING",
    )
    .bind(kept.id.uuid())
    .bind(kept.account.uuid())
    .bind(kept.passkey.cred_id())
    .bind(&kept.name)
    .bind(serde_json::to_value(&kept.passkey)?)
    .bind(flags.backup_eligible)
    .bind(flags.backup_state)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Notes that it was used: its counter, and whether it is kept elsewhere too.
///
/// # Errors
///
/// [`AccountError`].
pub async fn note_use(
    tx: &mut PgConnection,
    kept: &KeptPasskey,
    at: Timestamp,
) -> Result<(), AccountError> {
    let flags = Credential::from(kept.passkey.clone());
    sqlx::query(
        "UPDATE identity.passkeys SET credential = $2, backup_eligible = $3, backed_up = $4, \
            last_used_at = $5 WHERE id = $1",
    )
    .bind(kept.id.uuid())
    .bind(serde_json::to_value(&kept.passkey)?)
    .bind(flags.backup_eligible)
    .bind(flags.backup_state)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(())
}
