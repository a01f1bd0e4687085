//! Keys of a provider, made for one test.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use ring::{
    rand::SystemRandom,
    rsa::PublicKeyComponents,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
        RsaKeyPair,
    },
};
use serde_json::{Value, json};
use sha2::Sha256;

use super::fake::Minted;

/// Who signs a token.
#[derive(Clone, Copy, Debug)]
pub enum Sign {
    Ed25519,
    P256,
    Rsa,
    /// Somebody who isn't the provider.
    Stranger,
    /// With the provider's public key, as a secret.
    HmacOfPublicKey,
    Nobody,
}

pub struct Signers {
    ed25519: Ed25519KeyPair,
    stranger: Ed25519KeyPair,
    p256: EcdsaKeyPair,
    rsa: RsaKeyPair,
    random: SystemRandom,
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Signers {
    pub fn new() -> Self {
        let random = SystemRandom::new();
        let ed25519 = |seed: u8| Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let p256 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        Self {
            ed25519: ed25519(1),
            stranger: ed25519(2),
            p256: EcdsaKeyPair::from_pkcs8(algorithm, p256.as_ref(), &random).unwrap(),
            // Made for this test; ring makes none.
            rsa: RsaKeyPair::from_pkcs8(include_bytes!("rsa.pkcs8")).unwrap(),
            random,
        }
    }

    /// The provider's key set, with keys besides that nobody understands.
    pub fn public(&self, generation: usize) -> Value {
        let rsa: PublicKeyComponents<Vec<u8>> = self.rsa.public_key().into();
        let point = self.p256.public_key().as_ref();
        json!({"keys": [
            {"kty": "OKP", "crv": "Ed25519", "kid": format!("ed{generation}"), "use": "sig",
             "x": b64(self.ed25519.public_key())},
            {"kty": "EC", "crv": "P-256", "kid": format!("ec{generation}"), "alg": "ES256",
             "x": b64(&point[1..33]), "y": b64(&point[33..])},
            {"kty": "RSA", "kid": format!("rsa{generation}"), "n": b64(rsa.n), "e": b64(rsa.e)},
            {"kty": "OKP", "crv": "Ed25519", "kid": "for-encryption", "use": "enc",
             "x": b64(self.stranger.public_key())},
            {"kty": "oct", "kid": "secret", "k": "AAAA"},
            {"kty": "EC", "crv": "P-256", "kid": "short", "x": "AAAA", "y": "AAAA"},
            "nonsense",
        ]})
    }

    pub fn sign(&self, minted: &Minted) -> String {
        let message =
            format!("{}.{}", b64(minted.header.to_string()), b64(minted.claims.to_string()));
        let bytes = message.as_bytes();
        let signature = match minted.sign {
            Sign::Ed25519 => self.ed25519.sign(bytes).as_ref().to_vec(),
            Sign::Stranger => self.stranger.sign(bytes).as_ref().to_vec(),
            Sign::P256 => self.p256.sign(&self.random, bytes).unwrap().as_ref().to_vec(),
            Sign::Rsa => {
                let mut signature = vec![0; self.rsa.public().modulus_len()];
                let padding = &RSA_PKCS1_SHA256;
                self.rsa.sign(padding, &self.random, bytes, &mut signature).unwrap();
                signature
            }
            Sign::HmacOfPublicKey => {
                let key = self.ed25519.public_key().as_ref();
                let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
                mac.update(bytes);
                mac.finalize().into_bytes().to_vec()
            }
            Sign::Nobody => Vec::new(),
        };
        format!("{message}.{}", b64(signature))
    }
}
