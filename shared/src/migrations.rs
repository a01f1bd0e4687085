//! The database's shape, carried inside the programs, and the roles of the services.

use std::borrow::Cow;

use futures::future::BoxFuture;
use sqlx::{
    Connection, Executor, PgConnection,
    error::BoxDynError,
    migrate::{MigrateError, Migration, MigrationSource, MigrationType, Migrator},
};

macro_rules! files {
    ($($folder:literal / $file:literal),* $(,)?) => {
        &[$(($file, include_str!(concat!("../../migrations/", $folder, "/", $file)))),*]
    };
}

/// Every file under `migrations/`, forward only. The number is unique over all folders: each folder
/// has a thousand of its own.
const FILES: &[(&str, &str)] = files![
    "log" / "1001_log.sql",
    "identity" / "2001_identity.sql",
    "vault" / "3001_vault.sql",
    "payment" / "4001_payment.sql",
    "payment" / "4002_payments.sql",
    "policy" / "5001_policy.sql",
    "read" / "6001_read.sql",
    "outbox" / "7001_outbox.sql",
    "read" / "6002_generations.sql",
];

/// The database couldn't be brought into shape.
#[derive(Debug, thiserror::Error)]
pub enum MigrateDatabaseError {
    /// The roles of the services couldn't be made, or the database can't be reached.
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
    /// A migration failed or was changed after it had been applied.
    #[error("a migration failed")]
    Migration(#[from] MigrateError),
}

/// Makes the roles of the services, without passwords yet, and applies what is missing. Safe to
/// repeat and to run at the same time in several processes.
///
/// # Errors
///
/// [`MigrateDatabaseError`]; everything before the failed migration stays applied.
pub async fn migrate(owner: &mut PgConnection) -> Result<(), MigrateDatabaseError> {
    owner.execute(include_str!("../../migrations/roles.sql")).await?;
    Migrator::new(Embedded).await?.run_direct(owner).await?;
    Ok(())
}

/// A role that a service logs in as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceRole {
    /// `fullhouse_command`: appends to the log, owns the other state of the write side.
    Command,
    /// `fullhouse_projection`: reads the log, owns the read tables.
    Projection,
}

/// Lets a role log in with this password.
///
/// # Errors
///
/// If the database refuses.
pub async fn set_password(
    owner: &mut PgConnection,
    role: ServiceRole,
    password: &str,
) -> Result<(), sqlx::Error> {
    let mut tx = owner.begin().await?;
    sqlx::query("SELECT set_config('fullhouse.password', $1, true)")
        .bind(password)
        .execute(&mut *tx)
        .await?;
    tx.execute(match role {
        ServiceRole::Command => {
            "DO $$ BEGIN EXECUTE format('ALTER ROLE fullhouse_command LOGIN PASSWORD %L',
                current_setting('fullhouse.password')); END $$"
        }
        ServiceRole::Projection => {
            "DO $$ BEGIN EXECUTE format('ALTER ROLE fullhouse_projection LOGIN PASSWORD %L',
                current_setting('fullhouse.password')); END $$"
        }
    })
    .await?;
    tx.commit().await
}

/// Changes whenever a migration does: names the template of test databases.
pub fn fingerprint() -> String {
    use sha2::{Digest, Sha256};

    let mut hasher = Sha256::new();
    for (name, sql) in FILES {
        hasher.update(name.as_bytes());
        hasher.update(sql.as_bytes());
    }
    hasher.update(include_str!("../../migrations/roles.sql").as_bytes());
    hex::encode(hasher.finalize()).chars().take(16).collect()
}

#[derive(Debug)]
struct Embedded;

impl MigrationSource<'static> for Embedded {
    fn resolve(self) -> BoxFuture<'static, Result<Vec<Migration>, BoxDynError>> {
        Box::pin(async { FILES.iter().map(|(name, sql)| parse(name, sql)).collect() })
    }
}

fn parse(name: &'static str, sql: &'static str) -> Result<Migration, BoxDynError> {
    let (number, description) =
        name.trim_end_matches(".sql").split_once('_').ok_or("a migration is NUMBER_NAME.sql")?;
    Ok(Migration::new(
        number.parse()?,
        Cow::Borrowed(description),
        MigrationType::Simple,
        Cow::Borrowed(sql),
        false,
    ))
}
