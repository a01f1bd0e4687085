//! The master keys at work: they wrap data keys, and seal what belongs to no data key.

use std::{fmt, sync::Arc};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{
    cipher::{CannotOpen, Cipher},
    data_key::{DataKey, Place},
    keys::{VaultKey, VaultKeys},
    randomness::Randomness,
};
use crate::{config::SecretKey, id::PersonId};

/// The place of a wrapped data key.
const DATA_KEY: &str = "data key";

/// Something sealed under a master key, and that key's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    pub kid: String,
    pub bytes: Vec<u8>,
}

/// Wraps and unwraps data keys. A clone is the same.
#[derive(Clone)]
pub struct Vault(Arc<Ring>);

struct Ring {
    newest: MasterKey,
    older: Vec<MasterKey>,
}

/// A master key is never used itself: each purpose has a key derived from it.
struct MasterKey {
    kid: String,
    wrapping: Cipher,
    content: Cipher,
    likeness: Hmac<Sha256>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[vault keys, newest {}]", self.newest_kid())
    }
}

impl Vault {
    /// A vault under these keys: the newest seals, all open.
    pub fn new(keys: &VaultKeys) -> Self {
        let older = keys.older().iter().map(MasterKey::derive).collect();
        Self(Arc::new(Ring { newest: MasterKey::derive(keys.newest()), older }))
    }

    /// The name of the key that seals.
    pub fn newest_kid(&self) -> &str {
        &self.0.newest.kid
    }

    /// Wraps a data key with the newest master key.
    ///
    /// # Errors
    ///
    /// If there is no randomness.
    pub fn wrap(
        &self,
        key: &DataKey,
        person: PersonId,
        randomness: &mut Randomness,
    ) -> Result<Vec<u8>, getrandom::Error> {
        let place = Place::of(person, DATA_KEY);
        Ok(self.0.newest.wrapping.seal(randomness.take()?, place.as_bytes(), key.bytes()))
    }

    /// Unwraps a person's data key.
    ///
    /// # Errors
    ///
    /// [`CannotOpen`] if there is no master key of that name, or it wrapped something else.
    pub fn unwrap(
        &self,
        person: PersonId,
        kid: &str,
        wrapped: &[u8],
    ) -> Result<DataKey, CannotOpen> {
        let place = Place::of(person, DATA_KEY);
        let bytes = self.key(kid)?.wrapping.open(place.as_bytes(), wrapped)?;
        Ok(DataKey::new(person, bytes.try_into().map_err(|_| CannotOpen)?))
    }

    /// Seals what belongs to no data key, bound to `place`, under the newest master key itself.
    ///
    /// # Errors
    ///
    /// If there is no randomness.
    pub fn seal(
        &self,
        place: &[u8],
        content: &[u8],
        randomness: &mut Randomness,
    ) -> Result<Sealed, getrandom::Error> {
        let bytes = self.0.newest.content.seal(randomness.take()?, place, content);
        Ok(Sealed { kid: self.newest_kid().to_owned(), bytes })
    }

    /// Opens what [`Self::seal`] bound to this place.
    ///
    /// # Errors
    ///
    /// [`CannotOpen`] if there is no master key of that name, or it sealed something else.
    pub fn open(&self, place: &[u8], kid: &str, sealed: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        self.key(kid)?.content.open(place, sealed)
    }

    /// Tells whether two contents of one person are alike, without telling what they are: a keyed
    /// hash. Another newest master key makes all of them unlike.
    pub fn likeness(&self, person: PersonId, parts: &[&str]) -> [u8; 16] {
        let mut mac = self.0.newest.likeness.clone();
        mac.update(person.uuid().as_bytes());
        for part in parts {
            mac.update(part.as_bytes());
            mac.update(&[0]); // no part contains it
        }
        let full: [u8; 32] = mac.finalize().into_bytes().into();
        let mut short = [0; 16];
        short.copy_from_slice(&full[..16]);
        short
    }

    fn key(&self, kid: &str) -> Result<&MasterKey, CannotOpen> {
        let mut all = std::iter::once(&self.0.newest).chain(&self.0.older);
        all.find(|key| key.kid == kid).ok_or(CannotOpen)
    }
}

