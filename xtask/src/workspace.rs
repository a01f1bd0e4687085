//! Where things are in the checkout, and its lock.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use embedded_postgres::Options;

/// The checkout.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The checkout this program was built from, or that cargo runs it in.
    pub fn find() -> anyhow::Result<Self> {
        let built_in = || PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let member = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(built_in, PathBuf::from);
        let root = member.parent().context("no workspace around xtask")?;
        let root = root.canonicalize().with_context(|| format!("{} is gone", root.display()))?;
        Ok(Self { root })
    }

    /// The folder with the workspace's `Cargo.toml`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Everything that is made by running: never committed, safe to delete while nothing runs.
    pub fn data(&self) -> PathBuf {
        self.root.join(".data")
    }

    /// Makes sure that only one `up` runs here, as long as the answer lives.
    ///
    /// # Errors
    ///
    /// If another one does.
    pub fn lock(&self) -> anyhow::Result<File> {
        let data = self.data();
        fs::create_dir_all(&data).with_context(|| format!("cannot make {}", data.display()))?;
        let path = data.join("up.lock");
        let mut options = OpenOptions::new();
        let mut file = options
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))?;
        if file.try_lock().is_err() {
            let mut holder = String::new();
            file.read_to_string(&mut holder)?;
            bail!(
                "Fullhouse is already running here (process {}): stop it first, or use it",
                holder.trim()
            );
        }
        file.set_len(0)?;
        file.rewind()?;
        write!(file, "{}", std::process::id())?;
        Ok(file)
    }

    /// Deletes everything in `.data`, the lock excepted.
    ///
    /// # Errors
    ///
    /// If something can't be deleted.
    pub fn reset(&self) -> anyhow::Result<()> {
        let data = self.data();
        embedded_postgres::remove(&Options::kept(&self.root))?;
        for entry in fs::read_dir(&data)?.flatten() {
            let path = entry.path();
            if path.ends_with("up.lock") {
                continue;
            }
            let is_folder = entry.file_type()?.is_dir();
            let deleted =
                if is_folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            deleted.with_context(|| format!("cannot delete {}", path.display()))?;
        }
        Ok(())
    }
}
