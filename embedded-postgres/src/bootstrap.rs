//! Makes a new cluster.

use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, ensure};

use crate::{
    binaries::Binaries,
    endpoint::{Endpoint, write_private},
    home::Home,
    options::Lifetime,
    process::server_command,
    run_as::RunAs,
};

/// Makes a cluster with an empty database, aside, and moves it to its place when it is complete:
/// an interrupted creation is never taken for a cluster.
pub(crate) fn create(
    binaries: &Binaries,
    run_as: RunAs,
    home: &Home,
    endpoint: &Endpoint,
) -> anyhow::Result<()> {
    let aside = home.path.join("data.new");
    empty(&aside, run_as)?;
    let password_file = home.path.join("password");
    write_private(&password_file, endpoint.superuser_password.as_bytes())?;
    run_as.give(&password_file)?;
    let mut made = Ok(());
    // C.UTF-8 compares bytes and knows Unicode's letters; where the system lacks it, plain C
    for locale in ["--locale=C.UTF-8", "--no-locale"] {
        let mut command = server_command(binaries, "initdb", run_as);
        command.arg("-D").arg(&aside).arg("--pwfile").arg(&password_file);
        command.args(["-U", "postgres", "-E", "UTF8", "-A", "scram-sha-256", locale]);
        command.args(["--data-checksums", "--no-instructions"]);
        if home.lifetime() == Lifetime::Ephemeral {
            command.arg("--no-sync"); // nobody will look for it after a power cut
        }
        made = initdb(command);
        if made.is_ok() {
            break;
        }
        empty(&aside, run_as)?;
    }
    fs::remove_file(&password_file)?;
    made?;
    if endpoint.database != "postgres" {
        create_database(binaries, run_as, &aside, &endpoint.database)?;
    }
    endpoint.write(&home.endpoint())?;
    fs::rename(&aside, home.data()).context("cannot move the new cluster to its place")
}

fn empty(folder: &Path, run_as: RunAs) -> anyhow::Result<()> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    run_as.give(folder)
}

fn initdb(mut command: Command) -> anyhow::Result<()> {
    let output = command.output().context("cannot run initdb")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "initdb failed: {}", errors.trim());
    Ok(())
}

/// In single-user mode, which needs neither a driver nor psql.
fn create_database(
    binaries: &Binaries,
    run_as: RunAs,
    data: &Path,
    database: &str,
) -> anyhow::Result<()> {
    let mut command = server_command(binaries, "postgres", run_as);
    command.args(["--single", "-j", "-c", "exit_on_error=true", "-c", "log_checkpoints=off", "-D"]);
    command.arg(data).arg("postgres");
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().context("cannot run postgres --single")?;
    let mut input = child.stdin.take().context("postgres has no input")?;
    input.write_all(format!("CREATE DATABASE \"{database}\";\n\n").as_bytes())?;
    drop(input);
    let output = child.wait_with_output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    let failed = errors.contains("ERROR:") || errors.contains("FATAL:");
    ensure!(output.status.success() && !failed, "cannot make {database}: {}", errors.trim());
    Ok(())
}
