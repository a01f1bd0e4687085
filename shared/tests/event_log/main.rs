//! The log against a real PostgreSQL.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod append;
mod lanes;
mod outcome;
mod plans;
mod pool;
mod postgres_es;
mod samples;
mod subscription;
mod tampering;
