//! The keys of session tokens: secret ones to sign with, public ones to verify with.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

const LONGEST_KID: usize = 32;

/// Keys to sign with, `kid:hex32seed,…`; the first one signs, all verify.
#[derive(Clone)]
pub struct TokenKeys {
    newest: (String, SigningKey),
    older: Vec<(String, SigningKey)>,
}

/// Keys to verify with, `kid:hex32key,…`.
#[derive(Clone, Debug)]
pub struct PublicTokenKeys(Vec<(String, VerifyingKey)>);

/// Not a list of keys. Doesn't say what it was, for it may be most of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidTokenKeys {
    /// Not `kid:64 hex digits`, separated by commas.
    #[error("not a list of keys of the form kid:64 hexadecimal digits")]
    Malformed,
    /// Two keys have the same id.
    #[error("a key id is there twice")]
    Repeated,
}

/// The public keys as RFC 7517 and RFC 8037 write them.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonWebKeySet {
    keys: Vec<JsonWebKey>,
}

#[derive(Debug, Serialize, ToSchema)]
struct JsonWebKey {
    kty: &'static str,
    crv: &'static str,
    #[serde(rename = "use")]
    usage: &'static str,
    alg: &'static str,
    kid: String,
    x: String,
}

impl TokenKeys {
    /// The key that signs, with its id.
    pub(super) fn newest(&self) -> (&str, &SigningKey) {
        (&self.newest.0, &self.newest.1)
    }

    /// What whoever verifies needs.
    pub fn public(&self) -> PublicTokenKeys {
        let all = std::iter::once(&self.newest).chain(&self.older);
        PublicTokenKeys(all.map(|(kid, key)| (kid.clone(), key.verifying_key())).collect())
    }

    /// A secret for another purpose of whoever signs, the newest key's first.
    pub fn derive(&self, purpose: &str) -> Vec<[u8; 32]> {
        use sha2::{Digest, Sha256};

        let all = std::iter::once(&self.newest).chain(&self.older);
        let derived = all.map(|(_, key)| {
            let mut hash = Sha256::new();
            hash.update(b"fullhouse token key, derived for ");
            hash.update(purpose.as_bytes());
            hash.update([0]);
            hash.update(key.as_bytes());
            hash.finalize().into()
        });
        derived.collect()
    }
}

impl PublicTokenKeys {
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &VerifyingKey)> {
        self.0.iter().map(|(kid, key)| (kid.as_str(), key))
    }

    /// The keys for whoever verifies our tokens elsewhere.
    pub fn json_web_key_set(&self) -> JsonWebKeySet {
        let keys = self.iter().map(|(kid, key)| JsonWebKey {
            kty: "OKP",
            crv: "Ed25519",
            usage: "sig",
            alg: "EdDSA",
            kid: kid.to_owned(),
            x: URL_SAFE_NO_PAD.encode(key.as_bytes()),
        });
        JsonWebKeySet { keys: keys.collect() }
    }
}

/// As the setting takes it.
impl fmt::Display for PublicTokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (kid, key)) in self.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma}{kid}:{}", hex::encode(key.as_bytes()))?;
        }
        Ok(())
    }
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenKeys").field(&self.newest.0).finish_non_exhaustive()
    }
}

impl FromStr for TokenKeys {
    type Err = InvalidTokenKeys;

    fn from_str(text: &str) -> Result<Self, InvalidTokenKeys> {
        let keys = parse(text)?;
        let mut keys = keys.into_iter().map(|(kid, seed)| (kid, SigningKey::from_bytes(&seed)));
        let newest = keys.next().ok_or(InvalidTokenKeys::Malformed)?;
        Ok(Self { newest, older: keys.collect() })
    }
}

impl FromStr for PublicTokenKeys {
    type Err = InvalidTokenKeys;

    fn from_str(text: &str) -> Result<Self, InvalidTokenKeys> {
        let keys = parse(text)?.into_iter().map(|(kid, bytes)| {
            let key = VerifyingKey::from_bytes(&bytes).map_err(|_| InvalidTokenKeys::Malformed)?;
            if key.is_weak() { Err(InvalidTokenKeys::Malformed) } else { Ok((kid, key)) }
        });
        keys.collect::<Result<_, _>>().map(Self)
    }
}

fn parse(text: &str) -> Result<Vec<(String, [u8; 32])>, InvalidTokenKeys> {
    let mut keys: Vec<(String, [u8; 32])> = Vec::new();
    for one in text.split(',') {
        let (kid, digits) = one.trim().split_once(':').ok_or(InvalidTokenKeys::Malformed)?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let mut bytes = [0; 32];
        let is_key = hex::decode_to_slice(digits, &mut bytes).is_ok();
        if kid.is_empty() || kid.len() > LONGEST_KID || !kid.bytes().all(is_plain) || !is_key {
            return Err(InvalidTokenKeys::Malformed);
        }
        if keys.iter().any(|(known, _)| known == kid) {
            return Err(InvalidTokenKeys::Repeated);
        }
        keys.push((kid.to_owned(), bytes));
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> TokenKeys {
        text.parse().unwrap()
    }

    #[test]
    fn the_public_setting_is_read_as_it_is_written() {
        let two = keys(&format!("b:{},a:{}", "02".repeat(32), "01".repeat(32)));
        let setting = two.public().to_string();
        let read: PublicTokenKeys = setting.parse().unwrap();
        assert_eq!(read.to_string(), setting);
        assert!(setting.starts_with("b:") && setting.contains(",a:"));
    }

    #[test]
    fn the_public_key_is_that_of_rfc_8032() {
        let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(keys(&format!("k:{seed}")).public().to_string(), format!("k:{public}"));
    }

    #[test]
    fn what_is_no_list_of_keys_is_refused_without_repeating_it() {
        let good = "07".repeat(32);
        for text in ["", "k", "k:", "k:07", ":07", &format!("k k:{good}"), &format!("k:{good},")] {
            assert_eq!(text.parse::<TokenKeys>().unwrap_err(), InvalidTokenKeys::Malformed);
        }
        let twice = format!("k:{good},k:{good}").parse::<TokenKeys>().unwrap_err();
        assert_eq!(twice, InvalidTokenKeys::Repeated);
        let zero = format!("k:{}", "00".repeat(32));
        assert!(zero.parse::<PublicTokenKeys>().is_err(), "a weak key");
    }

    #[test]
    fn secret_keys_are_not_printed() {
        let printed = format!("{:?}", keys(&format!("k:{}", "07".repeat(32))));
        assert!(!printed.contains("0707") && !printed.contains("7, 7"), "{printed}");
    }

    #[test]
    fn the_key_set_holds_public_keys_only() {
        let set = keys(&format!("k:{}", "07".repeat(32))).public().json_web_key_set();
        let set = serde_json::to_value(&set).unwrap();
        assert_eq!(
            (&set["keys"][0]["kid"], &set["keys"][0]["alg"]),
            (&"k".into(), &"EdDSA".into())
        );
        assert!(set["keys"][0].get("d").is_none());
    }
}
