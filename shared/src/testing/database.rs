//! A fresh, migrated database for one test.
#![expect(clippy::expect_used, reason = "support for tests: what fails here fails the test")]

use std::{sync::mpsc, thread, time::Duration};

use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{id::IdSource, migrations, postgres};

/// The variable that names the server: a URL of a superuser.
const SERVER: &str = "FULLHOUSE_TEST_DATABASE_URL";

/// How long the end of a test waits for its database to be dropped.
const PATIENCE: Duration = Duration::from_secs(1);

/// A database of its own, copied from a template that is migrated once. Dropped at the end, with
/// whoever is still connected.
#[derive(Debug)]
pub struct TestDatabase {
    server: String,
    name: String,
    owner: PgPool,
    command: PgPool,
    projection: PgPool,
}

impl TestDatabase {
    /// Makes a database on the server that `FULLHOUSE_TEST_DATABASE_URL` names.
    ///
    /// # Panics
    ///
    /// If the variable isn't set or the server refuses.
    pub async fn create() -> Self {
        #[expect(clippy::disallowed_methods, reason = "tests have no config.rs")]
        let server = std::env::var(SERVER)
            .expect("FULLHOUSE_TEST_DATABASE_URL names a PostgreSQL server, as a superuser");
        let name = format!("fullhouse_test_{}", IdSource.next().simple());
        let mut admin = connect(&server).await;
        let template = template(&mut admin, &server).await;
        // Copying needs the template for itself, so copies are made one after the other.
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
        locked(&mut admin, &create).await;
        admin.close().await.expect("the connection closes");

        let pool = |role| {
            let options: PgConnectOptions = url(&server, &name, role).parse().expect("a URL");
            pool(options.application_name(role.unwrap_or("owner")))
        };
        let (owner, command, projection) =
            (pool(None), pool(Some("fullhouse_command")), pool(Some("fullhouse_projection")));
        Self { server, name, owner, command, projection }
    }

    /// A pool with all rights.
    pub fn owner(&self) -> &PgPool {
        &self.owner
    }

    /// A pool with the rights of the command service.
    pub fn command(&self) -> &PgPool {
        &self.command
    }

    /// A pool with the rights of the projection service.
    pub fn projection(&self) -> &PgPool {
        &self.projection
    }

    /// For programs that connect with all rights.
    pub fn owner_url(&self) -> String {
        url(&self.server, &self.name, None)
    }

    /// For programs that connect as the command service.
    pub fn command_url(&self) -> String {
        url(&self.server, &self.name, Some("fullhouse_command"))
    }

    /// For programs that connect as the projection service.
    pub fn projection_url(&self) -> String {
        url(&self.server, &self.name, Some("fullhouse_projection"))
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // A runtime of its own on a thread of its own: the test's may be going down already.
        let (done, dropped) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let result = runtime.block_on(async {
                let mut admin = PgConnection::connect(&server).await?;
                let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                admin.execute(drop.as_str()).await?;
                admin.close().await
            });
            // Nobody may be waiting any more.
            let _ = done.send(());
            result
        });
        // The server waits for sessions that are just being opened, and those of the test itself
        // are stopped in the middle while we stand here. They end with this process, and then the
        // server goes on by itself; so don't wait for long.
        let _ = dropped.recv_timeout(PATIENCE);
    }
}

/// The name of the migrated template; makes it if it isn't there.
async fn template(admin: &mut PgConnection, server: &str) -> String {
    let name = format!("fullhouse_template_{}", migrations::fingerprint());
    if exists(admin, &name).await {
        return name;
    }
    lock(admin).await;
    if !exists(admin, &name).await {
        let draft = format!("fullhouse_draft_{}", IdSource.next().simple());
        run(admin, &format!("CREATE DATABASE {draft}")).await;
        let mut owner = connect(&url(server, &draft, None)).await;
        migrations::migrate(&mut owner).await.expect("the migrations run");
        owner.close().await.expect("the connection closes");
        run(admin, &format!("ALTER DATABASE {draft} RENAME TO {name}")).await;
    }
    unlock(admin).await;
    name
}

async fn exists(admin: &mut PgConnection, name: &str) -> bool {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(name)
        .fetch_one(admin)
        .await
        .expect("the databases can be listed")
}

async fn locked(admin: &mut PgConnection, statement: &str) {
    lock(admin).await;
    run(admin, statement).await;
    unlock(admin).await;
}

async fn lock(admin: &mut PgConnection) {
    run(admin, "SELECT pg_advisory_lock(7016996765293437281)").await;
}

async fn unlock(admin: &mut PgConnection) {
    run(admin, "SELECT pg_advisory_unlock(7016996765293437281)").await;
}

async fn run(admin: &mut PgConnection, statement: &str) {
    admin.execute(statement).await.expect("the server does as it is told");
}

async fn connect(url: &str) -> PgConnection {
    let options: PgConnectOptions = url.parse().expect("a URL of PostgreSQL");
    let options = options.options([("client_min_messages", "error")]);
    options.connect().await.expect("the server can be reached")
}

/// The server's URL with another database, and another role to act as from the start. Acting as a
/// role needs no password of it, so tests never touch the passwords of a server.
fn url(server: &str, database: &str, role: Option<&str>) -> String {
    let mut url = url::Url::parse(server).expect("a URL of PostgreSQL");
    url.set_path(database);
    if let Some(role) = role {
        url.query_pairs_mut().append_pair("options[role]", role);
    }
    url.into()
}

fn pool(options: PgConnectOptions) -> PgPool {
    let options = options.options(postgres::SESSION);
    let pool: PgPoolOptions = postgres::pool_options(20).min_connections(0);
    pool.connect_lazy_with(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_pool_acts_as_its_role() {
        let database = TestDatabase::create().await;
        let role = "SELECT current_user::text";
        for (pool, expected) in [
            (database.command(), "fullhouse_command"),
            (database.projection(), "fullhouse_projection"),
        ] {
            let actual: String = sqlx::query_scalar(role).fetch_one(pool).await.unwrap();
            assert_eq!(actual, expected);
        }
        let pool = postgres::connect(&database.command_url(), 1).await.unwrap();
        let actual: String = sqlx::query_scalar(role).fetch_one(&pool).await.unwrap();
        assert_eq!(actual, "fullhouse_command");
    }

    #[tokio::test]
    async fn a_database_is_gone_when_its_test_is_over() {
        let database = TestDatabase::create().await;
        let (server, name) = (database.server.clone(), database.name.clone());
        let _open: i32 = sqlx::query_scalar("SELECT 1").fetch_one(database.owner()).await.unwrap();
        drop(database);
        assert!(!exists(&mut connect(&server).await, &name).await);
    }
}
