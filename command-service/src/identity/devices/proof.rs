//! Keys of devices, and what they sign.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use shared::{http::FieldError, id::DeviceId};

/// An uncompressed point of P-256.
const POINT: usize = 65;
const SIGNATURE: usize = 64;

/// The public key of a device: a point of P-256, which every browser has as a key that can't be
/// taken out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceKey([u8; POINT]);

/// What a device signs. One is never taken for the other.
#[derive(Clone, Copy, Debug)]
pub enum Claim<'a> {
    /// To take up an invitation.
    Enrol { code: &'a str },
    /// To get a token.
    Token { device: DeviceId, challenge: &'a str },
}

impl DeviceKey {
    /// Reads a key as a device sends it: base64url of the uncompressed point.
    ///
    /// # Errors
    ///
    /// A fault of the field.
    pub fn parse(pointer: &'static str, text: &str) -> Result<Self, FieldError> {
        let bytes = decode::<POINT>(text).filter(|bytes| bytes.first() == Some(&4));
        let detail = "A P-256 key: the uncompressed point (65 bytes) in base64url.";
        bytes.map(Self).ok_or_else(|| FieldError::new(pointer, "not-a-key", detail))
    }

    /// Reads a key as it is stored.
    pub fn stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub const fn bytes(&self) -> &[u8; POINT] {
        &self.0
    }

    /// Whether the owner of the key signed this (ECDSA with SHA-256, both halves side by side, in
    /// base64url).
    pub fn signed(&self, claim: Claim<'_>, signature: &str) -> bool {
        let Some(signature) = decode::<SIGNATURE>(signature) else { return false };
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.0);
        key.verify(claim.text().as_bytes(), &signature).is_ok()
    }
}

impl Claim<'_> {
    /// The text that is signed.
    pub fn text(self) -> String {
        match self {
            Self::Enrol { code } => format!("fullhouse device enrolment {code}"),
            Self::Token { device, challenge } => {
                format!("fullhouse device token {device} {challenge}")
            }
        }
    }
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::devices::testing::Handset;

    const CLAIM: Claim<'_> = Claim::Enrol { code: "c0de" };

    fn key(handset: &Handset) -> DeviceKey {
        DeviceKey::parse("/public_key", &handset.public_key()).unwrap()
    }

    #[test]
    fn knows_what_was_signed_and_by_whom() {
        let (ours, other) = (Handset::new(), Handset::new());
        let signature = ours.sign(CLAIM);
        assert!(key(&ours).signed(CLAIM, &signature));
        assert!(!key(&other).signed(CLAIM, &signature));
        assert!(!key(&ours).signed(Claim::Enrol { code: "c0df" }, &signature));
        for wrong in
            ["", "AA", &signature[1..], &format!("{signature}A"), &signature.to_lowercase()]
        {
            assert!(!key(&ours).signed(CLAIM, wrong), "{wrong}");
        }
        assert!(!key(&ours).signed(CLAIM, &URL_SAFE_NO_PAD.encode([0; 64])));
    }

    #[test]
    fn what_is_no_point_is_refused_or_proves_nothing() {
        for bytes in [vec![], vec![4; 64], vec![4; 66], vec![2; 65], vec![0; 65]] {
            assert!(DeviceKey::parse("/public_key", &URL_SAFE_NO_PAD.encode(bytes)).is_err());
        }
        let nowhere = DeviceKey::parse("/public_key", &URL_SAFE_NO_PAD.encode([4; 65])).unwrap();
        assert!(!nowhere.signed(CLAIM, &Handset::new().sign(CLAIM)));
    }
}
