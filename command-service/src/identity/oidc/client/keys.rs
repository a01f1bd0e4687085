//! The keys of a provider (RFC 7517), and signatures under them. Three algorithms, no others.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;
use thiserror::Error;

/// A provider has a handful; nobody makes us try more.
const MOST: usize = 50;
const COORDINATE: usize = 32;

/// Why an id token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TokenFault {
    #[error("it is malformed")]
    Malformed,
    #[error("its algorithm is not allowed")]
    Algorithm,
    #[error("no key of the provider has its name")]
    UnknownKey,
    #[error("the signature is wrong")]
    Signature,
    #[error("it is by another issuer")]
    Issuer,
    #[error("it is for someone else")]
    Audience,
    #[error("it has expired")]
    Expired,
    #[error("it is from another time")]
    NotOfNow,
    #[error("it answers another question")]
    Nonce,
    #[error("it names nobody")]
    Subject,
}

/// What an id token may be signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Es256,
    EdDsa,
}

/// The keys of a provider that we understand.
#[derive(Debug)]
pub(super) struct KeySet(Vec<Key>);

#[derive(Debug)]
struct Key {
    kid: Option<String>,
    public: PublicKey,
}

#[derive(Debug)]
enum PublicKey {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// An uncompressed point.
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// A key as it is written.
#[derive(Deserialize)]
struct Written {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    used_for: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl Algorithm {
    /// The algorithm of that name, if it is allowed.
    ///
    /// # Errors
    ///
    /// [`TokenFault::Algorithm`].
    pub(super) fn parse(name: &str) -> Result<Self, TokenFault> {
        match name {
            "RS256" => Ok(Self::Rs256),
            "ES256" => Ok(Self::Es256),
            "EdDSA" => Ok(Self::EdDsa),
            _ => Err(TokenFault::Algorithm),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

impl KeySet {
    /// Verifies a signature by the key of this name; without a name, by the only one that it can be.
    ///
    /// # Errors
    ///
    /// [`TokenFault::UnknownKey`], [`TokenFault::Signature`].
    pub(super) fn verify(
        &self,
        algorithm: Algorithm,
        kid: Option<&str>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), TokenFault> {
        let named = |key: &&Key| kid.is_none() || key.kid.as_deref() == kid;
        let mut fitting =
            self.0.iter().filter(|key| key.public.algorithm() == algorithm).filter(named);
        let key = fitting.next().ok_or(TokenFault::UnknownKey)?;
        if fitting.next().is_some() {
            return Err(TokenFault::UnknownKey);
        }
        key.public.verify(message, signature)
    }
}

impl PublicKey {
    const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rsa { .. } => Algorithm::Rs256,
            Self::P256(_) => Algorithm::Es256,
            Self::Ed25519(_) => Algorithm::EdDsa,
        }
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), TokenFault> {
        let verified = match self {
            Self::Rsa { n, e } => RsaPublicKeyComponents { n, e }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                message,
                signature,
            ),
            Self::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
            }
            Self::Ed25519(point) => {
                UnparsedPublicKey::new(&ED25519, point).verify(message, signature)
            }
        };
        verified.map_err(|_| TokenFault::Signature)
    }

    fn of(written: &Written) -> Option<Self> {
        let bytes = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_ref()?).ok();
        let coordinate = |text| bytes(text).filter(|bytes| bytes.len() == COORDINATE);
        match (written.kty.as_str(), written.crv.as_deref()) {
            ("RSA", None) => Some(Self::Rsa { n: bytes(&written.n)?, e: bytes(&written.e)? }),
            ("EC", Some("P-256")) => {
                let (x, y) = (coordinate(&written.x)?, coordinate(&written.y)?);
                Some(Self::P256([vec![4], x, y].concat()))
            }
            ("OKP", Some("Ed25519")) => Some(Self::Ed25519(coordinate(&written.x)?)),
            _ => None,
        }
    }
}

impl Key {
    /// The key, if it is one that id tokens are signed with.
    fn of(written: Written) -> Option<Self> {
        let public = PublicKey::of(&written)?;
        let is_for_signatures = written.used_for.as_deref().is_none_or(|used| used == "sig");
        let named = written.alg.as_deref();
        let has_algorithm = named.is_none_or(|named| named == public.algorithm().name());
        (is_for_signatures && has_algorithm).then_some(Self { kid: written.kid, public })
    }
}

/// Keys that we don't understand are left out: a provider may have others besides.
impl<'de> Deserialize<'de> for KeySet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set = Set::deserialize(deserializer)?;
        if set.keys.len() > MOST {
            return Err(D::Error::custom("too many keys"));
        }
        let keys = set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
        Ok(Self(keys.filter_map(Key::of).collect()))
    }
}
