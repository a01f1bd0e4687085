//! Accounts as they are kept, read for what has to be decided about them.

use shared::{
    clock::Timestamp,
    id::{AccountId, PersonId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::changed::Changed;

row!(
    /// What is kept of an account.
    pub struct AccountRecord {
        id: Uuid,
        person_id: Uuid,
        pub password_hash: Option<String>,
        pub email_verified_at: Option<Timestamp>,
        pub suspended_at: Option<Timestamp>,
        pub platform_admin: bool,
        /// Whether codes of an app are asked for.
        pub has_app: bool,
        pub has_passkey: bool,
    }
);

impl AccountRecord {
    pub fn id(&self) -> AccountId {
        AccountId::new(self.id)
    }

    pub fn person(&self) -> PersonId {
        PersonId::new(self.person_id)
    }

    /// What is to be told of a change of it.
    pub fn changed_by<'a>(&self, by: &'a str) -> Changed<'a> {
        Changed { account: self.id(), owner: self.person(), by }
    }

    /// Whether the password alone isn't enough.
    pub const fn has_second_factor(&self) -> bool {
        self.has_app || self.has_passkey
    }
}

/// The account of an address.
///
/// # Errors
///
/// If the database refuses.
pub async fn of_person(
    connection: &mut PgConnection,
    person: PersonId,
) -> Result<Option<AccountRecord>, sqlx::Error> {
    sqlx::query_as(
        "SELECT a.id, a.person_id, a.password_hash, a.email_verified_at, a.suspended_at, \
                a.platform_admin, f.confirmed_at IS NOT NULL AS has_app, \
                EXISTS (SELECT FROM identity.passkeys AS p WHERE p.account_id = a.id) \
                    AS has_passkey \
           FROM identity.accounts AS a \
           LEFT JOIN identity.second_factors AS f ON f.account_id = a.id \
          WHERE a.person_id = $1",
    )
    .bind(person.uuid())
    .fetch_optional(connection)
    .await
}

/// An account.
///
/// # Errors
///
/// If the database refuses.
pub async fn find(
    connection: &mut PgConnection,
    account: AccountId,
) -> Result<Option<AccountRecord>, sqlx::Error> {
    sqlx::query_as(
        "SELECT a.id, a.person_id, a.password_hash, a.email_verified_at, a.suspended_at, \
                a.platform_admin, f.confirmed_at IS NOT NULL AS has_app, \
                EXISTS (SELECT FROM identity.passkeys AS p WHERE p.account_id = a.id) \
                    AS has_passkey \
           FROM identity.accounts AS a \
           LEFT JOIN identity.second_factors AS f ON f.account_id = a.id \
          WHERE a.id = $1",
    )
    .bind(account.uuid())
    .fetch_optional(connection)
    .await
}

/// The account, locked: of two that change how it is opened, the second sees what the first did.
/// Sessions may still be opened meanwhile.
///
/// # Errors
///
/// If the database refuses.
pub async fn lock(
    tx: &mut PgConnection,
    account: AccountId,
) -> Result<Option<AccountRecord>, sqlx::Error> {
    sqlx::query("SELECT FROM identity.accounts WHERE id = $1 FOR NO KEY UPDATE")
        .bind(account.uuid())
        .execute(&mut *tx)
        .await?;
    find(tx, account).await
}

/// Whether anything opens the account: a password, a passkey, or a log-in elsewhere that people can
/// still log in with.
///
/// # Errors
///
/// If the database refuses.
pub async fn has_way_in(tx: &mut PgConnection, account: AccountId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT a.password_hash IS NOT NULL \
             OR EXISTS (SELECT FROM identity.passkeys AS k WHERE k.account_id = a.id) \
             OR EXISTS (SELECT FROM identity.linked_logins AS l \
                          JOIN identity.login_providers AS p ON p.name = l.provider \
                         WHERE l.account_id = a.id) \
           FROM identity.accounts AS a WHERE a.id = $1",
    )
    .bind(account.uuid())
    .fetch_one(tx)
    .await
}

/// Notes that an account has proved an address: whoever proved it before did so with a mailbox that
/// is someone else's now.
///
/// # Errors
///
/// If the database refuses.
pub async fn prove_address(
    tx: &mut PgConnection,
    account: AccountId,
    person: PersonId,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO identity.proved_persons (person_id, account_id, proved_at) \
         VALUES ($1, $2, $3) \
         ON CONFLICT (person_id) DO UPDATE SET account_id = excluded.account_id, \
            proved_at = excluded.proved_at",
    )
    .bind(person.uuid())
    .bind(account.uuid())
    .bind(at)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "UPDATE identity.accounts SET email_verified_at = coalesce(email_verified_at, $2) \
         WHERE id = $1",
    )
    .bind(account.uuid())
    .bind(at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Replaces the password.
///
/// # Errors
///
/// If the database refuses.
pub async fn set_password(
    tx: &mut PgConnection,
    account: AccountId,
    hash: &str,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE identity.accounts SET password_hash = $2, password_changed_at = $3 WHERE id = $1",
    )
    .bind(account.uuid())
    .bind(hash)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(())
}
