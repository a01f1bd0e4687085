//! The front end in `web/`: its packages, its checks, its build.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, bail, ensure};
use nix::sys::signal::Signal;
use sha2::{Digest, Sha256};
use tokio::process::Command;

use crate::{browser::Suite, console::Console, run::run, workspace::Workspace};

/// The oldest Node.js that the packages run on.
const NODE: (u32, u32) = (20, 19);
/// Neither sources nor inputs of the build.
const NOT_BUILT_FROM: [&str; 6] =
    ["node_modules", "dist", "e2e", "shots", "test-results", "playwright-report"];

/// Where Lighthouse's packages are: it brings more of them than the front end has.
const LIGHTHOUSE: &str = "tools/lighthouse";

/// The front end of a checkout.
#[derive(Clone, Copy, Debug)]
pub struct Web<'a> {
    workspace: &'a Workspace,
    console: Console,
}

impl<'a> Web<'a> {
    /// The front end of this checkout.
    pub fn new(workspace: &'a Workspace, console: Console) -> Self {
        Self { workspace, console }
    }

    /// Makes sure that Node.js and npm can be used.
    ///
    /// # Errors
    ///
    /// If they are missing or too old; says what to install.
    pub async fn ensure_tools(&self) -> anyhow::Result<()> {
        let (major, minor) = NODE;
        let needed = format!("install Node.js {major}.{minor} or later, with npm");
        let mut node = Command::new("node");
        let version = node.arg("--version").output().await;
        let version = version.with_context(|| format!("node is missing: {needed}"))?;
        let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
        ensure!(is_recent(&version), "node {version} is too old: {needed}");
        let mut npm = Command::new("npm");
        let npm = npm.arg("--version").stdout(Stdio::null()).status().await;
        ensure!(npm.is_ok_and(|status| status.success()), "npm is missing: {needed}");
        Ok(())
    }

    /// Builds the front end if its sources have changed since it was built.
    ///
    /// # Errors
    ///
    /// If the packages can't be had or it doesn't build.
    pub async fn build(&self) -> anyhow::Result<()> {
        let sources = fingerprint(&self.folder(), &NOT_BUILT_FROM)?;
        let record = dist(self.workspace).join(".built-from");
        if fs::read_to_string(&record).is_ok_and(|built| built == sources) {
            return Ok(());
        }
        self.install().await?;
        self.console.say("fullhouse", "building the front end");
        self.npm(&["run", "build"]).await.context("the front end doesn't build")?;
        // The build empties the folder first: what is there now is all of it.
        fs::write(&record, sources).with_context(|| format!("{}", record.display()))
    }

    /// Format, lints, types, unit tests, sizes.
    ///
    /// # Errors
    ///
    /// If something isn't as it should be.
    pub async fn check(&self) -> anyhow::Result<()> {
        self.install().await?;
        self.npm(&["run", "check"]).await.context("in web/: npm run check")
    }

    /// Runs what needs a browser with these settings.
    ///
    /// # Errors
    ///
    /// If a test fails.
    pub async fn in_browser(
        &self,
        suite: Suite,
        settings: &[(&str, String)],
    ) -> anyhow::Result<()> {
        self.install().await?;
        if suite == Suite::Lighthouse {
            self.install_in(&self.folder().join(LIGHTHOUSE)).await?;
        }
        let mut command = self.command("npm");
        command.args(["run", suite.script()]);
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        run(command).await.with_context(|| format!("in web/: npm run {}", suite.script()))
    }

    /// The packages of the front end.
    async fn install(&self) -> anyhow::Result<()> {
        self.install_in(&self.folder()).await
    }

    /// The packages that the lockfile of a folder names, if they aren't there already.
    async fn install_in(&self, folder: &Path) -> anyhow::Result<()> {
        let lockfile = folder.join("package-lock.json");
        let wanted = fs::read(&lockfile).with_context(|| format!("{}", lockfile.display()))?;
        let wanted = hex::encode(Sha256::digest(wanted));
        let record = folder.join("node_modules/.installed-from");
        if fs::read_to_string(&record).is_ok_and(|installed| installed == wanted) {
            return Ok(());
        }
        let what = folder.file_name().unwrap_or_default().to_string_lossy();
        self.console.say("fullhouse", &format!("installing the packages of {what}"));
        let mut command = self.command("npm");
        command.args(["ci", "--no-audit", "--no-fund"]).current_dir(folder);
        run(command).await.with_context(|| format!("the packages of {what} can't be installed"))?;
        fs::write(&record, wanted).with_context(|| format!("{}", record.display()))
    }

    async fn npm(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let mut command = self.command("npm");
        command.args(arguments);
        run(command).await
    }

    fn command(&self, program: &str) -> Command {
        let mut command = std::process::Command::new(program);
        command.current_dir(self.folder()).stdin(Stdio::null());
        embedded_postgres::die_with_parent(&mut command, Signal::SIGTERM);
        Command::from(command)
    }

    fn folder(&self) -> PathBuf {
        self.workspace.root().join("web")
    }
}

/// Where the built front end is.
pub fn dist(workspace: &Workspace) -> PathBuf {
    workspace.root().join("web/dist")
}

fn is_recent(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map_while(|n| n.parse().ok());
    let found: Option<(u32, u32)> = numbers.next().zip(numbers.next());
    found.is_some_and(|found| found >= NODE)
}

/// A hash of the names and contents of all files in a folder, without those `skipped` in it.
fn fingerprint(folder: &Path, skipped: &[&str]) -> anyhow::Result<String> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("{}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let is_skipped = skipped.iter().any(|name| entry.file_name() == *name);
        if !is_skipped {
            collect(&entry.path(), &mut files)?;
        }
    }
    files.sort();
    let mut hash = Sha256::new();
    for path in files {
        let Ok(name) = path.strip_prefix(folder) else { bail!("{} is elsewhere", path.display()) };
        let text = fs::read(&path).with_context(|| format!("{}", path.display()))?;
        // Lengths keep two files apart that would read like one.
        hash.update(format!("{} {}\n", name.display(), text.len()));
        hash.update(text);
    }
    Ok(hex::encode(hash.finalize()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    if path.ends_with("node_modules") {
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        for (version, recent) in [
            ("v20.19.0", true),
            ("v20.20.2", true),
            ("v22.1.0", true),
            ("v100.0.0", true),
            ("v20.9.0", false),
            ("v18.20.4", false),
            ("", false),
            ("node", false),
        ] {
            assert_eq!(is_recent(version), recent, "{version}");
        }
    }

    #[test]
    fn sources_are_known_by_their_names_and_contents() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let now = || fingerprint(folder.path(), &["dist"]).unwrap();
        write("src/a.ts", "a");
        let first = now();
        for unseen in ["dist/a.js", "node_modules/a/a.js", "tools/node_modules/b.js"] {
            write(unseen, "b");
            assert_eq!(now(), first, "{unseen}");
        }
        write("src/a.ts", "b");
        let changed = now();
        assert_ne!(changed, first);
        fs::rename(folder.path().join("src/a.ts"), folder.path().join("src/b.ts")).unwrap();
        assert_ne!(now(), changed);
    }
}
