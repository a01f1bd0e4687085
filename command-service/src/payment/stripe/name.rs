//! Names that the provider gives to things: the only text of its that we keep.
//!
//! They are too narrow for what is written about people: no address fits in, and no sentence.

use serde::{Deserialize, Deserializer, de::Error};

const LONGEST: usize = 255;

/// Whether this may be a name as the provider makes them, such as `pi_3NfA` or `card_declined`.
pub fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(fits)
}

/// Reads a name.
///
/// # Errors
///
/// If it is something else. What it is isn't told: that would end up in logs.
pub fn needed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if is_name(&text) { Ok(text) } else { Err(D::Error::custom("no name of the provider's")) }
}

/// Reads a name that must be one if it is there.
///
/// # Errors
///
/// As [`needed`].
pub fn if_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    match text {
        Some(text) if !is_name(&text) => Err(D::Error::custom("no name of the provider's")),
        name => Ok(name),
    }
}

/// Reads a name that nothing depends on: what isn't one is left out.
///
/// # Errors
///
/// If it is no text at all.
pub fn if_it_is_one<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.filter(|text| is_name(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hold_names_of_things_and_nothing_about_people() {
        for name in ["pi_3NfA", "card_declined", "payment_intent.succeeded", "a"] {
            assert!(is_name(name), "{name}");
        }
        let long = "x".repeat(LONGEST + 1);
        for text in ["", "ada@example.org", "Ada Lovelace", "Müller", "a\u{0}", "{}", &long] {
            assert!(!is_name(text), "{text}");
        }
    }
}