impl MasterKey {
    fn derive(key: &VaultKey) -> Self {
        let master: Hmac<Sha256> = Hmac::new(&key.secret.padded_block().into());
        let derive = |purpose: &[u8]| -> SecretKey {
            // The first block of HKDF-Expand (RFC 5869): a master key is uniformly random already.
            let info: [&[u8]; 3] = [b"fullhouse vault 1: ", purpose, &[1]];
            let mac = info.iter().fold(master.clone(), Mac::chain_update);
            SecretKey::new(mac.finalize().into_bytes().into())
        };
        let likeness = derive(b"tell likeness");
        Self {
            kid: key.kid.clone(),
            wrapping: Cipher::new(derive(b"wrap data keys").expose()),
            content: Cipher::new(derive(b"seal content").expose()),
            likeness: Hmac::new(&likeness.padded_block().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ADA: PersonId = PersonId::new(Uuid::from_u128(0xADA));
    const BOB: PersonId = PersonId::new(Uuid::from_u128(0xB0B));

    fn vault(keys: &[(&str, &str)]) -> Vault {
        let text: Vec<String> =
            keys.iter().map(|(kid, byte)| format!("{kid}:{}", byte.repeat(32))).collect();
        Vault::new(&text.join(",").parse().unwrap())
    }

    fn randomness() -> Randomness {
        Randomness::draw(256).unwrap()
    }

    #[test]
    fn a_wrapped_key_opens_for_its_person_alone() {
        let vault = vault(&[("v1", "01")]);
        let key = DataKey::fresh(ADA, &mut randomness()).unwrap();
        let wrapped = vault.wrap(&key, ADA, &mut randomness()).unwrap();
        assert_eq!(wrapped.len(), 24 + 32 + 16);
        assert_eq!(vault.unwrap(ADA, "v1", &wrapped).unwrap().bytes(), key.bytes());
        assert!(vault.unwrap(BOB, "v1", &wrapped).is_err());
    }

    #[test]
    fn an_older_master_key_still_opens_and_a_retired_one_does_not() {
        let key = DataKey::fresh(ADA, &mut randomness()).unwrap();
        let old = vault(&[("v1", "01")]).wrap(&key, ADA, &mut randomness()).unwrap();
        let both = vault(&[("v2", "02"), ("v1", "01")]);
        assert!(both.unwrap(ADA, "v1", &old).is_ok());
        assert!(both.unwrap(ADA, "v2", &old).is_err());
        assert_eq!(both.newest_kid(), "v2");
        assert!(vault(&[("v2", "02")]).unwrap(ADA, "v1", &old).is_err());
    }

    #[test]
    fn content_is_bound_to_its_place_and_sealed_by_another_key_than_data_keys() {
        let vault = vault(&[("v1", "01")]);
        let sealed = vault.seal(b"here", b"secret", &mut randomness()).unwrap();
        assert_eq!(vault.open(b"here", &sealed.kid, &sealed.bytes).unwrap(), b"secret");
        assert!(vault.open(b"there", &sealed.kid, &sealed.bytes).is_err());
        let key = DataKey::fresh(ADA, &mut randomness()).unwrap();
        let wrapped = vault.wrap(&key, ADA, &mut randomness()).unwrap();
        assert!(vault.open(Place::of(ADA, DATA_KEY).as_bytes(), "v1", &wrapped).is_err());
    }

    #[test]
    fn likeness_tells_contents_and_people_apart() {
        let vault = vault(&[("v1", "01")]);
        let one = vault.likeness(ADA, &["a@example.org", "Ada"]);
        assert_eq!(one, vault.likeness(ADA, &["a@example.org", "Ada"]));
        assert_ne!(one, vault.likeness(ADA, &["a@example.org", "Bob"]));
        assert_ne!(one, vault.likeness(BOB, &["a@example.org", "Ada"]));
        assert_ne!(vault.likeness(ADA, &["ab", "c"]), vault.likeness(ADA, &["a", "bc"]));
    }

    #[test]
    fn keys_are_not_printed() {
        let text = format!("{:?}", vault(&[("v1", "01")]));
        assert_eq!(text, "[vault keys, newest v1]");
    }
}
