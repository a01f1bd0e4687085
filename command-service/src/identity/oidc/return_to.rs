//! Where to go after a log-in: a page of this origin, nothing else.

use shared::http::FieldError;

const LONGEST: usize = 512;

/// The path, if it is one: it begins with one slash, and nothing in it makes a browser read it as
/// another host.
///
/// # Errors
///
/// The fault of the field.
pub fn checked(path: Option<String>) -> Result<Option<String>, FieldError> {
    let Some(path) = path else { return Ok(None) };
    let is_plain = path.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    let page = path.split(['?', '#']).next().unwrap_or_default();
    if page.starts_with('/') && is_plain && path.len() <= LONGEST && !climbs(page) {
        return Ok(Some(path));
    }
    let detail = "A path of this site, such as /account.";
    Err(FieldError::new("/return_to", "not-a-path", detail))
}

/// Whether a browser would take steps out of the path, after which it could begin with two slashes.
fn climbs(page: &str) -> bool {
    let is_step = |segment: &str| {
        let segment = segment.to_ascii_lowercase().replace("%2e", ".");
        segment == "." || segment == ".."
    };
    page.contains("//") || page.split('/').any(is_step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_to_pages_of_this_site_only() {
        for path in ["/", "/account", "/events/1?t=2#top", "/organizer/x%20y"] {
            assert!(checked(Some(path.to_owned())).is_ok(), "{path}");
        }
        let long = format!("/{}", "a".repeat(512));
        for path in [
            "",
            "account",
            "//evil.example",
            "/\\evil.example",
            "/a\\..\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n//evil.example",
            "/\u{2215}evil.example",
            " /account",
            "/a/..//evil.example",
            "/%2E%2e//evil.example",
            "/a/./b",
            &long,
        ] {
            assert!(checked(Some(path.to_owned())).is_err(), "{path:?}");
        }
    }
}
