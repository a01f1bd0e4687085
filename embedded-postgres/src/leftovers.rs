//! Ends what an earlier server left: processes that outlived it, a pid file that names a stranger.

use std::{
    fs, io,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::ensure;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::options::Say;

const PATIENCE: Duration = Duration::from_secs(30);

/// Makes sure that no server process works on `data` and that the pid file is no obstacle.
///
/// PostgreSQL removes the file of a dead server itself, unless another process of the same user
/// has its number by now; and it refuses to start while a process of the dead server is still
/// there. So we look at the processes, each of which works in the data directory.
pub(crate) fn clear(data: &Path, say: &Say) -> anyhow::Result<()> {
    if !Path::new("/proc/self").exists() {
        return Ok(()); // not Linux: PostgreSQL's own check has to do
    }
    let began = Instant::now();
    let mut signal = Signal::SIGINT; // fast shutdown; for a process without its server: cancel
    loop {
        let left = working_in(data)?;
        if left.is_empty() {
            break;
        }
        if began.elapsed() < POLL {
            say(&format!("ending {} processes of an earlier server", left.len()));
        }
        ensure!(began.elapsed() < PATIENCE, "a server of an earlier start doesn't end: {left:?}");
        for pid in left {
            let _ = kill(pid, signal);
        }
        if began.elapsed() > PATIENCE / 3 {
            signal = Signal::SIGQUIT; // without a checkpoint: recovery will do
        }
        std::thread::sleep(POLL);
    }
    match fs::remove_file(data.join("postmaster.pid")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

const POLL: Duration = Duration::from_millis(50);

fn working_in(data: &Path) -> io::Result<Vec<Pid>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let is_server = fs::read_link(entry.path().join("exe")).is_ok_and(|program| {
            program.file_name().is_some_and(|n| n.to_string_lossy().starts_with("postgres"))
        });
        let is_here = || fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == data);
        if is_server && is_here() {
            found.push(Pid::from_raw(pid));
        }
    }
    Ok(found)
}
