//! Keeps box offices warm: one task per event decides every command for it and commits what
//! was decided in groups.
//!
//! `registry` finds the mailbox of an event, `mailbox` is the task behind it, `batch` decides,
//! `resident` is the state and how it is rebuilt, `window` recognises repeated commands and
//! `snapshot` shortens the next rebuild.

mod batch;
mod mailbox;
mod message;
mod registry;
mod resident;
mod snapshot;
#[cfg(test)]
mod tests;
mod window;

pub use message::{Asker, CommandContext, Committed, ExecuteError, RequestDigest};
pub use registry::{BoxOffices, Limits};
