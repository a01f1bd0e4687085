//! What a path is: the table of the pages that there are.

use shared::id::EventId;
use uuid::Uuid;

use super::scripts;

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// The list of events.
    Home,
    /// The page of one event, if there is one with this id.
    Event(EventId),
    /// A page of the storefront with nothing on it for search engines, made by this module.
    Inner(Option<&'static str>),
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
    Inner(Option<&'static str>),
}

/// The pages of the storefront. `{…_id}` is any id, a star the rest of the path, also an empty one.
const STOREFRONT: [(&str, Known); 26] = [
    ("/", Known::Home),
    ("/events/{event_id}", Known::Event),
    ("/events/{event_id}/checkout", inner(scripts::CONTACT)),
    ("/events/{event_id}/checkout/{reservation_id}", inner(scripts::PAYMENT)),
    ("/events/{event_id}/checkout/{reservation_id}/*", Known::Inner(None)),
    ("/orders/{order_id}", inner(scripts::ORDER)),
    ("/orders/{order_id}/*", Known::Inner(None)),
    ("/tickets", inner(scripts::TICKETS)),
    ("/tickets/{ticket_id}", Known::Inner(None)),
    ("/account", inner(scripts::ACCOUNT)),
    ("/account/export/{export_id}", inner(scripts::ACCOUNT_EXPORT)),
    ("/account/*", Known::Inner(None)),
    ("/login", inner(scripts::LOGIN)),
    ("/login/confirm", inner(scripts::LOGIN_CONFIRM)),
    ("/login/callback/*", inner(scripts::LOGIN_CALLBACK)),
    ("/login/*", Known::Inner(None)),
    ("/register", inner(scripts::REGISTER)),
    ("/verify", inner(scripts::VERIFY)),
    ("/forgot", inner(scripts::FORGOT)),
    ("/reset", inner(scripts::RESET)),
    ("/email-change", inner(scripts::EMAIL_CHANGE)),
    ("/invitation", inner(scripts::INVITATION)),
    ("/help", inner(scripts::HELP)),
    ("/accessibility", inner(scripts::ACCESSIBILITY)),
    ("/privacy", Known::Inner(None)),
    ("/terms", Known::Inner(None)),
];

const fn inner(module: &'static str) -> Known {
    Known::Inner(Some(module))
}

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
        Known::Inner(module) => Some(Address::Inner(*module)),
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
        for (path, module) in [
            ("/login", Some(scripts::LOGIN)),
            ("/login/callback/harbour", Some(scripts::LOGIN_CALLBACK)),
            ("/login/confirm", Some(scripts::LOGIN_CONFIRM)),
            ("/login/else", None),
            ("/account", Some(scripts::ACCOUNT)),
            ("/account/security", None),
            (&*format!("/account/export/{ID}"), Some(scripts::ACCOUNT_EXPORT)),
            (&*format!("/events/{ID}/checkout"), Some(scripts::CONTACT)),
            (&*format!("/events/{ID}/checkout/{ID}"), Some(scripts::PAYMENT)),
            (&*format!("/orders/{ID}"), Some(scripts::ORDER)),
            ("/tickets", Some(scripts::TICKETS)),
            ("/help", Some(scripts::HELP)),
            ("/terms", None),
        ] {
            assert_eq!(Address::of(path), Address::Inner(module), "{path}");
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
    fn every_module_of_an_inner_page_has_an_address() {
        let named = |module: &str| {
            STOREFRONT
                .iter()
                .any(|(_, known)| matches!(known, Known::Inner(Some(it)) if *it == module))
        };
        assert!(scripts::INNER.into_iter().all(named));
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
        assert_eq!(Address::of("/login/"), Address::Inner(None));
        assert_eq!(Address::of("/help/"), moved("/help"));
        assert_eq!(Address::of(&format!("/events/{ID}/")), moved(&format!("/events/{ID}")));
        assert_eq!(Address::of("/scan"), moved("/scan/"));
    }
}
