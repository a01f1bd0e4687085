//! Sealing of personal data: each person has a data key, and a master key wraps the data keys.
//!
//! What stands about a person in the vault is sealed (XChaCha20-Poly1305) under the person's own
//! random key; only that key, wrapped, is kept beside it. Deleting one short row therefore makes
//! every copy of the person's data unreadable, and for a new master key the data keys alone are
//! wrapped anew, together with the little that belongs to no data key. Everything sealed is bound to its person and its column: moved elsewhere, it
//! doesn't open.

mod cipher;
mod data_key;
mod keys;
mod person;
mod person_key;
mod places;
mod randomness;
mod reseal;
mod ring;
mod rotate;
mod seal_plain;

pub use cipher::CannotOpen;
pub use data_key::DataKey;
pub use keys::{InvalidVaultKeys, VaultKey, VaultKeys};
pub use person::{Person, ReadPersonError, SealedPersons, find_person, find_persons};
pub use person_key::{PersonKey, normalised};
pub use places::{export_part_place, export_place, mail_place, second_factor_place, wish_place};
pub use randomness::Randomness;
pub use reseal::{Content, Resealed, reseal_batch};
pub use ring::{Sealed, Vault};
pub use rotate::{RotateError, Rotated, rotate_batch};
pub use seal_plain::{SealPlainError, seal_plain};
