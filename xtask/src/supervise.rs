//! Keeps programs running: their output prefixed, started again when they end, stopped in order.

use std::{
    collections::VecDeque,
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow};
use embedded_postgres::{Cluster, die_with_parent};
use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use tokio::{
    process::{Child, Command},
    sync::{mpsc, watch},
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::console::Console;

/// How long a program may take to end when told to.
const GRACE: Duration = Duration::from_secs(10);
/// At most this many restarts within [`WINDOW`].
const RESTARTS: usize = 5;
const WINDOW: Duration = Duration::from_mins(1);

/// A program to keep running.
#[derive(Clone, Debug)]
pub struct Service {
    /// Prefix of its output.
    pub name: &'static str,
    /// The file.
    pub program: PathBuf,
    /// Added to the environment.
    pub env: Vec<(&'static str, String)>,
}

impl Service {
    fn spawn(&self, console: Console) -> anyhow::Result<Child> {
        let mut command = std::process::Command::new(&self.program);
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        // a pipe is no terminal, so they are told what is at the end of ours
        let colour = if console.is_coloured() { "CLICOLOR_FORCE" } else { "NO_COLOR" };
        command.env(colour, "1");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // certain: what was acknowledged is durable, and the log pipe is gone anyway
        die_with_parent(&mut command, Signal::SIGKILL);
        let mut command = Command::from(command);
        // its own group: a terminal's Ctrl-C reaches only us, who stop things in order
        command.process_group(0).kill_on_drop(true);
        let mut child =
            command.spawn().with_context(|| format!("cannot start {}", self.program.display()))?;
        if let Some(output) = child.stdout.take() {
            console.pipe(self.name, output);
        }
        if let Some(errors) = child.stderr.take() {
            console.pipe(self.name, errors);
        }
        Ok(child)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Run,
    Stop,
    StopAtOnce,
}

struct Kept {
    name: &'static str,
    order: watch::Sender<Order>,
    task: JoinHandle<()>,
}

/// What is being kept running, in the order of its start.
pub struct Supervisor {
    console: Console,
    kept: Vec<Kept>,
    failed: mpsc::Sender<anyhow::Error>,
}

impl Supervisor {
    /// The second answer receives why something can't be kept running any more.
    pub fn new(console: Console) -> (Self, mpsc::Receiver<anyhow::Error>) {
        let (failed, failures) = mpsc::channel(8);
        (Self { console, kept: Vec::new(), failed }, failures)
    }

    /// Starts a program and keeps it running.
    pub fn keep(&mut self, service: Service) {
        let (order, orders) = watch::channel(Order::Run);
        let name = service.name;
        let keeper = Keeper::new(name, self.console, orders, self.failed.clone());
        let task = tokio::spawn(keeper.keep_service(service));
        self.kept.push(Kept { name, order, task });
    }

    /// Keeps a running server running.
    pub fn keep_cluster(&mut self, cluster: Cluster) {
        let (order, orders) = watch::channel(Order::Run);
        let name = "postgres";
        let keeper = Keeper::new(name, self.console, orders, self.failed.clone());
        let task = tokio::spawn(keeper.keep_cluster(cluster));
        self.kept.push(Kept { name, order, task });
    }

    /// Stops everything, last started first, each after the one before has ended.
    ///
    /// When `hurry` resolves, the rest is ended at once.
    pub async fn stop(self, hurry: impl Future) {
        tokio::pin!(hurry);
        let mut order = Order::Stop;
        for Kept { name, order: sender, mut task } in self.kept.into_iter().rev() {
            let _ = sender.send(order);
            tokio::select! {
                _ = &mut task => {}
                _ = &mut hurry, if order == Order::Stop => {
                    order = Order::StopAtOnce;
                    let _ = sender.send(order);
                    let _ = task.await;
                }
            }
            self.console.say("fullhouse", &format!("{name} stopped"));
        }
    }
}

/// Keeps one thing running.
struct Keeper {
    name: &'static str,
    console: Console,
    orders: watch::Receiver<Order>,
    failed: mpsc::Sender<anyhow::Error>,
    ends: VecDeque<Instant>,
}

impl Keeper {
    fn new(
        name: &'static str,
        console: Console,
        orders: watch::Receiver<Order>,
        failed: mpsc::Sender<anyhow::Error>,
    ) -> Self {
        Self { name, console, orders, failed, ends: VecDeque::new() }
    }

    async fn keep_service(mut self, service: Service) {
        loop {
            let mut child = match service.spawn(self.console) {
                Ok(child) => child,
                Err(error) => return self.give_up(error).await,
            };
            let ended = tokio::select! {
                status = child.wait() => status.map_or_else(|e| e.to_string(), |s| s.to_string()),
                _ = self.orders.changed() => return self.end(child).await,
            };
            if !self.pause(&ended).await {
                return;
            }
        }
    }

    async fn keep_cluster(mut self, mut cluster: Cluster) {
        let console = self.console;
        let say = move |line: &str| console.say("fullhouse", line);
        loop {
            if let Some((output, errors)) = cluster.take_output() {
                console.pipe(self.name, output);
                console.pipe(self.name, errors);
            }
            let mut ended = tokio::select! {
                status = cluster.wait() => status.map_or_else(|e| e.to_string(), |s| s.to_string()),
                _ = self.orders.changed() => {
                    let at_once = *self.orders.borrow() == Order::StopAtOnce;
                    let grace = if at_once { Duration::ZERO } else { GRACE };
                    if let Err(error) = cluster.stop(grace).await {
                        self.console.say("error", &format!("{error:#}"));
                    }
                    return;
                }
            };
            loop {
                if !self.pause(&ended).await {
                    return;
                }
                match cluster.restart(&say).await {
                    Ok(()) => break,
                    Err(error) => ended = format!("{error:#}"),
                }
            }
        }
    }

    /// Waits before the next start; false if there is to be none.
    async fn pause(&mut self, ended: &str) -> bool {
        self.ends.push_back(Instant::now());
        self.ends.retain(|end| end.elapsed() < WINDOW);
        let (name, times) = (self.name, self.ends.len());
        if times > RESTARTS {
            let error = anyhow!("{name} ended {times} times within a minute, at last: {ended}");
            self.give_up(error).await;
            return false;
        }
        let delay = Duration::from_millis(100 << times);
        self.console.say("fullhouse", &format!("{name} ended ({ended}): again in {delay:?}"));
        tokio::select! {
            () = sleep(delay) => true,
            _ = self.orders.changed() => false,
        }
    }

    /// Waits for orders: the task of a failed program ends only when everything is stopped.
    async fn give_up(&mut self, error: anyhow::Error) {
        let _ = self.failed.send(error).await;
        let _ = self.orders.changed().await;
    }

    async fn end(&mut self, mut child: Child) {
        let Some(pid) = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw) else {
            return;
        };
        if *self.orders.borrow() == Order::Stop {
            let _ = killpg(pid, Signal::SIGTERM);
            tokio::select! {
                _ = timeout(GRACE, child.wait()) => {}
                _ = self.orders.changed() => {}
            }
        }
        // what is left of the group
        let _ = killpg(pid, Signal::SIGKILL);
        let _ = child.wait().await;
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt, path::Path};

    use super::*;

    #[tokio::test]
    async fn a_program_that_ends_is_started_again() {
        let folder = tempfile::tempdir().unwrap();
        let service = script(
            folder.path(),
            "echo started >> $STARTS; test $(wc -l < $STARTS) -ge 2 && sleep 60",
        );
        let starts = folder.path().join("starts");
        let (mut supervisor, _failures) = Supervisor::new(Console::new());

        supervisor.keep(service);
        eventually(|| lines(&starts) == 2).await;
        supervisor.stop(std::future::pending::<()>()).await;

        assert_eq!(lines(&starts), 2);
    }

    #[tokio::test]
    async fn a_program_that_always_ends_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let service = script(folder.path(), "echo started >> $STARTS; exit 3");
        let (mut supervisor, mut failures) = Supervisor::new(Console::new());

        supervisor.keep(service);
        let failure = failures.recv().await.unwrap().to_string();

        assert_eq!(lines(&folder.path().join("starts")), RESTARTS + 1);
        assert!(failure.contains("exit status: 3"), "{failure}");
        supervisor.stop(std::future::pending::<()>()).await;
    }

    #[tokio::test]
    async fn whoever_is_in_a_hurry_need_not_wait_for_a_program_that_does_not_stop() {
        let folder = tempfile::tempdir().unwrap();
        let service = script(
            folder.path(),
            "trap '' TERM; echo started >> $STARTS; while :; do sleep 1; done",
        );
        let starts = folder.path().join("starts");
        let (mut supervisor, _failures) = Supervisor::new(Console::new());
        supervisor.keep(service);
        eventually(|| lines(&starts) == 1).await;

        let began = Instant::now();
        supervisor.stop(sleep(Duration::from_millis(50))).await;

        assert!(began.elapsed() < GRACE / 2, "{:?}", began.elapsed());
    }

    fn script(folder: &Path, text: &str) -> Service {
        let program = folder.join("script");
        fs::write(&program, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let starts = folder.join("starts").display().to_string();
        Service { name: "script", program, env: vec![("STARTS", starts)] }
    }

    fn lines(file: &Path) -> usize {
        fs::read_to_string(file).unwrap_or_default().lines().count()
    }

    async fn eventually(holds: impl Fn() -> bool) {
        let waiting = async {
            while !holds() {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(Duration::from_secs(10), waiting).await.unwrap();
    }
}
