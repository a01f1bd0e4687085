//! Ticket codes `ticket:{uuid}:v1:{checksum}`: what a QR code carries and the door checks online.
//!
//! The checksum is the whole HMAC-SHA256 of everything before it, in unpadded base64url: 43
//! characters, the code 90 (QR version 6). The code doesn't name its key: the format has no place
//! for it, and a visible hint would tell a forger which key is weak. A verifier tries every live
//! key, in constant time; there are two during a rotation and one otherwise. Old codes stay valid
//! for as long as their key stays in the ring.

mod keys;
pub mod qr;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use thiserror::Error;
use uuid::Uuid;

pub use keys::{InvalidTicketKeys, TicketKey, TicketKeys};

use crate::id::TicketId;

const PREFIX: &str = "ticket:";
const VERSION: &str = ":v1:";
const UUID_LENGTH: usize = 36;
const SIGNED_LENGTH: usize = PREFIX.len() + UUID_LENGTH + VERSION.len();
const CHECKSUM_LENGTH: usize = 43;

/// Signs and verifies ticket codes under a ring of keys.
#[derive(Clone)]
pub struct TicketCodes {
    newest: Hmac<Sha256>,
    // Every key, the newest included, with its name.
    ring: Vec<(String, Hmac<Sha256>)>,
}

/// A code that one of our keys signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedCode {
    /// The ticket the code names. Whether it admits anyone is for the box office to say.
    pub ticket_id: TicketId,
    /// The name of the key that signed it.
    pub kid: String,
}

/// Why a code is not ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CodeRejected {
    /// Not shaped like a ticket code.
    #[error("this is not a ticket code")]
    Malformed,
    /// Shaped like one, but no key of ours signed it.
    #[error("this ticket code is forged, or its key has been retired")]
    Forged,
}

impl TicketCodes {
    /// Codes under these keys: the first signs, all verify.
    pub fn new(keys: &TicketKeys) -> Self {
        let keyed = |key: &TicketKey| Hmac::new(&key.secret.padded_block().into());
        let ring = keys.all().map(|key| (key.kid.clone(), keyed(key))).collect();
        Self { newest: keyed(keys.newest()), ring }
    }

    /// The code of a ticket under the newest key.
    pub fn sign(&self, ticket_id: TicketId) -> String {
        let mut code = String::with_capacity(SIGNED_LENGTH + CHECKSUM_LENGTH);
        code.push_str(PREFIX);
        code.push_str(ticket_id.uuid().hyphenated().encode_lower(&mut Uuid::encode_buffer()));
        code.push_str(VERSION);
        let checksum = checksum(&self.newest, &code);
        URL_SAFE_NO_PAD.encode_string(checksum, &mut code);
        code
    }

    /// The ticket a code names, if one of our keys signed exactly these characters. Takes the
    /// same time whichever key it was, and whether or not it was one.
    ///
    /// # Errors
    ///
    /// [`CodeRejected::Malformed`] before any key is used, [`CodeRejected::Forged`] after all were.
    pub fn verify(&self, code: &str) -> Result<VerifiedCode, CodeRejected> {
        let (signed, ticket_id, presented) = parse(code).ok_or(CodeRejected::Malformed)?;
        let mut genuine = Choice::from(0);
        let mut found = 0;
        for (number, (_, key)) in (0_u32..).zip(&self.ring) {
            let matches = checksum(key, signed).ct_eq(&presented);
            found.conditional_assign(&number, matches);
            genuine |= matches;
        }
        if !bool::from(genuine) {
            return Err(CodeRejected::Forged);
        }
        let found = usize::try_from(found).map_err(|_| CodeRejected::Forged)?;
        let (kid, _) = self.ring.get(found).ok_or(CodeRejected::Forged)?;
        Ok(VerifiedCode { ticket_id, kid: kid.clone() })
    }
}

fn checksum(key: &Hmac<Sha256>, signed: &str) -> [u8; 32] {
    let mut mac = key.clone();
    mac.update(signed.as_bytes());
    mac.finalize().into_bytes().into()
}

/// Takes a code apart: the signed text, the ticket it names, its checksum. Strict, so that one
/// ticket has one spelling.
fn parse(code: &str) -> Option<(&str, TicketId, [u8; 32])> {
    if code.len() != SIGNED_LENGTH + CHECKSUM_LENGTH || !code.is_ascii() {
        return None;
    }
    let (signed, checksum) = code.split_at(SIGNED_LENGTH);
    let name = signed.strip_prefix(PREFIX)?.strip_suffix(VERSION)?;
    let ticket_id = Uuid::try_parse(name).ok()?;
    if ticket_id.hyphenated().encode_lower(&mut Uuid::encode_buffer()) != name {
        return None;
    }
    let mut presented = [0; 32];
    let length = URL_SAFE_NO_PAD.decode_slice(checksum, &mut presented).ok()?;
    (length == presented.len()).then_some((signed, TicketId::new(ticket_id), presented))
}

#[cfg(test)]
mod tests;
