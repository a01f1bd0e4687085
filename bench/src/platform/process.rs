//! One program of ours as a child process.

use std::{
    fs::File,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    process::{Child, Command},
    time::{sleep, timeout},
};

use super::Client;

const PATIENCE: Duration = Duration::from_mins(1);

/// A running program. Dropped, it is killed.
pub struct Program {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts `program` with nothing in its environment but `settings`. What it prints goes to
    /// `name`.log in `logs`.
    ///
    /// # Errors
    ///
    /// If there is no such program.
    pub fn start(
        program: &Path,
        name: &'static str,
        arguments: &[&str],
        settings: &[(&str, String)],
        logs: &Path,
    ) -> anyhow::Result<Self> {
        let log = logs.join(format!("{name}.log"));
        let file = File::options().create(true).append(true).open(&log)?;
        let mut command = std::process::Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(settings.iter().map(|(key, value)| (key, value)))
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file);
        embedded_postgres::die_with_parent(&mut command, Signal::SIGKILL);
        let mut command = Command::from(command);
        command.kill_on_drop(true);
        let child = command.spawn().with_context(|| format!("can't run {}", program.display()))?;
        Ok(Self { name, child, log })
    }

    /// Waits until `path` at `address` is answered with success.
    ///
    /// # Errors
    ///
    /// If the program ends first, or never gets ready; with the end of what it printed.
    pub async fn ready(&mut self, address: SocketAddr, path: &str) -> anyhow::Result<()> {
        let client = Client::new(address);
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended with {status}:\n{}", self.name, self.last_words());
            }
            if client.get(path).await.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if began.elapsed() > PATIENCE {
                bail!("{} doesn't get ready:\n{}", self.name, self.last_words());
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Its process id, unless it has ended.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Bytes of memory that are its own and present.
    ///
    /// # Errors
    ///
    /// If the system doesn't tell.
    pub fn resident_bytes(&self) -> anyhow::Result<u64> {
        let pid = self.child.id().context("it has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next());
        let kilobytes: u64 = kilobytes.context("no resident size")?.parse()?;
        Ok(kilobytes * 1024)
    }

    /// Asks it to end, and makes it end if it doesn't.
    ///
    /// # Errors
    ///
    /// If the system can't end it.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        if let Some(pid) = self.child.id() {
            kill(Pid::from_raw(i32::try_from(pid)?), Signal::SIGTERM)?;
            if timeout(Duration::from_secs(20), self.child.wait()).await.is_err() {
                self.child.kill().await?;
            }
        }
        Ok(())
    }

    fn last_words(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().rev().take(20).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

/// An address that nobody uses just now. Each call gives another one, out of a range that the
/// system doesn't take for outgoing connections.
///
/// # Errors
///
/// If all are taken.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    for _ in 0..PORTS {
        let tried = TRIED.fetch_add(1, Ordering::Relaxed);
        let offset = std::process::id().wrapping_mul(101).wrapping_add(tried) % PORTS;
        let address = (Ipv4Addr::LOCALHOST, u16::try_from(FIRST_PORT + offset)?);
        if TcpListener::bind(address).is_ok() {
            return Ok(address.into());
        }
    }
    bail!("no port is free")
}

const FIRST_PORT: u32 = 20_000;
const PORTS: u32 = 10_000;
