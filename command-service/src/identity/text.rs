//! Names that people give to things.

use shared::http::FieldError;

use crate::vault::{is_hidden, joins};

/// The text without surrounding space, if it is one line of 1 to `longest` characters.
pub(super) fn plain_text(
    pointer: &'static str,
    text: &str,
    longest: usize,
) -> Result<String, FieldError> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > longest {
        let detail = format!("From 1 to {longest} characters.");
        return Err(FieldError::new(pointer, "length-out-of-range", detail));
    }
    if text.chars().any(|c| is_hidden(c) && !joins(c)) {
        return Err(FieldError::new(pointer, "control-character", "One line of plain text."));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Result<String, String> {
        plain_text("/name", text, 5).map_err(|fault| fault.code.into_owned())
    }

    #[test]
    fn takes_off_surrounding_space() {
        assert_eq!(code(" Ärger "), Ok("Ärger".to_owned()));
    }

    #[test]
    fn refuses_nothing_and_too_much() {
        for text in ["", "   ", "123456"] {
            assert_eq!(code(text), Err("length-out-of-range".to_owned()), "{text}");
        }
        assert!(code("12345").is_ok());
    }

    #[test]
    fn refuses_control_characters() {
        for text in ["a\nb", "a\u{7f}", "a\u{0}b", "a\u{85}b", "a\u{202e}b", "a\u{200b}b"] {
            assert_eq!(code(text), Err("control-character".to_owned()), "{text:?}");
        }
    }
}
