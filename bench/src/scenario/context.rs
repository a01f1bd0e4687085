//! What every measurement works with.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    platform::{Database, Parts, Server, System},
    report::Report,
};

/// The server, the programs and how long to measure.
pub struct Context {
    pub server: Server,
    pub report: Report,
    pub project: PathBuf,
    /// The folder with our programs, built in release mode.
    pub bin: PathBuf,
    /// How often a measurement is repeated; the median counts.
    pub runs: usize,
    /// How long one of them takes.
    pub duration: Duration,
}

impl Context {
    /// A fresh database and our programs on it.
    ///
    /// # Errors
    ///
    /// If one doesn't start.
    pub async fn start(&self, parts: Parts) -> anyhow::Result<(Database, System)> {
        let database = self.server.migrated().await?;
        let system = self.start_on(&database, parts).await?;
        Ok((database, system))
    }

    /// Our programs on a database that is there already.
    ///
    /// # Errors
    ///
    /// If one doesn't start.
    pub async fn start_on(&self, database: &Database, parts: Parts) -> anyhow::Result<System> {
        self.server.settle().await?;
        System::start(&self.bin, database, parts).await
    }

    /// Stops the programs and forgets the database.
    ///
    /// # Errors
    ///
    /// If one doesn't end.
    pub async fn end(&self, database: Database, system: System) -> anyhow::Result<()> {
        system.stop().await?;
        self.server.remove(database).await
    }

    /// The checkout, for files.
    pub fn project(&self) -> &Path {
        &self.project
    }
}
