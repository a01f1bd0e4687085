//! The opaque id that stands for a person outside of the vault.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{config::SecretKey, id::PersonId};

/// Derives [`PersonId`]s: a keyed hash, so that an id can't be guessed from an address, and the
/// same address is the same person also after its row in the vault is gone.
#[derive(Clone)]
pub struct PersonKey {
    mac: Hmac<Sha256>,
}

impl PersonKey {
    /// Ids under this key.
    pub fn new(key: &SecretKey) -> Self {
        Self { mac: Hmac::<Sha256>::new(&key.padded_block().into()) }
    }

    /// The person behind an e-mail address as [`normalised`] spells it.
    pub fn person(&self, normalised_email: &str) -> PersonId {
        let mut mac = self.mac.clone();
        mac.update(normalised_email.as_bytes());
        let digest = mac.finalize().into_bytes();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        PersonId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// Under what the log-in of a person at a provider is kept. Addresses have no control
    /// characters, so that it is never the id of a person.
    pub fn login(&self, issuer: &str, subject: &str) -> [u8; 32] {
        let mut mac = self.mac.clone();
        for part in ["log-in", issuer, subject] {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        mac.finalize().into_bytes().into()
    }
}

/// An e-mail address in the one spelling under which a person is recognised.
pub fn normalised(email: &str) -> String {
    email.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_make_another_person() {
        let key = PersonKey::new(&SecretKey::new([7; 32]));
        let one = key.person(&normalised("Ada@Example.org "));
        assert_eq!(one, key.person(&normalised("ada@example.org")));
        assert_ne!(one, key.person("ada@example.com"));
        assert_ne!(one, PersonKey::new(&SecretKey::new([8; 32])).person("ada@example.org"));
    }
}
