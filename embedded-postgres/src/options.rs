//! What a cluster is started with.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use nix::sys::statvfs::statvfs;

/// Tells a person what is going on, one line a call.
pub type Say = dyn Fn(&str) + Send + Sync;

/// Free memory file system below which an ephemeral cluster goes to the disk instead, in bytes.
const ROOMY: u64 = 3 << 30;

/// Start of the directory name of every ephemeral cluster, by which leftovers are found.
pub(crate) const EPHEMERAL_PREFIX: &str = "fullhouse-postgres-";

/// How long a cluster is meant to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// The data stays and is found again by the next start.
    Kept,
    /// The directory is removed when the cluster stops, or by the next ephemeral cluster beside it.
    Ephemeral,
}

/// What a person may force through the environment.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `FULLHOUSE_POSTGRES_BIN`: the folder that has `postgres` and `initdb`.
    pub bin: Option<PathBuf>,
    /// `FULLHOUSE_POSTGRES_USER`: whom the server runs as when started by root.
    pub user: Option<String>,
    /// `FULLHOUSE_POSTGRES_SKIP`: sources not to be used (`system,packages,pypi,npm`).
    pub skip: Vec<String>,
}

impl Overrides {
    /// Reads the three variables.
    pub fn from_env() -> Self {
        let text = |name: &str| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .and_then(|v| v.into_string().ok())
        };
        let skip = text("FULLHOUSE_POSTGRES_SKIP").unwrap_or_default();
        Self {
            bin: text("FULLHOUSE_POSTGRES_BIN").map(PathBuf::from),
            user: text("FULLHOUSE_POSTGRES_USER"),
            skip: skip.split(',').filter(|s| !s.is_empty()).map(str::to_owned).collect(),
        }
    }

    pub(crate) fn skips(&self, source: &str) -> bool {
        self.skip.iter().any(|skipped| skipped == source)
    }
}

/// What a cluster is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The checkout; its owner is one of those the server may run as under root.
    pub project: PathBuf,
    /// Where the cluster lives. Moved if the user the server runs as can't get there.
    pub home: PathBuf,
    /// Where server binaries are put if they have to be downloaded.
    pub downloads: PathBuf,
    /// Made together with the cluster.
    pub database: String,
    /// Whether the data outlives the server.
    pub lifetime: Lifetime,
    /// Further server settings; those that keep the data durable can't be changed.
    pub settings: Vec<(String, String)>,
    /// What a person forced.
    pub overrides: Overrides,
}

impl Options {
    /// The cluster of a checkout, in `.data/postgres`.
    pub fn kept(project: &Path) -> Self {
        let home = project.join(".data/postgres");
        Self {
            project: project.to_owned(),
            downloads: home.join("dist"),
            home,
            database: "fullhouse".to_owned(),
            lifetime: Lifetime::Kept,
            settings: Vec::new(),
            overrides: Overrides::from_env(),
        }
    }

    /// A throw-away cluster for tests: in memory if there is room for it, so that a durable
    /// commit costs next to nothing.
    pub fn ephemeral(project: &Path) -> Self {
        let base = memory().unwrap_or_else(std::env::temp_dir);
        let mut options = Self::ephemeral_in(project, &base);
        // memory is dearer than disk, and hundreds of small databases come and go
        options.settings = settings(&[
            ("max_wal_size", "512MB"),
            ("min_wal_size", "128MB"),
            ("max_connections", "500"),
            ("autovacuum", "off"),
        ]);
        options
    }

    /// A throw-away cluster on the disk, for measurements in which a durable commit costs what it
    /// costs in earnest.
    pub fn ephemeral_on_disk(project: &Path) -> Self {
        Self::ephemeral_in(project, &project.join(".data"))
    }

    /// A throw-away cluster in a directory of its own below `base`.
    pub fn ephemeral_in(project: &Path, base: &Path) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{EPHEMERAL_PREFIX}{}-{number}", std::process::id());
        Self { home: base.join(name), lifetime: Lifetime::Ephemeral, ..Self::kept(project) }
    }

    /// The folder that holds the cluster's folder.
    pub(crate) fn base(&self) -> &Path {
        self.home.parent().unwrap_or_else(|| Path::new(OsStr::new("/")))
    }
}

fn memory() -> Option<PathBuf> {
    let path = Path::new("/dev/shm");
    let free = statvfs(path).ok()?;
    let bytes = free.blocks_available().checked_mul(free.fragment_size())?;
    (bytes >= ROOMY).then(|| path.to_owned())
}

pub(crate) fn settings(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
