//! Support for tests: fresh databases, quick to make.

mod database;

pub use database::TestDatabase;
