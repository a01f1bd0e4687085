//! A durable PostgreSQL server for the measurements, and databases on it.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::Context;
use embedded_postgres::{Cluster, Options, Overrides};
use sqlx::{Connection, Executor, PgConnection, PgPool};
use url::Url;

use crate::report;

/// Start of the names of our databases.
const PREFIX: &str = "fullhouse_bench_";

/// A server, given or our own.
pub struct Server {
    url: Url,
    cluster: Option<Cluster>,
    made: AtomicU32,
}

impl Server {
    /// Takes the server that `given` names (as a superuser), or starts a private one on the disk.
    ///
    /// # Errors
    ///
    /// If it can't be started or reached, or would lose what it acknowledged.
    pub async fn open(given: Option<&str>, project: &Path) -> anyhow::Result<Self> {
        let (url, cluster) = if let Some(url) = given {
            (url.to_owned(), None)
        } else {
            let options = Options::ephemeral_on_disk(project);
            let mut cluster = Cluster::start(&options, &|words| report::tell(words)).await?;
            drop(cluster.take_output());
            (cluster.url(), Some(cluster))
        };
        let server =
            Self { url: Url::parse(&url).context("not a URL")?, cluster, made: AtomicU32::new(0) };
        let pool = server.maintenance().pool(1).await?;
        shared::postgres::require_durable(&pool).await?;
        pool.close().await;
        Ok(server)
    }

    /// An empty database.
    pub async fn bare(&self) -> anyhow::Result<Database> {
        self.create().await
    }

    /// A database with everything that the services expect.
    pub async fn migrated(&self) -> anyhow::Result<Database> {
        let database = self.create().await?;
        let mut owner = PgConnection::connect(database.owner_url().as_str()).await?;
        shared::migrations::migrate(&mut owner).await?;
        owner.close().await?;
        Ok(database)
    }

    /// Removes a database and throws out whoever uses it.
    pub async fn remove(&self, database: Database) -> anyhow::Result<()> {
        self.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name())).await
    }

    /// Writes out what is buffered, so that no measurement pays for the one before.
    pub async fn settle(&self) -> anyhow::Result<()> {
        self.run("CHECKPOINT").await
    }

    /// The programs that come with the server, such as `pgbench`.
    pub fn programs(&self, project: &Path) -> Option<PathBuf> {
        if let Some(cluster) = &self.cluster {
            return Some(cluster.binaries().bin.clone());
        }
        let downloads = Options::kept(project).downloads;
        let overrides = Overrides::from_env();
        let found = || embedded_postgres::find(&downloads, None, &overrides).map(|found| found.bin);
        overrides.bin.clone().or_else(found)
    }

    /// Removes what was made and stops the server if it is ours.
    pub async fn close(self) -> anyhow::Result<()> {
        if let Some(cluster) = self.cluster {
            return cluster.stop(std::time::Duration::from_secs(30)).await;
        }
        for number in 0..self.made.load(Ordering::Relaxed) {
            let name = database_name(number);
            self.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        }
        Ok(())
    }

    async fn create(&self) -> anyhow::Result<Database> {
        let name = database_name(self.made.fetch_add(1, Ordering::Relaxed));
        self.run(&format!("CREATE DATABASE {name}")).await?;
        let mut url = self.url.clone();
        url.set_path(&name);
        Ok(Database { url })
    }

    fn maintenance(&self) -> Database {
        Database { url: self.url.clone() }
    }

    async fn run(&self, statement: &str) -> anyhow::Result<()> {
        let mut admin = PgConnection::connect(self.url.as_str()).await?;
        admin.execute(statement).await?;
        admin.close().await?;
        Ok(())
    }
}

/// One database.
#[derive(Clone, Debug)]
pub struct Database {
    url: Url,
}

impl Database {
    /// With all rights.
    pub fn owner_url(&self) -> String {
        self.url.to_string()
    }

    /// With the rights of the command service.
    pub fn command_url(&self) -> String {
        self.url_as("fullhouse_command")
    }

    /// With the rights of the projection service.
    pub fn projection_url(&self) -> String {
        self.url_as("fullhouse_projection")
    }

    /// Connections with all rights.
    pub async fn pool(&self, max: u32) -> anyhow::Result<PgPool> {
        Ok(shared::postgres::connect(&self.owner_url(), max).await?)
    }

    /// Connections with the rights of the command service.
    pub async fn command_pool(&self, max: u32) -> anyhow::Result<PgPool> {
        Ok(shared::postgres::connect(&self.command_url(), max).await?)
    }

    fn name(&self) -> &str {
        self.url.path().trim_start_matches('/')
    }

    fn url_as(&self, role: &str) -> String {
        let mut url = self.url.clone();
        url.query_pairs_mut().append_pair("options[role]", role);
        url.into()
    }
}

fn database_name(number: u32) -> String {
    format!("{PREFIX}{}_{number}", std::process::id())
}
