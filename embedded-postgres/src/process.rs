//! Child processes: with a clean environment, as another user, never outliving us.

use std::process::{Command, Stdio};

use nix::sys::signal::Signal;
use std::os::unix::process::CommandExt;

use crate::{binaries::Binaries, run_as::RunAs};

/// A server program, with none of the caller's environment: `PGDATA`, `PGHOST` and the like must
/// not leak in.
pub(crate) fn server_command(binaries: &Binaries, program: &str, run_as: RunAs) -> Command {
    let mut command = Command::new(binaries.bin.join(program));
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").env("TZ", "UTC");
    if let Some(libraries) = &binaries.libraries {
        command.env("LD_LIBRARY_PATH", libraries);
    }
    if let RunAs::Other { uid, gid } = run_as {
        command.uid(uid).gid(gid); // gives root's other groups up as well
    }
    command.current_dir("/").stdin(Stdio::null());
    command
}

/// Has the system send `signal` to the child when the thread that starts it ends, however it ends.
///
/// Start the child from a thread that lives as long as the program: the main thread, or that of a
/// current-thread runtime. Does nothing on systems other than Linux.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "the signal must be asked for by the child itself, before exec")]
pub fn die_with_parent(command: &mut Command, signal: Signal) {
    let parent = nix::unistd::getpid();
    let ask = move || {
        nix::sys::prctl::set_pdeathsig(signal)?;
        if nix::unistd::getppid() != parent {
            // the parent ended in between and the signal will never come
            return Err(std::io::Error::from_raw_os_error(nix::libc::ESRCH));
        }
        Ok(())
    };
    // SAFETY: only prctl and getppid are called, both async-signal-safe, and nothing is allocated.
    // It runs after std has changed the user, which would clear the setting.
    unsafe {
        command.pre_exec(ask);
    }
}

/// Has the system send `signal` to the child when its parent ends: not on this system.
#[cfg(not(target_os = "linux"))]
pub fn die_with_parent(_command: &mut Command, _signal: Signal) {}
