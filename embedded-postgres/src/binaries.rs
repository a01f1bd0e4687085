//! Finds server programs on the machine.

use std::{
    cmp::Reverse,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail, ensure};

use crate::{
    install,
    options::{Overrides, Say},
};

/// Oldest major version that is used.
pub const MIN_MAJOR: u32 = 15;

/// Server programs that were seen to run.
#[derive(Clone, Debug)]
pub struct Binaries {
    /// The folder with `postgres` and `initdb`.
    pub bin: PathBuf,
    /// Libraries that came with a downloaded build.
    pub libraries: Option<PathBuf>,
    /// Decides which data directories they can open.
    pub major: u32,
    /// As `postgres --version` says.
    pub version: String,
    /// Where they are from, for people.
    pub origin: &'static str,
}

/// Where the machine's own programs are found.
pub(crate) const SYSTEM: &str = "system";

impl Binaries {
    /// Runs `postgres --version`: only programs that start on this machine count.
    pub(crate) fn probe(
        bin: &Path,
        libraries: Option<&Path>,
        origin: &'static str,
    ) -> anyhow::Result<Self> {
        for program in ["postgres", "initdb"] {
            ensure!(bin.join(program).is_file(), "{} has no {program}", bin.display());
        }
        let mut command = Command::new(bin.join("postgres"));
        if let Some(libraries) = libraries {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        let output = command.arg("--version").output().context("cannot run postgres")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
        let text = String::from_utf8_lossy(&output.stdout);
        let (major, version) = parse_version(&text).with_context(|| format!("what is {text:?}"))?;
        ensure!(major >= MIN_MAJOR, "PostgreSQL {major} is older than {MIN_MAJOR}");
        let libraries = libraries.map(Path::to_owned);
        Ok(Self { bin: bin.to_owned(), libraries, major, version, origin })
    }
}

fn parse_version(text: &str) -> Option<(u32, String)> {
    let starts_with_digit = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
    let version = text.split_whitespace().find(starts_with_digit)?;
    let digits = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    Some((version[..digits].parse().ok()?, version.to_owned()))
}

/// Finds server programs, or installs them into `downloads`.
///
/// `want` is the major version that an existing data directory was made by.
///
/// # Errors
///
/// If nothing fits and nothing could be installed; the message says what was tried.
pub fn locate(
    downloads: &Path,
    want: Option<u32>,
    overrides: &Overrides,
    say: &Say,
) -> anyhow::Result<Binaries> {
    if let Some(bin) = &overrides.bin {
        return Binaries::probe(bin, None, "FULLHOUSE_POSTGRES_BIN");
    }
    if let Some(found) = find(downloads, want, overrides) {
        return Ok(found);
    }
    let mut tried = Vec::new();
    for source in install::sources().into_iter().filter(|s| !overrides.skips(s.name)) {
        say(&format!(
            "no suitable PostgreSQL on this machine: installing one from {}",
            source.name
        ));
        match (source.install)(downloads) {
            Ok(found) if want.is_none_or(|major| major == found.major) => return Ok(found),
            Ok(found) => tried.push(format!("{}: only has {}", source.name, found.major)),
            Err(error) => tried.push(format!("{}: {error:#}", source.name)),
        }
    }
    let wanted = want.map_or(format!("{MIN_MAJOR} or newer"), |major| major.to_string());
    bail!(
        "no PostgreSQL {wanted} found and none could be installed:\n  - {}\n\
         Install one (apt install postgresql, brew install postgresql), set FULLHOUSE_POSTGRES_BIN \
         to the folder that has it, or set DATABASE_URL to a running server.",
        tried.join("\n  - ")
    )
}

/// The newest of the machine's own that fits, else one downloaded before.
pub fn find(downloads: &Path, want: Option<u32>, overrides: &Overrides) -> Option<Binaries> {
    let mut found = Vec::new();
    if !overrides.skips(SYSTEM) {
        found.extend(system());
    }
    found.extend(install::downloaded(downloads, overrides));
    found.retain(|binaries| want.is_none_or(|major| major == binaries.major));
    found.sort_by_key(|binaries| Reverse((binaries.origin == SYSTEM, binaries.major)));
    found.into_iter().next()
}

/// Every usable version that is installed in one of the usual places or on the path.
pub(crate) fn system() -> Vec<Binaries> {
    // Debian, Fedora, SUSE, Alpine, Homebrew on both processors, Postgres.app
    let parents = [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql"),
        ("/usr/lib", "postgresql"),
        ("/usr/libexec", "postgresql"),
        ("/opt/homebrew/opt", "postgresql"),
        ("/usr/local/opt", "postgresql"),
        ("/Applications/Postgres.app/Contents/Versions", ""),
    ];
    let mut folders = Vec::new();
    for (parent, prefix) in parents {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(prefix) {
                folders.extend([entry.path().join("bin"), entry.path()]);
            }
        }
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    for folder in std::env::split_paths(&path) {
        // a link such as /usr/bin/postgres -> /usr/lib/postgresql/15/bin/postgres
        let real = folder.join("postgres").canonicalize().ok();
        folders.extend(real.and_then(|program| program.parent().map(Path::to_owned)));
    }
    folders.retain(|folder| folder.join("postgres").is_file());
    folders.sort();
    folders.dedup();
    folders.iter().filter_map(|folder| Binaries::probe(folder, None, SYSTEM).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::parse_version;

    #[test]
    fn reads_the_version_of_a_distribution_and_of_a_development_build() {
        let debian = parse_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n");
        assert_eq!(debian, Some((15, "15.18".to_owned())));
        let beta = parse_version("postgres (PostgreSQL) 19beta1");
        assert_eq!(beta, Some((19, "19beta1".to_owned())));
        assert_eq!(parse_version("command not found"), None);
    }
}
