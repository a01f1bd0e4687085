//! Tools from the Python package index, in a virtual environment of the checkout.

use std::path::PathBuf;

use anyhow::Context;
use tokio::process::Command;

use crate::{run::run, workspace::Workspace};

/// The virtual environment's own programs.
fn folder(workspace: &Workspace) -> PathBuf {
    workspace.data().join("venv")
}

/// Its interpreter.
pub fn interpreter(workspace: &Workspace) -> PathBuf {
    folder(workspace).join("bin/python")
}

/// Installs `packages` unless `program` is there already; the program's path.
///
/// # Errors
///
/// If there is no Python, or the packages can't be had.
pub async fn install(
    workspace: &Workspace,
    program: &str,
    packages: &[&str],
) -> anyhow::Result<PathBuf> {
    let program = folder(workspace).join("bin").join(program);
    if !program.is_file() {
        let interpreter = interpreter(workspace);
        if !interpreter.is_file() {
            let mut python = Command::new("python3");
            python.args(["-m", "venv"]).arg(folder(workspace));
            run(python).await.context("python3 with its venv module is needed")?;
        }
        let mut pip = Command::new(interpreter);
        pip.args(["-m", "pip", "install", "--quiet"]).args(packages);
        run(pip).await?;
    }
    Ok(program)
}
