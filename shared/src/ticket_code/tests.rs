//! Codes of one key and of two, and codes of no key.

use super::*;
use crate::config::SecretKey;

fn key(kid: &str, byte: u8) -> TicketKey {
    TicketKey { kid: kid.to_owned(), secret: SecretKey::new([byte; 32]) }
}

fn codes(keys: Vec<TicketKey>) -> TicketCodes {
    TicketCodes::new(&TicketKeys::try_new(keys).unwrap())
}

fn a_ticket() -> TicketId {
    TicketId::new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_002a))
}

#[test]
fn a_code_has_the_documented_shape() {
    let code = codes(vec![key("a", 1)]).sign(a_ticket());
    assert_eq!(code.len(), 90);
    assert!(code.starts_with("ticket:01900000-0000-7000-8000-00000000002a:v1:"));
}

#[test]
fn the_checksum_is_the_textbook_hmac_of_what_stands_before_it() {
    let code = codes(vec![key("a", 1)]).sign(a_ticket());
    let (signed, checksum) = code.split_at(47);
    let mut mac = Hmac::<Sha256>::new_from_slice(&[1; 32]).unwrap();
    mac.update(signed.as_bytes());
    assert_eq!(checksum, URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()));
}

#[test]
fn verifies_its_own_code() {
    let codes = codes(vec![key("a", 1)]);
    let verified = codes.verify(&codes.sign(a_ticket())).unwrap();
    assert_eq!(verified, VerifiedCode { ticket_id: a_ticket(), kid: "a".to_owned() });
}

#[test]
fn during_a_rotation_both_keys_verify_and_the_newest_signs() {
    let before = codes(vec![key("old", 1)]);
    let during = codes(vec![key("new", 2), key("old", 1)]);
    assert_eq!(during.verify(&before.sign(a_ticket())).unwrap().kid, "old");
    assert_eq!(during.verify(&during.sign(a_ticket())).unwrap().kid, "new");
}

#[test]
fn a_retired_key_verifies_nothing_any_more() {
    let code = codes(vec![key("old", 1)]).sign(a_ticket());
    assert_eq!(codes(vec![key("new", 2)]).verify(&code), Err(CodeRejected::Forged));
}

#[test]
fn the_checksum_of_one_ticket_does_not_fit_another() {
    let codes = codes(vec![key("a", 1)]);
    let (code, other) = (codes.sign(a_ticket()), codes.sign(TicketId::new(Uuid::from_u128(7))));
    let spliced = format!("{}{}", &code[..47], &other[47..]);
    assert_eq!(codes.verify(&spliced), Err(CodeRejected::Forged));
}

#[test]
fn no_changed_character_goes_unnoticed() {
    let codes = codes(vec![key("new", 2), key("old", 1)]);
    let code = codes.sign(a_ticket());
    for place in 0..code.len() {
        let mut forged = code.clone().into_bytes();
        forged[place] = if forged[place] == b'0' { b'1' } else { b'0' };
        assert!(codes.verify(std::str::from_utf8(&forged).unwrap()).is_err(), "{place}");
    }
}

#[test]
fn a_ticket_has_one_spelling() {
    let codes = codes(vec![key("a", 1)]);
    let code = codes.sign(a_ticket());
    for spelling in [
        code.to_uppercase(),
        code.replace("2a:v1", "2A:v1"),
        code.replace("ticket:", "TICKET:"),
        format!(" {code}"),
        format!("{code}="),
    ] {
        assert_eq!(codes.verify(&spelling), Err(CodeRejected::Malformed), "{spelling}");
    }
}

#[test]
fn the_last_character_has_no_spare_bits() {
    let codes = codes(vec![key("a", 1)]);
    let code = codes.sign(a_ticket());
    let accepted = ('0'..='z')
        .filter(char::is_ascii_alphanumeric)
        .filter(|last| codes.verify(&format!("{}{last}", &code[..89])).is_ok())
        .count();
    assert!(accepted <= 1, "{accepted} spellings of the same checksum");
}

#[test]
fn text_that_is_no_code_is_malformed() {
    let codes = codes(vec![key("a", 1)]);
    let wide = "é".repeat(45);
    let braced = format!("ticket:{{{}}}:v1:{}", Uuid::nil().simple(), "A".repeat(45));
    for text in ["", "ticket:", "hello", wide.as_str(), braced.as_str()] {
        assert_eq!(codes.verify(text), Err(CodeRejected::Malformed), "{text}");
    }
}
