//! The folder a cluster lives in: found, moved where the server's user can get to, held, removed.

use std::{
    fs::{self, File},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use nix::unistd::Uid;

use crate::{
    endpoint::Endpoint,
    options::{EPHEMERAL_PREFIX, Lifetime, Options, Say},
    run_as::RunAs,
};

/// Where clusters go whose checkout the server's user can't reach.
const ELSEWHERE: &str = "/var/tmp";

/// Says, in the folder where the cluster would have been, where it is.
const MOVED: &str = "MOVED";

/// How to reach the cluster.
const ENDPOINT: &str = "endpoint.json";

/// A folder that only this process uses.
#[derive(Debug)]
pub(crate) struct Home {
    pub path: PathBuf,
    lifetime: Lifetime,
    /// Released by the system when the process ends, however it ends.
    _lock: File,
}

impl Home {
    pub(crate) fn open(options: &Options, run_as: RunAs, say: &Say) -> anyhow::Result<Self> {
        let path = match options.lifetime {
            Lifetime::Kept => kept(&options.home, run_as, say)?,
            Lifetime::Ephemeral => ephemeral(options, run_as, say)?,
        };
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        let Some(lock) = lock(&path.join("lock"), true)? else {
            bail!("another program uses the cluster in {}", path.display());
        };
        Ok(Self { path, lifetime: options.lifetime, _lock: lock })
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    pub(crate) fn endpoint(&self) -> PathBuf {
        self.path.join(ENDPOINT)
    }

    pub(crate) fn lifetime(&self) -> Lifetime {
        self.lifetime
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if self.lifetime == Lifetime::Ephemeral {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

fn kept(home: &Path, run_as: RunAs, say: &Say) -> anyhow::Result<PathBuf> {
    fs::create_dir_all(home).with_context(|| format!("cannot make {}", home.display()))?;
    if home.parent().is_none_or(|parent| run_as.reaches(parent)) {
        return Ok(home.canonicalize()?);
    }
    let moved = elsewhere(home);
    fs::write(home.join(MOVED), format!("{}\n", moved.display()))?;
    let (here, there) = (home.display(), moved.display());
    say(&format!("{run_as} can't get to {here}: the cluster is in {there}"));
    create_owned(&moved)?;
    Ok(moved)
}

fn ephemeral(options: &Options, run_as: RunAs, say: &Say) -> anyhow::Result<PathBuf> {
    let mut base = options.base().to_owned();
    fs::create_dir_all(&base).with_context(|| format!("cannot make {}", base.display()))?;
    base = base.canonicalize()?;
    if !run_as.reaches(&base) {
        base = PathBuf::from(ELSEWHERE);
    }
    sweep(&base, say);
    let name = options.home.file_name().context("a cluster needs a folder of its own")?;
    let home = base.join(name);
    // a name is used once: what is there was left by a process that had this number before
    let _ = fs::remove_dir_all(&home);
    create_owned(&home)?;
    Ok(home)
}

/// `path` if the server's user can get there, else a folder that it can get to.
pub(crate) fn within_reach(path: &Path, run_as: RunAs) -> anyhow::Result<PathBuf> {
    if run_as.reaches(path) {
        return Ok(path.to_owned());
    }
    let moved = elsewhere(path);
    create_owned(&moved)?;
    Ok(moved)
}

/// A name in a folder that is everyone's, the same for the same `path`.
fn elsewhere(path: &Path) -> PathBuf {
    let hash =
        path.as_os_str().as_encoded_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    Path::new(ELSEWHERE).join(format!("fullhouse-{hash:016x}"))
}

/// Makes a folder in a place that is everyone's: nobody else may have made it first.
fn create_owned(path: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))?;
    let found = path.symlink_metadata()?;
    let ours = found.is_dir() && found.uid() == Uid::effective().as_raw();
    ensure!(ours, "{} belongs to somebody else", path.display());
    Ok(())
}

fn lock(path: &Path, create: bool) -> anyhow::Result<Option<File>> {
    let mut options = fs::OpenOptions::new();
    let file = options
        .create(create)
        .truncate(false)
        .write(true)
        .open(path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    Ok(file.try_lock().is_ok().then_some(file))
}

/// Removes what ephemeral clusters left whose process was killed.
fn sweep(base: &Path, say: &Say) {
    let Ok(entries) = fs::read_dir(base) else { return };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(EPHEMERAL_PREFIX)
            && entry.metadata().is_ok_and(|found| found.uid() == Uid::effective().as_raw());
        // one that is just being made has no lock yet
        let is_old = entry
            .metadata()
            .and_then(|found| found.modified())
            .is_ok_and(|made| made.elapsed().is_ok_and(|age| age > Duration::from_secs(30)));
        if is_ours && is_old && matches!(lock(&entry.path().join("lock"), false), Ok(Some(_))) {
            say(&format!("removing {}, left by a process that was killed", entry.path().display()));
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// The superuser's URL of a kept cluster that is running or was.
///
/// # Errors
///
/// If there is no such cluster, or it is somebody else's.
pub fn kept_url(options: &Options) -> anyhow::Result<String> {
    let home = &options.home;
    let file = [elsewhere(home), home.clone()]
        .into_iter()
        .map(|folder| folder.join(ENDPOINT))
        .find(|file| file.exists())
        .with_context(|| format!("there is no cluster in {}", home.display()))?;
    Ok(Endpoint::read(&file)?.superuser_url())
}

/// Deletes a kept cluster, wherever it was moved to, and what was downloaded for it.
///
/// # Errors
///
/// If it is in use, or something can't be deleted.
pub fn remove(options: &Options) -> anyhow::Result<()> {
    let Options { home, downloads, .. } = options;
    for folder in [elsewhere(home), elsewhere(downloads), home.clone(), downloads.clone()] {
        let owner = folder.metadata().ok().map(|found| found.uid());
        let in_place = folder.starts_with(options.base());
        if owner.is_none() || (owner != Some(Uid::effective().as_raw()) && !in_place) {
            continue; // not there, or somebody else's in a place that is everyone's
        }
        let held = lock(&folder.join("lock"), true)?;
        ensure!(held.is_some(), "the cluster in {} is running", folder.display());
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot delete {}", folder.display()))?;
    }
    Ok(())
}
