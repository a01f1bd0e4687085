//! The ring of keys that sign ticket codes.

use std::str::FromStr;

use thiserror::Error;

use crate::config::SecretKey;

/// A key and its name.
#[derive(Debug, Clone)]
pub struct TicketKey {
    /// Names the key in reports; 1 to 16 letters, digits, `-` or `_`.
    pub kid: String,
    /// The key.
    pub secret: SecretKey,
}

/// At least one key, newest first: the newest signs, all verify.
#[derive(Debug, Clone)]
pub struct TicketKeys {
    newest: TicketKey,
    older: Vec<TicketKey>,
}

/// Why a text is not a ring of keys. Never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidTicketKeys {
    /// There is no key at all.
    #[error("at least one ticket key is needed")]
    Empty,
    /// One entry is not `kid:hex`.
    #[error("a ticket key is written kid:hex, with a kid of 1 to 16 letters, digits, - or _")]
    Malformed,
    /// The bytes of one key are not 64 hexadecimal digits.
    #[error("a ticket key has 32 bytes in hexadecimal (64 digits)")]
    Key,
    /// Two keys share a name or their bytes.
    #[error("two ticket keys are the same or have the same name")]
    Repeated,
    /// More keys than a verifier should try.
    #[error("at most 8 ticket keys may live at once")]
    TooMany,
}

const MOST_KEYS: usize = 8;
const LONGEST_KID: usize = 16;

impl TicketKeys {
    /// A ring of these keys, newest first.
    ///
    /// # Errors
    ///
    /// [`InvalidTicketKeys`] if there is none, there are too many, or two are alike.
    pub fn try_new(keys: Vec<TicketKey>) -> Result<Self, InvalidTicketKeys> {
        if keys.len() > MOST_KEYS {
            return Err(InvalidTicketKeys::TooMany);
        }
        for (number, key) in keys.iter().enumerate() {
            let alike = |other: &TicketKey| other.kid == key.kid || other.secret == key.secret;
            if keys.iter().skip(number + 1).any(alike) {
                return Err(InvalidTicketKeys::Repeated);
            }
        }
        let mut keys = keys.into_iter();
        let newest = keys.next().ok_or(InvalidTicketKeys::Empty)?;
        Ok(Self { newest, older: keys.collect() })
    }

    /// The key that signs.
    pub fn newest(&self) -> &TicketKey {
        &self.newest
    }

    /// Every key, newest first.
    pub fn all(&self) -> impl Iterator<Item = &TicketKey> {
        std::iter::once(&self.newest).chain(&self.older)
    }
}

impl FromStr for TicketKeys {
    type Err = InvalidTicketKeys;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().is_empty() {
            return Err(InvalidTicketKeys::Empty);
        }
        let keys = text.split(',').map(parse_key).collect::<Result<_, _>>()?;
        Self::try_new(keys)
    }
}

fn parse_key(text: &str) -> Result<TicketKey, InvalidTicketKeys> {
    let (kid, secret) = text.trim().split_once(':').ok_or(InvalidTicketKeys::Malformed)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if kid.is_empty() || kid.len() > LONGEST_KID || !kid.bytes().all(is_plain) {
        return Err(InvalidTicketKeys::Malformed);
    }
    let secret = secret.parse().map_err(|_| InvalidTicketKeys::Key)?;
    Ok(TicketKey { kid: kid.to_owned(), secret })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(kid: &str, byte: &str) -> String {
        format!("{kid}:{}", byte.repeat(32))
    }

    #[test]
    fn reads_keys_newest_first() {
        let text = format!("{}, {}", written("b", "02"), written("a", "01"));
        let keys: TicketKeys = text.parse().unwrap();
        assert_eq!(keys.newest().kid, "b");
        let kids: Vec<_> = keys.all().map(|key| key.kid.as_str()).collect();
        assert_eq!(kids, ["b", "a"]);
    }

    #[test]
    fn refuses_what_is_no_ring() {
        let refusal = |text: &str| text.parse::<TicketKeys>().unwrap_err();
        assert_eq!(refusal(" "), InvalidTicketKeys::Empty);
        assert_eq!(refusal("nokey"), InvalidTicketKeys::Malformed);
        assert_eq!(refusal(&written("", "01")), InvalidTicketKeys::Malformed);
        assert_eq!(refusal(&written("seventeenletters_", "01")), InvalidTicketKeys::Malformed);
        assert_eq!(refusal("a:0102"), InvalidTicketKeys::Key);
    }

    #[test]
    fn refuses_keys_that_are_alike() {
        let pair = |first: String, second: String| format!("{first},{second}").parse();
        let same_name: Result<TicketKeys, _> = pair(written("a", "01"), written("a", "02"));
        assert_eq!(same_name.unwrap_err(), InvalidTicketKeys::Repeated);
        let same_bytes: Result<TicketKeys, _> = pair(written("a", "01"), written("b", "01"));
        assert_eq!(same_bytes.unwrap_err(), InvalidTicketKeys::Repeated);
    }

    #[test]
    fn refuses_a_ninth_key() {
        let ring = |count: u8| {
            let key = |n| written(&format!("k{n}"), &format!("{n:02x}"));
            let keys: Vec<_> = (0..count).map(key).collect();
            keys.join(",").parse::<TicketKeys>()
        };
        assert!(ring(8).is_ok());
        assert_eq!(ring(9).unwrap_err(), InvalidTicketKeys::TooMany);
    }
}
