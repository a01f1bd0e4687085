//! Builds the programs, always with the features of the whole workspace.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::ValueEnum;
use nix::sys::signal::Signal;
use tokio::process::Command;

use crate::{console::Console, run::run, workspace::Workspace};

/// Every program that a running Fullhouse needs.
pub const PROGRAMS: [&str; 6] = [
    "command-service",
    "projection-service",
    "payment-simulator",
    "mailbox",
    "gateway",
    "fullhouse",
];

/// How to build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build.
    Debug,
    /// Quick to run.
    Release,
}

/// Whether to build what is to be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Build {
    /// Quick to run.
    Release,
    /// Quick to build.
    Debug,
    /// Run what was built for release before.
    None,
}

impl Build {
    /// Builds all [`PROGRAMS`] and answers with the folder they are in.
    ///
    /// # Errors
    ///
    /// If they don't compile.
    pub async fn run(self, workspace: &Workspace, console: Console) -> anyhow::Result<PathBuf> {
        let profile = match self {
            Self::None => return folder(Profile::Release),
            Self::Release => Profile::Release,
            Self::Debug => Profile::Debug,
        };
        console.say("fullhouse", "building (minutes the first time, moments later on)");
        build(workspace, profile, &PROGRAMS).await
    }
}

/// The cargo that started us.
pub fn cargo(workspace: &Workspace) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = std::process::Command::new(program);
    command.current_dir(workspace.root());
    for (name, _) in std::env::vars_os() {
        // cargo sets these for the program it runs; passed on, they would make build scripts
        // believe that something has changed
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    embedded_postgres::die_with_parent(&mut command, Signal::SIGINT);
    Command::from(command)
}

/// Builds `programs` and answers with the folder they are in. Cargo shows its own progress.
///
/// Never `-p`: it would select other features of the dependencies and compile them anew.
///
/// # Errors
///
/// If it doesn't compile.
pub async fn build(
    workspace: &Workspace,
    profile: Profile,
    programs: &[&str],
) -> anyhow::Result<PathBuf> {
    let mut command = cargo(workspace);
    command.args(["build", "--workspace"]);
    for program in programs {
        command.args(["--bin", program]);
    }
    if profile == Profile::Release {
        command.arg("--release");
    }
    run(command).await.context("the build failed")?;
    folder(profile)
}

/// Where cargo puts the programs: beside us, or in the folder of the other profile.
pub fn folder(profile: Profile) -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe()?;
    let target = this.ancestors().nth(2).context("this program is in no target folder")?;
    let folder = target.join(match profile {
        Profile::Debug => "debug",
        Profile::Release => "release",
    });
    ensure!(folder.is_dir(), "{} is missing", folder.display());
    Ok(folder)
}
