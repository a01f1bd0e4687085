//! Personal data: the only place that writes it. The log knows people by [`PersonId`] alone.

mod contact;
mod erase;
mod language;
mod persons;
mod read;
#[cfg(test)]
pub(crate) mod testing;

pub use contact::{Contact, is_hidden, joins};
pub use erase::{Erased, erase_persons};
pub use language::speak;
pub use persons::{Entry, Persons, VaultUnavailable};
pub use read::{Person, ReadPersonError, find_person};
pub use shared::vault::PersonKey;
