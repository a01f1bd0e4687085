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
    "log" / "1002_append_plans.sql",
    "log" / "1003_append_in_fewer_statements.sql",
    "log" / "1004_append_to_shards.sql",
    "identity" / "2001_identity.sql",
    "identity" / "2002_accounts.sql",
    "identity" / "2003_members.sql",
    "identity" / "2004_second_factors.sql",
    "identity" / "2005_audit.sql",
    "identity" / "2010_login_providers.sql",
    "identity" / "2012_passkeys.sql",
    "identity" / "2013_withdrawn.sql",
    "identity" / "2014_devices.sql",
    "identity" / "2015_changed_places.sql",
    "identity" / "2020_media.sql",
    "identity" / "2021_wishes.sql",
    "vault" / "3001_vault.sql",
    "vault" / "3002_language.sql",
    "vault" / "3003_sealed.sql",
    "vault" / "3004_exports.sql",
    "vault" / "3010_organization_exports.sql",
    "vault" / "3011_export_formats.sql",
    "payment" / "4001_payment.sql",
    "payment" / "4002_payments.sql",
    "payment" / "4003_notices.sql",
    "policy" / "5001_policy.sql",
    "read" / "6001_read.sql",
    "read" / "6002_generations.sql",
    "read" / "6003_seen.sql",
    "outbox" / "7001_outbox.sql",
    "outbox" / "7002_mail.sql",
    "edge" / "8001_attempts.sql",
    "edge" / "8002_spent.sql",
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

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;
    use crate::testing::TestDatabase;

    #[test]
    fn every_file_is_carried_along_under_a_number_of_its_own() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
        let mut found = BTreeSet::new();
        for folder in fs::read_dir(root).unwrap().map(Result::unwrap) {
            if folder.file_type().unwrap().is_dir() {
                let files = fs::read_dir(folder.path()).unwrap();
                found.extend(files.map(|file| file.unwrap().file_name().into_string().unwrap()));
            }
        }
        let carried: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(carried, found);
        let numbers: BTreeSet<i64> =
            FILES.iter().map(|(name, sql)| parse(name, sql).unwrap().version).collect();
        assert_eq!(numbers.len(), FILES.len());
    }

    #[tokio::test]
    async fn migrating_again_changes_nothing() {
        let database = TestDatabase::create().await;
        let mut owner = database.owner().acquire().await.unwrap();
        migrate(&mut owner).await.unwrap();
    }

    #[tokio::test]
    async fn an_edited_migration_is_refused() {
        let database = TestDatabase::create().await;
        let mut owner = database.owner().acquire().await.unwrap();
        owner
            .execute("UPDATE _sqlx_migrations SET checksum = '\\x00' WHERE version = 1001")
            .await
            .unwrap();
        let result = migrate(&mut owner).await;
        let edited = MigrateDatabaseError::Migration(MigrateError::VersionMismatch(1001));
        assert_eq!(format!("{:?}", result.unwrap_err()), format!("{edited:?}"));
    }

    #[tokio::test]
    async fn a_password_is_set_and_kept_as_a_verifier() {
        let database = TestDatabase::create().await;
        let mut owner = database.owner().acquire().await.unwrap();
        for (role, name) in [
            (ServiceRole::Command, "fullhouse_command"),
            (ServiceRole::Projection, "fullhouse_projection"),
        ] {
            let before = verifier(&mut owner, name).await;
            set_password(&mut owner, role, "it's secret").await.unwrap();
            let after = verifier(&mut owner, name).await.unwrap();
            assert!(after.starts_with("SCRAM-SHA-256"), "{after}");
            assert_ne!(before.as_deref(), Some(after.as_str()));
            // Roles belong to the whole server: leave it as it was.
            if let Some(before) = before {
                set_password(&mut owner, role, &before).await.unwrap();
            }
        }
    }

    #[tokio::test]
    async fn an_owner_that_is_no_superuser_can_migrate() {
        let database = TestDatabase::create().await;
        let name = format!("fullhouse_owner_{}", crate::id::IdSource.next().simple());
        for statement in [
            format!("CREATE ROLE {name} LOGIN CREATEROLE PASSWORD '{name}'"),
            format!("CREATE DATABASE {name} OWNER {name}"),
        ] {
            database.owner().execute(statement.as_str()).await.unwrap();
        }
        let mut url = url::Url::parse(&database.owner_url()).unwrap();
        url.set_username(&name).unwrap();
        url.set_password(Some(&name)).unwrap();
        url.set_path(&name);
        let mut owner = PgConnection::connect(url.as_str()).await.unwrap();
        let result = migrate(&mut owner).await;
        let heads: Result<i64, _> =
            sqlx::query_scalar("SELECT count(*) FROM es.log_heads").fetch_one(&mut owner).await;
        owner.close().await.unwrap();
        for statement in [format!("DROP DATABASE {name}"), format!("DROP ROLE {name}")] {
            database.owner().execute(statement.as_str()).await.unwrap();
        }
        result.unwrap();
        assert_eq!(heads.unwrap(), 16);
    }

    async fn verifier(owner: &mut PgConnection, role: &'static str) -> Option<String> {
        sqlx::query_scalar("SELECT rolpassword FROM pg_authid WHERE rolname = $1")
            .bind(role)
            .fetch_one(owner)
            .await
            .unwrap()
    }
}
