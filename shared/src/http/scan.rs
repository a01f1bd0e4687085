//! One look over the bytes of a JSON body before it is parsed.

/// Why a body isn't even parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unscannable {
    /// Arrays and objects within each other, more than allowed.
    TooDeep,
    /// A string contains U+0000, which PostgreSQL can't keep.
    NulCharacter,
}

/// Refuses nesting deeper than `deepest` and escaped NUL characters. Doesn't check that it is JSON.
pub(super) fn scan(json: &[u8], deepest: u32) -> Result<(), Unscannable> {
    let mut depth = 0_u32;
    let mut in_string = false;
    let mut place = 0;
    while let Some(byte) = json.get(place) {
        place += 1;
        match (in_string, byte) {
            (_, b'"') => in_string = !in_string,
            (true, b'\\') => {
                if json.get(place..place + 5) == Some(b"u0000") {
                    return Err(Unscannable::NulCharacter);
                }
                place += 1;
            }
            (false, b'[' | b'{') => {
                depth += 1;
                if depth > deepest {
                    return Err(Unscannable::TooDeep);
                }
            }
            (false, b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(depth: usize) -> Vec<u8> {
        ["[".repeat(depth), "]".repeat(depth)].concat().into_bytes()
    }

    #[test]
    fn accepts_the_deepest_and_refuses_one_more() {
        assert_eq!(scan(&nested(32), 32), Ok(()));
        assert_eq!(scan(&nested(33), 32), Err(Unscannable::TooDeep));
    }

    #[test]
    fn counts_depth_and_not_length() {
        assert_eq!(scan("[{}],".repeat(100).as_bytes(), 32), Ok(()));
    }

    #[test]
    fn brackets_in_strings_are_text() {
        let text = format!(r#"{{"a":"\"{}"}}"#, "[".repeat(100));
        assert_eq!(scan(text.as_bytes(), 32), Ok(()));
    }

    #[test]
    fn refuses_an_escaped_nul() {
        assert_eq!(scan(br#"{"a":"x\u0000"}"#, 32), Err(Unscannable::NulCharacter));
    }

    #[test]
    fn an_escaped_backslash_before_u0000_is_text() {
        assert_eq!(scan(br#"{"a":"x\\u0000"}"#, 32), Ok(()));
    }

    #[test]
    fn a_body_that_ends_in_an_escape_is_left_to_the_parser() {
        assert_eq!(scan(br#"{"a":"\"#, 32), Ok(()));
    }
}
