//! One-time codes by time (RFC 6238), as the usual apps make them: SHA-1, six digits, 30 seconds.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use shared::clock::Timestamp;
use subtle::ConstantTimeEq;

const SECRET_BYTES: usize = 20;
const STEP_SECONDS: i64 = 30;
const DIGITS: usize = 6;
/// How far the clock of the app may be off, in steps.
const OFF_BY: i64 = 1;

/// A secret shared with an app. Never printed.
pub struct CodeSecret([u8; SECRET_BYTES]);

impl CodeSecret {
    /// A new one from the operating system's generator.
    ///
    /// # Errors
    ///
    /// If the operating system gives no randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; SECRET_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The secret of these bytes, if there are as many as there should be.
    pub fn try_new(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub const fn bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    /// As people type it into an app: base32 without padding.
    pub fn base32(&self) -> String {
        base32(&self.0)
    }

    /// The time step whose code this is: the present one or a neighbour, later than `after`.
    pub fn step_of(&self, code: &str, at: Timestamp, after: i64) -> Option<i64> {
        let now = at.timestamp().div_euclid(STEP_SECONDS);
        (now - OFF_BY..=now + OFF_BY).filter(|step| *step > after).find(|step| {
            let expected = self.code(*step);
            code.len() == DIGITS && bool::from(expected.as_bytes().ct_eq(code.as_bytes()))
        })
    }

    /// The code of a time step.
    pub fn code(&self, step: i64) -> String {
        let mut block = [0; 64];
        block[..SECRET_BYTES].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha1>::new(&block.into());
        mac.update(&step.to_be_bytes());
        let digest: [u8; 20] = mac.finalize().into_bytes().into();
        // Dynamic truncation (RFC 4226): four bytes from where the last half byte says.
        let from = usize::from(digest[19] & 15);
        let mut four = [0; 4];
        four.copy_from_slice(&digest[from..from + 4]);
        let number = u32::from_be_bytes(four) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}

/// Base32 (RFC 4648) without padding.
pub fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: Vec<bool> =
        bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect();
    let character = |five: &[bool]| {
        let padded = five.iter().copied().chain(std::iter::repeat(false)).take(5);
        let place = padded.fold(0, |number, bit| number << 1 | usize::from(bit));
        char::from(ALPHABET[place])
    };
    bits.chunks(5).map(character).collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn the_secret_of_the_rfc() -> CodeSecret {
        CodeSecret(*b"12345678901234567890")
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        let secret = the_secret_of_the_rfc();
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.code(seconds / STEP_SECONDS), code, "{seconds}");
        }
    }

    #[test]
    fn a_neighbouring_step_is_taken_and_none_twice() {
        let secret = the_secret_of_the_rfc();
        let at = DateTime::from_timestamp_secs(30_000).unwrap();
        for step in [999, 1000, 1001] {
            assert_eq!(secret.step_of(&secret.code(step), at, 0), Some(step));
            assert_eq!(secret.step_of(&secret.code(step), at, step), None, "twice");
        }
        for step in [998, 1002] {
            assert_eq!(secret.step_of(&secret.code(step), at, 0), None);
        }
        for text in ["", "12345", "1234567", "abcdef", "０００００0"] {
            assert_eq!(secret.step_of(text, at, 0), None, "{text}");
        }
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        for (bytes, text) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }
}
