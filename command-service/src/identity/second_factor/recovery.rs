//! Recovery codes: what replaces a second factor that is lost, each once.

use sha2::{Digest, Sha256};
use shared::{clock::Timestamp, id::AccountId};
use sqlx::PgConnection;

use super::code::base32;
use crate::identity::accounts::error::AccountError;

const CODES: usize = 10;
/// 80 random bits: nobody guesses one, so nobody counts the guesses.
const BYTES: usize = 10;

/// Makes new ones; earlier ones work no more.
///
/// # Errors
///
/// [`AccountError`].
pub async fn renew(tx: &mut PgConnection, account: AccountId) -> Result<Vec<String>, AccountError> {
    delete(tx, account).await?;
    let mut codes = Vec::with_capacity(CODES);
    let mut hashes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        let plain = base32(&bytes);
        let groups: Vec<&str> = (0..4).filter_map(|n| plain.get(4 * n..4 * n + 4)).collect();
        let code = groups.join("-");
        hashes.push(sha256(account, &code).to_vec());
        codes.push(code);
    }
    sqlx::query(
        "INSERT INTO identity.recovery_codes (code_sha256, account_id) \
         SELECT hash, $2 FROM unnest($1::bytea[]) AS hash",
    )
    .bind(hashes)
    .bind(account.uuid())
    .execute(tx)
    .await?;
    Ok(codes)
}

/// Uses one up: of several attempts at once one gets it.
///
/// # Errors
///
/// If the database refuses.
pub async fn use_up(
    tx: &mut PgConnection,
    account: AccountId,
    code: &str,
    at: Timestamp,
) -> Result<bool, sqlx::Error> {
    let used = sqlx::query(
        "UPDATE identity.recovery_codes SET used_at = $3 \
         WHERE code_sha256 = $1 AND account_id = $2 AND used_at IS NULL",
    )
    .bind(sha256(account, code).as_slice())
    .bind(account.uuid())
    .bind(at)
    .execute(tx)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// Forgets them with the last second factor, and that any was proved.
///
/// # Errors
///
/// If the database refuses.
pub async fn forget(tx: &mut PgConnection, account: AccountId) -> Result<(), sqlx::Error> {
    delete(tx, account).await?;
    sqlx::query("UPDATE identity.sessions SET second_factor = false WHERE account_id = $1")
        .bind(account.uuid())
        .execute(tx)
        .await?;
    Ok(())
}

async fn delete(tx: &mut PgConnection, account: AccountId) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM identity.recovery_codes WHERE account_id = $1")
        .bind(account.uuid())
        .execute(tx)
        .await?;
    Ok(())
}

/// What is kept of a code, however it is spaced.
fn sha256(account: AccountId, code: &str) -> [u8; 32] {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut hash = Sha256::new();
    hash.update(account.uuid().as_bytes());
    hash.update(plain.to_ascii_uppercase().as_bytes());
    hash.finalize().into()
}
