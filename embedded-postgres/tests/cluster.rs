//! A real server, started, killed and started again.

#![cfg(test)]

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    os::unix::process::CommandExt,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use embedded_postgres::{Cluster, Options, die_with_parent};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

#[tokio::test]
async fn an_ephemeral_cluster_is_durable_and_leaves_nothing() {
    let mut options = Options::ephemeral(project());
    options.settings.push(("fsync".to_owned(), "off".to_owned()));

    let cluster = Cluster::start(&options, &quiet).await.unwrap();
    let arguments = fs::read_to_string(cluster.data().join("postmaster.opts")).unwrap();
    let (data, port) = (cluster.data(), cluster.port());
    cluster.stop(Duration::from_secs(10)).await.unwrap();

    let last = arguments.rfind("fsync=on").unwrap();
    assert!(arguments.rfind("fsync=off").unwrap() < last, "an option can switch fsync off");
    assert!(!data.exists());
    assert!(!speaks_postgres(port));
}

#[tokio::test]
async fn a_killed_server_comes_back_on_its_port() {
    let options = Options::ephemeral(project());
    let mut cluster = Cluster::start(&options, &quiet).await.unwrap();
    let port = cluster.port();

    cluster.kill().await.unwrap();
    cluster.restart(&quiet).await.unwrap();

    assert_eq!(cluster.port(), port);
    assert!(speaks_postgres(port));
}

#[tokio::test]
async fn a_kept_cluster_keeps_its_port_and_password() {
    let folder = Folder::create();
    let options = Options { home: folder.0.join("postgres"), ..Options::kept(project()) };

    let first = Cluster::start(&options, &quiet).await.unwrap();
    let url = first.url();
    first.stop(Duration::from_secs(10)).await.unwrap();
    let second = Cluster::start(&options, &quiet).await.unwrap();

    assert_eq!(second.url(), url);
    second.stop(Duration::from_secs(10)).await.unwrap();
}

#[tokio::test]
async fn a_pid_file_that_names_a_stranger_is_no_obstacle() {
    let folder = Folder::create();
    let options = Options { home: folder.0.join("postgres"), ..Options::kept(project()) };
    let first = Cluster::start(&options, &quiet).await.unwrap();
    let (data, run_as) = (first.data(), first.run_as());
    let pid_file = data.join("postmaster.pid");
    let text = fs::read_to_string(&pid_file).unwrap();
    first.stop(Duration::from_secs(10)).await.unwrap();

    // a stranger of the same user: PostgreSQL alone would take it for its predecessor
    let mut stranger = Command::new("sleep");
    stranger.arg("60");
    if let embedded_postgres::RunAs::Other { uid, gid } = run_as {
        stranger.uid(uid).gid(gid);
    }
    let mut stranger = stranger.spawn().unwrap();
    let rest = text.split_once('\n').unwrap().1;
    fs::write(&pid_file, format!("{}\n{rest}", stranger.id())).unwrap();

    let second = Cluster::start(&options, &quiet).await;
    let stranger_lives = stranger.try_wait().unwrap().is_none();
    stranger.kill().unwrap();
    stranger.wait().unwrap();
    second.unwrap().stop(Duration::from_secs(10)).await.unwrap();
    assert!(stranger_lives);
}

#[tokio::test]
async fn a_second_program_is_refused() {
    let folder = Folder::create();
    let options = Options { home: folder.0.join("postgres"), ..Options::kept(project()) };
    let first = Cluster::start(&options, &quiet).await.unwrap();

    let second = Cluster::start(&options, &quiet).await;

    assert!(second.unwrap_err().to_string().contains("another program uses the cluster"));
    first.stop(Duration::from_secs(10)).await.unwrap();
}

#[test]
fn a_child_ends_with_the_thread_that_started_it() {
    let pid = std::thread::spawn(|| {
        let mut command = Command::new("sleep");
        command.arg("60");
        die_with_parent(&mut command, Signal::SIGTERM);
        command.spawn().unwrap()
    });
    let mut child = pid.join().unwrap();
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() > Duration::from_secs(5) {
            kill(Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGKILL).unwrap();
            panic!("the child outlived its parent");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn quiet(_: &str) {}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A server answers an SSL request with one letter.
fn speaks_postgres(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.write_all(&[0, 0, 0, 8, 4, 210, 22, 47]).unwrap();
    let mut answer = [0];
    stream.read_exact(&mut answer).is_ok() && answer == *b"N"
}

/// A folder that the server's user can get to.
struct Folder(std::path::PathBuf);

impl Folder {
    fn create() -> Self {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap().keep();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
