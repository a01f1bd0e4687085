//! The system as its users meet it: real processes, real PostgreSQL, HTTP only.
//!
//! `platform` starts and kills the processes, `client` speaks to them, `checker` reads the log
//! afterwards with a fold of its own. The other modules are the tests.

mod bad_input;
mod checker;
mod client;
mod erasure;
mod faults;
mod mails;
mod matrix;
mod payments;
mod platform;
mod rebuilds;
mod selling;
mod suspension;
