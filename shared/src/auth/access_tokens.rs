//! Access tokens: whoever holds the token of a reservation may see, pay and release it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::{config::SecretKey, id::ReservationId};

const PREFIX: &str = "fha_";
const MAC_BYTES: usize = 16;

/// Makes and checks access tokens: `fha_<reservation>_<first 16 bytes of HMAC-SHA256 of its id>`,
/// both in hex. Nothing is stored; both services check them with the same key.
#[derive(Clone)]
pub struct AccessTokens {
    keyed: Hmac<Sha256>,
}

impl AccessTokens {
    /// Tokens under this key.
    pub fn new(key: &SecretKey) -> Self {
        let block = key.padded_block();
        Self { keyed: Hmac::new(&block.into()) }
    }

    /// The token of a reservation: always the same one.
    pub fn issue(&self, reservation: ReservationId) -> String {
        let mac = self.mac(reservation);
        let mut token = String::with_capacity(PREFIX.len() + 65);
        token.push_str(PREFIX);
        token.push_str(reservation.uuid().simple().encode_lower(&mut Uuid::encode_buffer()));
        token.push('_');
        token.push_str(&hex::encode(mac));
        token
    }

    /// The reservation a token opens, if we issued it.
    pub fn verify(&self, token: &str) -> Option<ReservationId> {
        let (id, mac) = token.strip_prefix(PREFIX)?.split_once('_')?;
        if id.len() != 32 || mac.len() != MAC_BYTES * 2 {
            return None;
        }
        let reservation = ReservationId::new(Uuid::try_parse(id).ok()?);
        let mut presented = [0; MAC_BYTES];
        hex::decode_to_slice(mac, &mut presented).ok()?;
        let genuine: bool = self.mac(reservation).ct_eq(&presented).into();
        genuine.then_some(reservation)
    }

    fn mac(&self, reservation: ReservationId) -> [u8; MAC_BYTES] {
        let mut mac = self.keyed.clone();
        mac.update(reservation.uuid().as_bytes());
        let full: [u8; 32] = mac.finalize().into_bytes().into();
        let mut short = [0; MAC_BYTES];
        short.copy_from_slice(&full[..MAC_BYTES]);
        short
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(key: u8) -> AccessTokens {
        AccessTokens::new(&SecretKey::new([key; 32]))
    }

    fn a_reservation() -> ReservationId {
        ReservationId::new(Uuid::from_u128(42))
    }

    #[test]
    fn opens_the_reservation_it_was_issued_for() {
        let token = tokens(1).issue(a_reservation());
        assert_eq!(token.len(), 4 + 32 + 1 + 32);
        assert_eq!(tokens(1).verify(&token), Some(a_reservation()));
    }

    #[test]
    fn agrees_with_the_textbook_hmac() {
        let mut mac = Hmac::<Sha256>::new_from_slice(&[1; 32]).unwrap();
        mac.update(a_reservation().uuid().as_bytes());
        let expected = hex::encode(&mac.finalize().into_bytes()[..16]);
        assert!(tokens(1).issue(a_reservation()).ends_with(&expected));
    }

    #[test]
    fn a_token_of_another_key_opens_nothing() {
        let token = tokens(1).issue(a_reservation());
        assert_eq!(tokens(2).verify(&token), None);
    }

    #[test]
    fn no_changed_character_goes_unnoticed() {
        let token = tokens(1).issue(a_reservation());
        for place in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[place] = if forged[place] == b'0' { b'1' } else { b'0' };
            let forged = String::from_utf8(forged).unwrap();
            assert_ne!(tokens(1).verify(&forged), Some(a_reservation()), "{place}");
        }
    }

    #[test]
    fn malformed_tokens_open_nothing() {
        let token = tokens(1).issue(a_reservation());
        let short = &token[..token.len() - 1];
        let no_mac = &token[..token.len() - 32];
        for text in ["", "fha_", "fha__", "fha_é_é", short, no_mac, &format!("{token}0")] {
            assert_eq!(tokens(1).verify(text), None, "{text}");
        }
    }
}
