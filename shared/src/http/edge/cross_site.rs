//! Requests that pages of other sites make browsers send: which are answered (CORS), and which are
//! refused because the browser adds cookies by itself (CSRF).

use std::str::FromStr;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header, request::Parts};
use thiserror::Error;

use crate::http::{API_PREFIX, Problem};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const PREFLIGHT: [(HeaderName, &str); 4] = [
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, PUT, PATCH, DELETE"),
    (
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id, \
         min-log-position, traceparent",
    ),
    (header::ACCESS_CONTROL_MAX_AGE, "600"),
    (header::VARY, "Origin"),
];
/// What is said in public about an event: pages of other people show it, with our widget or without.
const FOR_EVERY_PAGE: [&str; 3] = [
    "/events/{event_id}",
    "/events/{event_id}/availability",
    "/events/{event_id}/availability/stream",
];
/// Browsers give an answer with this to a page only if they asked without cookies.
const EVERYBODY: HeaderValue = HeaderValue::from_static("*");
const EXPOSED: &str = "date, etag, idempotency-replayed, log-position, ratelimit, ratelimit-policy, retry-after, trace-id";

/// An origin as browsers write it: `https://tickets.example`, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// Not an [`Origin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an origin is a scheme and a host, as in https://tickets.example")]
pub struct InvalidOrigin;

/// Whose pages may read what a route answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    /// Anybody's: it is public, and cookies play no part.
    ForEveryPage,
    /// Those that are allowed to use the API.
    ForKnownPages,
}

impl Reads {
    /// For a route by its method and path template without the prefix.
    pub(super) fn of(method: &Method, name: &str) -> Self {
        if *method == Method::GET && FOR_EVERY_PAGE.contains(&name) {
            Self::ForEveryPage
        } else {
            Self::ForKnownPages
        }
    }
}

/// Whose pages may do what.
#[derive(Debug, Default)]
pub(super) struct CrossSite {
    own: Option<Origin>,
    allowed: Vec<Origin>,
}

impl Origin {
    /// Whether it is reached over TLS.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    fn is(&self, header: &HeaderValue) -> bool {
        header.as_bytes() == self.0.as_bytes()
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let uri: Uri = text.parse().map_err(|_| InvalidOrigin)?;
        let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme));
        let (Some(scheme), Some(host)) = (scheme, uri.authority()) else {
            return Err(InvalidOrigin);
        };
        if host.as_str().contains('@') || uri.path() != "/" || uri.query().is_some() {
            return Err(InvalidOrigin);
        }
        let default = if scheme == "https" { ":443" } else { ":80" };
        let host = host.as_str().to_ascii_lowercase();
        let host = host.strip_suffix(default).unwrap_or(&host);
        Ok(Self(format!("{scheme}://{host}")))
    }
}

impl CrossSite {
    /// `own` is where our pages are; `allowed` are those of others that may use the API.
    pub(super) fn new(own: Option<Origin>, allowed: Vec<Origin>) -> Self {
        Self { own, allowed }
    }

    /// Refuses what a page of another site made a browser send with our cookies.
    ///
    /// # Errors
    ///
    /// 403 `cross-site`, also to whoever sends cookies and doesn't say where the request is from.
    pub(super) fn guard(&self, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
        let is_safe = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
        if is_safe || !headers.contains_key(header::COOKIE) {
            return Ok(());
        }
        let site = headers.get(FETCH_SITE).map(HeaderValue::as_bytes);
        if let Some(b"same-origin" | b"none") = site {
            return Ok(());
        }
        match headers.get(header::ORIGIN) {
            Some(origin) if self.is_own(origin, headers) => Ok(()),
            Some(_) | None => Err(cross_site()),
        }
    }

    fn is_own(&self, origin: &HeaderValue, headers: &HeaderMap) -> bool {
        if let Some(own) = &self.own {
            return own.is(origin);
        }
        // Without a setting: the host that was asked. Browsers let no page choose it.
        let origin = origin.to_str().ok().and_then(|text| text.split_once("://"));
        let asked = headers.get(header::HOST).map(HeaderValue::as_bytes);
        origin.is_some_and(|(_, host)| Some(host.as_bytes()) == asked)
    }

