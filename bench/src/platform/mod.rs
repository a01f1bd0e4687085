//! What is measured, started anew for a measurement: databases on a private server and the
//! programs on top of them, each on a free port of the loopback interface.

mod client;
mod database;
mod process;
mod sale;
mod system;

pub use client::{Answered, Client};
pub use database::{Database, Server};
pub use process::{Program, free_address};
pub use sale::Sale;
pub use system::{Parts, RateLimits, System};
