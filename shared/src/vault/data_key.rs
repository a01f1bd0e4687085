//! The key of one person.

use std::fmt;

use super::{
    cipher::{CannotOpen, Cipher},
    randomness::Randomness,
};
use crate::id::PersonId;

/// A person's own key. Seals what is known about the person, one column at a time.
#[derive(Clone)]
pub struct DataKey {
    cipher: Cipher,
    bytes: [u8; 32],
    person: PersonId,
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[data key]")
    }
}

impl DataKey {
    /// A fresh key for this person.
    ///
    /// # Errors
    ///
    /// If there is no randomness.
    pub fn fresh(person: PersonId, randomness: &mut Randomness) -> Result<Self, getrandom::Error> {
        Ok(Self::new(person, randomness.take()?))
    }

    pub(super) fn new(person: PersonId, bytes: [u8; 32]) -> Self {
        Self { cipher: Cipher::new(&bytes), bytes, person }
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Seals a text of this column.
    ///
    /// # Errors
    ///
    /// If there is no randomness.
    pub fn seal(
        &self,
        column: &'static str,
        text: &str,
        randomness: &mut Randomness,
    ) -> Result<Vec<u8>, getrandom::Error> {
        let place = Place::of(self.person, column);
        Ok(self.cipher.seal(randomness.take()?, place.as_bytes(), text.as_bytes()))
    }

    /// Opens what was sealed in this column for this person.
    ///
    /// # Errors
    ///
    /// [`CannotOpen`] if it wasn't, or was changed.
    pub fn open(&self, column: &'static str, sealed: &[u8]) -> Result<String, CannotOpen> {
        let place = Place::of(self.person, column);
        let text = self.cipher.open(place.as_bytes(), sealed)?;
        String::from_utf8(text).map_err(|_| CannotOpen)
    }
}

/// What something sealed is bound to: the person's id, then the column's name.
pub(super) struct Place {
    bytes: [u8; 64],
    length: usize,
}

impl Place {
    /// Columns are told apart by the first 48 bytes of their names.
    pub(super) fn of(person: PersonId, column: &str) -> Self {
        let mut bytes = [0; 64];
        let (id, rest) = bytes.split_at_mut(16);
        id.copy_from_slice(person.uuid().as_bytes());
        let name = rest.iter_mut().zip(column.bytes());
        let length = 16 + name.map(|(place, byte)| *place = byte).count();
        Self { bytes, length }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ADA: PersonId = PersonId::new(Uuid::from_u128(0xADA));
    const BOB: PersonId = PersonId::new(Uuid::from_u128(0xB0B));

    fn randomness() -> Randomness {
        Randomness::draw(256).unwrap()
    }

    #[test]
    fn opens_what_it_sealed() {
        let key = DataKey::fresh(ADA, &mut randomness()).unwrap();
        for text in ["", "ada@example.org", &"ü".repeat(500)] {
            let sealed = key.seal("email", text, &mut randomness()).unwrap();
            assert_eq!(sealed.len(), 24 + text.len() + 16);
            assert_eq!(key.open("email", &sealed).as_deref(), Ok(text));
        }
    }

    #[test]
    fn seals_the_same_text_differently_every_time() {
        let key = DataKey::fresh(ADA, &mut randomness()).unwrap();
        let mut randomness = randomness();
        let one = key.seal("email", "ada@example.org", &mut randomness).unwrap();
        assert_ne!(one, key.seal("email", "ada@example.org", &mut randomness).unwrap());
    }

    #[test]
    fn what_was_moved_or_changed_does_not_open() {
        let key = DataKey::fresh(ADA, &mut randomness()).unwrap();
        let sealed = key.seal("email", "ada@example.org", &mut randomness()).unwrap();
        assert_eq!(key.open("name", &sealed), Err(CannotOpen), "another column");
        let of_bob = DataKey::new(BOB, *key.bytes());
        assert_eq!(of_bob.open("email", &sealed), Err(CannotOpen), "another person");
        let other = DataKey::fresh(ADA, &mut randomness()).unwrap();
        assert_eq!(other.open("email", &sealed), Err(CannotOpen), "another key");
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(key.open("email", &changed), Err(CannotOpen), "byte {place}");
            assert_eq!(key.open("email", &sealed[..place]), Err(CannotOpen), "cut at {place}");
        }
    }

    #[test]
    fn is_not_printed() {
        let key = DataKey::new(ADA, [7; 32]);
        assert_eq!(format!("{key:?}"), "[data key]");
    }
}
