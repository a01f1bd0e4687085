//! How a person can be reached.

use serde::Deserialize;
use shared::{http::FieldError, vault::normalised};
use utoipa::ToSchema;

const MAX_EMAIL: usize = 254;
const MAX_NAME: usize = 200;

/// How the buyer can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    #[schema(example = "ada@example.org", max_length = 254)]
    pub email: String,
    #[serde(default)]
    #[schema(max_length = 200)]
    pub name: Option<String>,
}

impl Contact {
    /// What is wrong with the contact, each fault with its field.
    pub fn faults(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        if !is_address(self.email.trim()) {
            let detail = "This is not an e-mail address.";
            faults.push(FieldError::new("/contact/email", "email", detail));
        }
        if self.name.as_deref().is_some_and(|name| name.len() > MAX_NAME || has_control(name)) {
            let detail = "A name has at most 200 bytes and no control characters.";
            faults.push(FieldError::new("/contact/name", "name", detail));
        }
        faults
    }

    /// The address in the one spelling under which a person is recognised.
    pub fn normalised_email(&self) -> String {
        normalised(&self.email)
    }
}

/// A mailbox and a domain with a dot; what can't be reached shows when mail is sent, not here.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let label_fits = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let local_fits = |c: char| !c.is_whitespace() && !is_hidden(c) && !"<>()[]\\,;:\"@".contains(c);
    text.len() <= MAX_EMAIL
        && !local.is_empty()
        && local.len() <= 64
        && local.chars().all(local_fits)
        && domain.contains('.')
        && domain.split('.').all(label_fits)
}

fn has_control(text: &str) -> bool {
    text.chars().any(|c| is_hidden(c) && !joins(c))
}

/// Whether a character shows nothing but changes how others look: control characters, invisible
/// ones, and those that turn the direction of writing.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Whether a hidden character belongs into names: several scripts join letters with these.
pub fn joins(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(email: &str) -> Contact {
        Contact { email: email.to_owned(), name: None }
    }

    #[test]
    fn accepts_addresses_as_people_have_them() {
        for email in
            ["ada@example.org", " Ada.Lovelace+gig@mail.example.co.uk ", "ü@bücher.example"]
        {
            assert_eq!(contact(email).faults(), vec![], "{email}");
        }
    }

    #[test]
    fn refuses_what_no_mail_reaches() {
        let long = format!("{}@example.org", "a".repeat(65));
        for email in ["", "ada", "ada@", "@example.org", "ada@localhost", "a b@example.org", &long]
        {
            assert_eq!(contact(email).faults().len(), 1, "{email}");
        }
        assert_eq!(contact("ada@example.org\r\nBcc: x@example.org").faults().len(), 1);
    }

    #[test]
    fn refuses_addresses_that_look_like_others() {
        // Turned round, split by nothing, with an end that isn't shown, as a header, as two.
        for hidden in
            ["\u{202e}", "\u{200b}", "\u{200d}", "\u{2066}", "\u{feff}", "\u{ad}", "\0", "\u{7f}"]
        {
            for email in [
                format!("ada{hidden}@example.org"),
                format!("{hidden}ada@example.org"),
                format!("ada@exa{hidden}mple.org"),
                format!("ada@example.org{hidden}.evil.example"),
            ] {
                assert_eq!(contact(&email).faults().len(), 1, "{email:?}");
            }
        }
        for email in
            ["ada@example.org,eve@example.org", "Ada <ada@example.org>", "ada@example@org.x"]
        {
            assert_eq!(contact(email).faults().len(), 1, "{email}");
        }
    }

    #[test]
    fn names_the_field_of_an_overlong_name() {
        let contact = Contact { email: "a@b.example".to_owned(), name: Some("x".repeat(201)) };
        assert_eq!(contact.faults()[0].pointer, "/contact/name");
    }
}
