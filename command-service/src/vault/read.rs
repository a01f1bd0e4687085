//! Reads people from the vault.

pub use shared::vault::{Person, ReadPersonError, find_person};
