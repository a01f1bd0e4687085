//! A running server.

use std::{
    fs,
    path::Path,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use std::os::unix::process::CommandExt;
use tokio::{
    io::AsyncReadExt,
    process::{Child, ChildStderr, ChildStdout},
    time::{sleep, timeout},
};

use crate::{
    binaries::{Binaries, locate},
    bootstrap,
    endpoint::{Endpoint, port_is_free},
    home::{Home, within_reach},
    leftovers,
    options::{Lifetime, Options, Say, settings},
    process::{die_with_parent, server_command},
    run_as::RunAs,
};

const START_PATIENCE: Duration = Duration::from_mins(2);
const POLL: Duration = Duration::from_millis(20);

/// For a busy writer on one machine. Nothing here trades durability.
const TUNED: [(&str, &str); 16] = [
    ("listen_addresses", "127.0.0.1"),
    ("unix_socket_directories", ""),
    ("password_encryption", "scram-sha-256"),
    ("max_connections", "200"),
    ("shared_buffers", "256MB"),
    ("wal_buffers", "16MB"),
    ("max_wal_size", "4GB"),
    ("checkpoint_timeout", "15min"),
    ("wal_compression", "off"), // costs processor time on the way of every commit
    ("random_page_cost", "1.1"),
    ("jit", "off"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("log_line_prefix", "%q[%u@%d] "),
    ("log_checkpoints", "off"),
    ("log_min_duration_statement", "500ms"),
];

/// Given last, so that nothing can lift them.
const DURABLE: [(&str, &str); 3] =
    [("fsync", "on"), ("full_page_writes", "on"), ("synchronous_commit", "on")];

/// A running server. Dropped without [`Cluster::stop`], it is stopped without waiting for it.
#[derive(Debug)]
pub struct Cluster {
    binaries: Binaries,
    run_as: RunAs,
    endpoint: Endpoint,
    settings: Vec<(String, String)>,
    child: Option<Child>,
    // last: its folder goes after the server
    home: Home,
}

impl Cluster {
    /// Finds or installs server programs, makes the cluster if there is none, starts it and waits
    /// until it takes connections.
    ///
    /// Call it on the thread that lives as long as the program does: see [`die_with_parent`].
    ///
    /// # Errors
    ///
    /// If there are no programs to be had, another program uses the cluster, or the server
    /// doesn't start.
    pub async fn start(options: &Options, say: &Say) -> anyhow::Result<Self> {
        let user = options.overrides.user.as_deref();
        let run_as = RunAs::choose(&options.project, user)?;
        let home = Home::open(options, run_as, say)?;
        let data = home.data();
        let run_as = run_as.or_owner_of(&data);
        let downloads = within_reach(&options.downloads, run_as)?;
        let made_by = fs::read_to_string(data.join("PG_VERSION")).ok();
        let want = made_by.as_deref().and_then(|major| major.trim().parse().ok());
        let binaries = locate(&downloads, want, &options.overrides, say)?;
        let mut endpoint = if made_by.is_some() {
            Endpoint::read(&home.endpoint())?
        } else {
            let endpoint = Endpoint::generate(&options.database)?;
            if home.lifetime() == Lifetime::Kept {
                let (version, data) = (&binaries.version, data.display());
                say(&format!("making a PostgreSQL {version} cluster in {data}"));
            }
            bootstrap::create(&binaries, run_as, &home, &endpoint)?;
            endpoint
        };
        leftovers::clear(&data, say)?;
        endpoint.choose_port()?;
        endpoint.write(&home.endpoint())?;
        let settings = options.settings.clone();
        let mut cluster = Self { binaries, run_as, endpoint, settings, child: None, home };
        cluster.launch().await?;
        Ok(cluster)
    }

    /// Starts the server again after it ended, on the same port.
    ///
    /// # Errors
    ///
    /// If the port is taken or the server doesn't start.
    pub async fn restart(&mut self, say: &Say) -> anyhow::Result<()> {
        ensure!(self.child.is_none(), "the server is running");
        leftovers::clear(&self.home.data(), say)?;
        let began = Instant::now();
        while !port_is_free(self.endpoint.port) {
            let patient = began.elapsed() < Duration::from_secs(10);
            ensure!(patient, "another program has taken port {}", self.endpoint.port);
            sleep(POLL).await;
        }
        self.launch().await
    }

    /// URL of the database for the superuser.
    pub fn url(&self) -> String {
        self.endpoint.superuser_url()
    }

    /// URL of the database for another login.
    pub fn url_as(&self, user: &str, password: &str) -> String {
        self.endpoint.url_as(user, password)
    }

    /// The programs it runs, `psql` and the like perhaps beside them.
    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    /// Whom it runs as.
    pub fn run_as(&self) -> RunAs {
        self.run_as
    }

    /// The loopback port it listens on.
    pub fn port(&self) -> u16 {
        self.endpoint.port
    }

    /// The folder of the data.
    pub fn data(&self) -> std::path::PathBuf {
        self.home.data()
    }

    /// Process id of the server, if it is running.
    pub fn pid(&self) -> Option<Pid> {
        let id = self.child.as_ref()?.id()?;
        i32::try_from(id).ok().map(Pid::from_raw)
    }

    /// What it prints: to be read, so that the pipes never fill. Once for each start.
    pub fn take_output(&mut self) -> Option<(ChildStdout, ChildStderr)> {
        let child = self.child.as_mut()?;
        Some((child.stdout.take()?, child.stderr.take()?))
    }

    /// Resolves when the server ends by itself.
    ///
    /// # Errors
    ///
    /// If it isn't running.
    pub async fn wait(&mut self) -> anyhow::Result<ExitStatus> {
        let child = self.child.as_mut().context("the server is not running")?;
        let status = child.wait().await?;
        self.child = None;
        Ok(status)
    }

    /// Ends it as a power cut would: nothing is written any more. [`Cluster::restart`] recovers.
    ///
    /// # Errors
    ///
    /// If it isn't running.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        let pid = self.pid().context("the server is not running")?;
        kill(pid, Signal::SIGKILL)?;
        self.wait().await?;
        Ok(())
    }

    /// Stops it: open transactions are rolled back, a checkpoint is written. Not patient for ever:
    /// after `patience` without the checkpoint.
    ///
    /// # Errors
    ///
    /// If it doesn't stop at all.
    pub async fn stop(mut self, patience: Duration) -> anyhow::Result<()> {
        let Some(pid) = self.pid() else { return Ok(()) };
        let gently = match self.home.lifetime() {
            Lifetime::Kept => Signal::SIGINT,
            Lifetime::Ephemeral => Signal::SIGQUIT,
        };
        let _ = kill(pid, gently);
        if timeout(patience, self.wait()).await.is_err() {
            let _ = kill(pid, Signal::SIGQUIT);
            timeout(Duration::from_secs(5), self.wait()).await.context("it doesn't stop")??;
        }
        Ok(())
    }

    async fn launch(&mut self) -> anyhow::Result<()> {
        let data = self.home.data();
        let mut command = server_command(&self.binaries, "postgres", self.run_as);
        command.arg("-D").arg(&data).args(["-p", &self.endpoint.port.to_string()]);
        let all = [settings(&TUNED), self.settings.clone(), settings(&DURABLE)].concat();
        for (name, value) in all {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.process_group(0); // a terminal's Ctrl-C is not for it: services stop first
        die_with_parent(&mut command, Signal::SIGINT);
        let child =
            tokio::process::Command::from(command).spawn().context("cannot run postgres")?;
        self.child = Some(child);
        let pid = self.pid().context("it ended at once")?;
        let began = Instant::now();
        while !says_ready(&data, pid) {
            if let Some(child) = &mut self.child
                && let Some(status) = child.try_wait()?
            {
                let mut errors = String::new();
                if let Some(stderr) = &mut child.stderr {
                    stderr.read_to_string(&mut errors).await?;
                }
                self.child = None;
                bail!("PostgreSQL ended with {status}: {}", errors.trim());
            }
            ensure!(began.elapsed() < START_PATIENCE, "PostgreSQL is not ready after two minutes");
            sleep(POLL).await;
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let Some(pid) = self.pid() else { return };
        if self.home.lifetime() == Lifetime::Kept {
            let _ = kill(pid, Signal::SIGINT);
            return;
        }
        // its folder goes next
        let _ = kill(pid, Signal::SIGQUIT);
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(3)
            && self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
        {
            std::thread::sleep(POLL);
        }
    }
}

/// The pid file's first line is the server's process id, its eighth how far it has come.
fn says_ready(data: &Path, pid: Pid) -> bool {
    let text = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    let mut lines = text.lines().map(str::trim);
    lines.next() == Some(&pid.to_string()) && lines.nth(6) == Some("ready")
}
