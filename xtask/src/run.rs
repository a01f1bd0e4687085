//! Runs a program to its end.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    process::Command,
    signal::unix::{SignalKind, signal},
    time::timeout,
};

/// How long a program may take to end when we are told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// A failure that the program which failed has told about itself, at length.
#[derive(Debug)]
pub struct AlreadyTold;

impl std::fmt::Display for AlreadyTold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("see above")
    }
}

impl std::error::Error for AlreadyTold {}

/// Runs `command` in the foreground.
///
/// # Errors
///
/// If it can't be started or fails, or we are told to stop.
pub async fn run(mut command: Command) -> anyhow::Result<()> {
    let name = name(&command);
    let mut child =
        command.kill_on_drop(true).spawn().with_context(|| format!("cannot run {name}"))?;
    tokio::select! {
        status = child.wait() => {
            let status = status?;
            ensure!(status.success(), "{name} ended with {status}");
            Ok(())
        }
        signal = told_to_stop() => {
            let signal = signal?;
            // of Ctrl-C a terminal has told the child as well; let it end in its own way
            let id = child.id().and_then(|id| i32::try_from(id).ok());
            if let Some(id) = id.filter(|_| signal != "SIGINT") {
                let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
            }
            let _ = timeout(GRACE, child.wait()).await;
            bail!("stopped by {signal}")
        }
    }
}

/// Runs `command` and answers with what it printed; what it complains about passes through.
///
/// # Errors
///
/// If it can't be started, fails, or prints something that isn't text.
pub async fn capture(mut command: Command) -> anyhow::Result<String> {
    let name = name(&command);
    command.stderr(std::process::Stdio::inherit()).kill_on_drop(true);
    let output = command.output().await.with_context(|| format!("cannot run {name}"))?;
    ensure!(output.status.success(), "{name} ended with {}", output.status);
    String::from_utf8(output.stdout).with_context(|| format!("{name} printed no text"))
}

/// Resolves with the name of the first signal that asks us to stop.
pub async fn told_to_stop() -> anyhow::Result<&'static str> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(tokio::select! {
        _ = interrupt.recv() => "SIGINT",
        _ = terminate.recv() => "SIGTERM",
        _ = hangup.recv() => "SIGHUP",
    })
}

fn name(command: &Command) -> String {
    let program = std::path::Path::new(command.as_std().get_program());
    program.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