    /// Who may read the answer beside our own pages: the origin of the request, if it is one of
    /// those that may, or everybody.
    pub(super) fn admitted(&self, headers: &HeaderMap, reads: Reads) -> Option<HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        if self.allowed.iter().any(|allowed| allowed.is(origin)) {
            return Some(origin.clone());
        }
        match reads {
            Reads::ForEveryPage => Some(EVERYBODY),
            Reads::ForKnownPages => None,
        }
    }

    /// The answer to a browser that asks beforehand, if it asks for a page that may.
    pub(super) fn preflight(&self, head: &Parts) -> Option<Response> {
        let asks = head.method == Method::OPTIONS
            && head.uri.path().starts_with(API_PREFIX)
            && head.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        if !asks || self.admitted(&head.headers, Reads::ForKnownPages).is_none() {
            return None;
        }
        let headers = PREFLIGHT.map(|(name, value)| (name, HeaderValue::from_static(value)));
        Some((StatusCode::NO_CONTENT, headers).into_response())
    }
}

/// Lets pages of this origin read the answer.
pub(super) fn share(response: &mut Response, origin: HeaderValue) {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    let exposed = HeaderValue::from_static(EXPOSED);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}

fn cross_site() -> Problem {
    let detail = "This was sent with cookies, but not by a page of ours. Send Origin, or a bearer \
                  token instead of cookies.";
    Problem::new(StatusCode::FORBIDDEN, "cross-site", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(own: Option<&str>, method: &Method, headers: &[(&'static str, &str)]) -> bool {
        let own = own.map(|origin| origin.parse().unwrap());
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        CrossSite::new(own, Vec::new()).guard(method, &headers).is_err()
    }

    const COOKIE: (&str, &str) = ("cookie", "__Host-at=x");
    const OWN: Option<&str> = Some("https://tickets.example");

    #[test]
    fn a_page_of_ours_may_change_things() {
        for header in [
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "none"),
            ("origin", "https://tickets.example"),
        ] {
            assert!(!refused(OWN, &Method::POST, &[COOKIE, header]), "{header:?}");
        }
        let by_host = [COOKIE, ("origin", "http://localhost:8080"), ("host", "localhost:8080")];
        assert!(!refused(None, &Method::POST, &by_host));
    }

    #[test]
    fn a_page_of_others_may_not() {
        for headers in [
            vec![],
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site")],
            vec![("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
            vec![("origin", "null")],
            vec![("origin", "http://tickets.example")],
            vec![("origin", "https://tickets.example.evil.example")],
            vec![("origin", "https://evil.example"), ("host", "evil.example")],
        ] {
            let headers = [vec![COOKIE], headers].concat();
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                assert!(refused(OWN, &method, &headers), "{headers:?}");
            }
        }
        assert!(refused(None, &Method::POST, &[COOKIE, ("origin", "https://a"), ("host", "b")]));
    }

    #[test]
    fn without_cookies_or_effect_nothing_is_asked() {
        let other = ("sec-fetch-site", "cross-site");
        assert!(!refused(OWN, &Method::GET, &[COOKIE, other]));
        assert!(!refused(OWN, &Method::POST, &[other]));
    }

    #[test]
    fn what_is_public_is_for_every_page_and_the_rest_for_known_ones() {
        let known: Origin = "https://known.example".parse().unwrap();
        let cross_site = CrossSite::new(None, vec![known]);
        let admitted = |origin: &'static str, method: &Method, name: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            cross_site.admitted(&headers, Reads::of(method, name))
        };
        let (blog, shop) = ("https://blog.example", "https://known.example");
        for name in FOR_EVERY_PAGE {
            assert_eq!(admitted(blog, &Method::GET, name).unwrap(), "*");
            assert_eq!(admitted(shop, &Method::GET, name).unwrap(), shop);
            assert_eq!(admitted(blog, &Method::PATCH, name), None);
        }
        for name in ["/account", "/orders/{order_id}", "/events/{event_id}/orders", "/events"] {
            assert_eq!(admitted(blog, &Method::GET, name), None, "{name}");
        }
        let nobody = cross_site.admitted(&HeaderMap::new(), Reads::ForEveryPage);
        assert_eq!(nobody, None);
    }

    #[test]
    fn origins_are_read_as_browsers_write_them() {
        let origin = |text: &str| text.parse().map(|Origin(text)| text);
        assert_eq!(origin("https://Tickets.example:443/"), Ok("https://tickets.example".into()));
        assert_eq!(origin("http://localhost:8080"), Ok("http://localhost:8080".into()));
        for text in ["*", "tickets.example", "ftp://a", "https://a/b", "https://u@a", "null", ""] {
            assert_eq!(origin(text), Err(InvalidOrigin), "{text}");
        }
    }
}
