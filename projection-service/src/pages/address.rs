//! What a path is: the table of the pages that there are.

use shared::id::EventId;
use uuid::Uuid;

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// The list of events.
    Home,
    /// The page of one event, if there is one with this id.
    Event(EventId),
    /// A page of the storefront with nothing on it for search engines.
    Inner,
    /// Everything of the organizer desk; the desk knows its own pages.
    Organizer,
    /// Everything of the scanner.
    Scan,
    /// The same page is known by another path.
    Moved(String),
    /// A file, not a page.
    File,
    /// Nothing of the above.
    Nowhere,
}

#[derive(Clone, Copy)]
enum Known {
    Home,
    Event,
    Inner,
}

/// The pages of the storefront. `{…_id}` is any id, a star the rest of the path, also an empty one.
const STOREFRONT: [(&str, Known); 24] = [
    ("/", Known::Home),
    ("/events/{event_id}", Known::Event),
    ("/events/{event_id}/checkout", Known::Inner),
    ("/events/{event_id}/checkout/{reservation_id}", Known::Inner),
    ("/events/{event_id}/checkout/{reservation_id}/*", Known::Inner),
    ("/orders/{order_id}", Known::Inner),
    ("/orders/{order_id}/*", Known::Inner),
    ("/tickets", Known::Inner),
    ("/tickets/{ticket_id}", Known::Inner),
    ("/account", Known::Inner),
    ("/account/*", Known::Inner),
    ("/account/export/{export_id}", Known::Inner),
    ("/login", Known::Inner),
    ("/login/*", Known::Inner),
    ("/register", Known::Inner),
    ("/verify", Known::Inner),
    ("/forgot", Known::Inner),
    ("/reset", Known::Inner),
    ("/email-change", Known::Inner),
    ("/invitation", Known::Inner),
    ("/help", Known::Inner),
    ("/accessibility", Known::Inner),
    ("/privacy", Known::Inner),
    ("/terms", Known::Inner),
];

impl Address {
    /// What this path names. It begins with a slash.
    pub fn of(path: &str) -> Self {
        for (part, address) in [("/organizer", Self::Organizer), ("/scan", Self::Scan)] {
            match path.strip_prefix(part) {
                // Its pages are found relative to this.
                Some("") if address == Self::Scan => return Self::Moved("/scan/".to_owned()),
                Some(rest) if rest.is_empty() || rest.starts_with('/') => {
                    return if is_file(path) { Self::File } else { address };
                }
                Some(_) | None => {}
            }
        }
        if let Some(known) = storefront(path) {
            return known;
        }
        let without_slash = path.strip_suffix('/').unwrap_or_default();
        if storefront(without_slash).is_some() {
            return Self::Moved(without_slash.to_owned());
        }
        if is_file(path) { Self::File } else { Self::Nowhere }
    }
}

fn storefront(path: &str) -> Option<Address> {
    let (_, known) = STOREFRONT.iter().find(|(pattern, _)| fits(pattern, path))?;
    match known {
        Known::Home => Some(Address::Home),
        Known::Event => Some(Address::Event(path.rsplit('/').next()?.parse().ok()?)),
        Known::Inner => Some(Address::Inner),
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let mut path = path.split('/');
    for wanted in pattern.split('/') {
        if wanted == "*" {
            return !path.any(|segment| segment.contains('.'));
        }
        let is_there = path.next().is_some_and(|segment| {
            segment == wanted || (wanted.starts_with('{') && segment.parse::<Uuid>().is_ok())
        });
        if !is_there {
            return false;
        }
    }
    path.next().is_none()
}

/// No page has a dot in the last segment of its path.
fn is_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0198d5a0-0000-7000-8000-000000000007";

    #[test]
    fn every_page_has_one_address() {
        assert_eq!(Address::of("/"), Address::Home);
        assert_eq!(Address::of(&format!("/events/{ID}")), Address::Event(ID.parse().unwrap()));
        for path in [
            "/login",
            "/account/security",
            &format!("/account/export/{ID}"),
            &format!("/events/{ID}/checkout/{ID}"),
            "/tickets",
            "/help",
        ] {
            assert_eq!(Address::of(path), Address::Inner, "{path}");
        }
        for path in ["/organizer", "/organizer/", "/organizer/events/7/orders"] {
            assert_eq!(Address::of(path), Address::Organizer, "{path}");
        }
        assert_eq!(Address::of("/scan/settings"), Address::Scan);
    }

    #[test]
    fn what_nobody_knows_is_nowhere() {
        for path in [
            "/nothing",
            "/events",
            "/events/7",
            "/orders/7",
            "/logins",
            "/organizers",
            "/scanner",
            "//example.org/",
            "/help/me",
            &format!("/events/{ID}/x"),
        ] {
            assert_eq!(Address::of(path), Address::Nowhere, "{path}");
        }
    }

    #[test]
    fn files_are_no_pages() {
        for path in ["/favicon.ico", "/.env", "/organizer/app.js", "/scan/sw.js", "/account/x.php"]
        {
            assert_eq!(Address::of(path), Address::File, "{path}");
        }
    }

    #[test]
    fn a_slash_too_many_leads_to_the_page() {
        let moved = |path: &str| Address::Moved(path.to_owned());
        assert_eq!(Address::of("/login/"), Address::Inner);
        assert_eq!(Address::of("/help/"), moved("/help"));
        assert_eq!(Address::of(&format!("/events/{ID}/")), moved(&format!("/events/{ID}")));
        assert_eq!(Address::of("/scan"), moved("/scan/"));
    }
}
