//! The ring of master keys, as it is set.

use std::str::FromStr;

use thiserror::Error;

use crate::config::SecretKey;

/// A master key and its name.
#[derive(Clone, Debug)]
pub struct VaultKey {
    /// Stands beside everything the key wrapped; 1 to 16 letters, digits, `-` or `_`.
    pub kid: String,
    pub secret: SecretKey,
}

/// At least one master key, newest first: the newest seals, all open.
#[derive(Clone, Debug)]
pub struct VaultKeys {
    newest: VaultKey,
    older: Vec<VaultKey>,
}

/// Why a text is not a ring of master keys. Never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidVaultKeys {
    /// There is no key at all.
    #[error("at least one vault key is needed")]
    Empty,
    /// One entry is not `kid:hex`.
    #[error("a vault key is written kid:hex, with a kid of 1 to 16 letters, digits, - or _")]
    Malformed,
    /// The bytes of one key are not 64 hexadecimal digits.
    #[error("a vault key has 32 bytes in hexadecimal (64 digits)")]
    Key,
    /// Two keys share a name or their bytes.
    #[error("two vault keys are the same or have the same name")]
    Repeated,
}

const LONGEST_KID: usize = 16;

impl VaultKeys {
    /// A ring of these keys, newest first.
    ///
    /// # Errors
    ///
    /// [`InvalidVaultKeys`] if there is none, or two are alike.
    pub fn try_new(keys: Vec<VaultKey>) -> Result<Self, InvalidVaultKeys> {
        for (number, key) in keys.iter().enumerate() {
            let alike = |other: &VaultKey| other.kid == key.kid || other.secret == key.secret;
            if keys.iter().skip(number + 1).any(alike) {
                return Err(InvalidVaultKeys::Repeated);
            }
        }
        let mut keys = keys.into_iter();
        let newest = keys.next().ok_or(InvalidVaultKeys::Empty)?;
        Ok(Self { newest, older: keys.collect() })
    }

    /// The key that seals.
    pub fn newest(&self) -> &VaultKey {
        &self.newest
    }

    /// The keys that only open, newest first.
    pub fn older(&self) -> &[VaultKey] {
        &self.older
    }
}

impl FromStr for VaultKeys {
    type Err = InvalidVaultKeys;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().is_empty() {
            return Err(InvalidVaultKeys::Empty);
        }
        Self::try_new(text.split(',').map(parse_key).collect::<Result<_, _>>()?)
    }
}

fn parse_key(text: &str) -> Result<VaultKey, InvalidVaultKeys> {
    let (kid, secret) = text.trim().split_once(':').ok_or(InvalidVaultKeys::Malformed)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if kid.is_empty() || kid.len() > LONGEST_KID || !kid.bytes().all(is_plain) {
        return Err(InvalidVaultKeys::Malformed);
    }
    let secret = secret.parse().map_err(|_| InvalidVaultKeys::Key)?;
    Ok(VaultKey { kid: kid.to_owned(), secret })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(kid: &str, byte: &str) -> String {
        format!("{kid}:{}", byte.repeat(32))
    }

    #[test]
    fn reads_a_ring_newest_first() {
        let text = format!("{}, {}", written("v2", "02"), written("v1", "01"));
        let keys: VaultKeys = text.parse().unwrap();
        assert_eq!(keys.newest().kid, "v2");
        assert_eq!((keys.older().len(), keys.older()[0].kid.as_str()), (1, "v1"));
        assert_eq!(keys.older()[0].secret.expose(), &[1; 32]);
    }

    #[test]
    fn refuses_what_is_no_ring() {
        let long = written(&"a".repeat(17), "01");
        for (text, expected) in [
            ("", InvalidVaultKeys::Empty),
            ("v1", InvalidVaultKeys::Malformed),
            (&written("", "01"), InvalidVaultKeys::Malformed),
            (&written("v 1", "01"), InvalidVaultKeys::Malformed),
            (&long, InvalidVaultKeys::Malformed),
            ("v1:0102", InvalidVaultKeys::Key),
            (
                &format!("{},{}", written("v1", "01"), written("v1", "02")),
                InvalidVaultKeys::Repeated,
            ),
            (
                &format!("{},{}", written("v1", "01"), written("v2", "01")),
                InvalidVaultKeys::Repeated,
            ),
        ] {
            assert_eq!(text.parse::<VaultKeys>().unwrap_err(), expected, "{text}");
        }
    }
}
