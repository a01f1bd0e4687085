//! One file of the built front end, ready to be sent.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::encoding::Encoded;

/// Files in here have a hash of their content in their name.
pub const ASSETS: &str = "assets/";

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// The script that pages of other people load by this name.
const WIDGET: &str = "widget.js";
/// They need no answer of ours for an hour, and show the old one while they ask for a new one.
const FOR_AN_HOUR: HeaderValue =
    HeaderValue::from_static("public, max-age=3600, stale-while-revalidate=86400");
const FROM_ANYWHERE: HeaderValue = HeaderValue::from_static("cross-origin");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
/// A worker may do what the policy of its own file says, not that of the page: ask us, and decode.
const SCRIPT_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
     frame-ancestors 'none'; base-uri 'none'",
);
/// A picture may style itself, wherever it is shown.
const PICTURE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
);

/// See the module.
#[derive(Debug)]
pub struct StaticFile {
    pub body: Encoded,
    kind: Kind,
    name: Name,
}

/// How long a name stands for the same bytes, and who uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    /// Has a hash in it.
    Hashed,
    /// Of our pages.
    Plain,
    /// Of pages of other people.
    Widget,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Script,
    Style,
    Vector,
    Text(&'static str),
    Packed(&'static str),
}

impl StaticFile {
    /// A file by its path below the folder, with what was compressed beside it.
    pub fn new(path: &str, body: Bytes, brotli: Option<Bytes>, gzip: Option<Bytes>) -> Self {
        let kind = Kind::of(path);
        let body = Encoded::text(body);
        let body = match kind {
            Kind::Script | Kind::Style | Kind::Vector | Kind::Text(_) => body,
            Kind::Packed(_) => body.incompressible(),
        };
        let name = match path {
            WIDGET => Name::Widget,
            path if path.starts_with(ASSETS) => Name::Hashed,
            _ => Name::Plain,
        };
        Self { body: body.with(brotli, gzip), kind, name }
    }

    /// The headers beside those of the body.
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let kind = match self.kind {
            Kind::Script => "text/javascript; charset=utf-8",
            Kind::Style => "text/css; charset=utf-8",
            Kind::Vector => "image/svg+xml",
            Kind::Text(kind) | Kind::Packed(kind) => kind,
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        let lifetime = match self.name {
            Name::Hashed => FOR_EVER,
            Name::Plain => REVALIDATE,
            Name::Widget => FOR_AN_HOUR,
        };
        headers.insert(header::CACHE_CONTROL, lifetime);
        // Pages of other people show our widget, also those that want to know what they load.
        if self.name == Name::Widget {
            headers.insert(RESOURCE_POLICY, FROM_ANYWHERE);
        }
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        let policy = match self.kind {
            Kind::Script => Some(SCRIPT_POLICY),
            Kind::Vector => Some(PICTURE_POLICY),
            Kind::Style | Kind::Text(_) | Kind::Packed(_) => None,
        };
        if let Some(policy) = policy {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        headers
    }
}

impl Kind {
    fn of(path: &str) -> Self {
        match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "js" | "mjs" => Self::Script,
            "css" => Self::Style,
            "svg" => Self::Vector,
            "html" => Self::Text("text/html; charset=utf-8"),
            "json" | "map" => Self::Text("application/json"),
            "webmanifest" => Self::Text("application/manifest+json"),
            "txt" => Self::Text("text/plain; charset=utf-8"),
            "wasm" => Self::Text("application/wasm"),
            "ico" => Self::Text("image/x-icon"),
            "woff2" => Self::Packed("font/woff2"),
            "png" => Self::Packed("image/png"),
            "jpg" | "jpeg" => Self::Packed("image/jpeg"),
            "webp" => Self::Packed("image/webp"),
            "avif" => Self::Packed("image/avif"),
            _ => Self::Packed("application/octet-stream"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(path: &str, name: http::HeaderName) -> Option<String> {
        let file = StaticFile::new(path, Bytes::from_static(b"x"), None, None);
        file.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn what_has_a_hash_in_its_name_is_kept_for_ever() {
        let kept = header("assets/app-1a2b.js", header::CACHE_CONTROL).unwrap();
        assert_eq!(kept, "public, max-age=31536000, immutable");
        assert_eq!(header("scan/sw.js", header::CACHE_CONTROL).unwrap(), "no-cache");
    }

    #[test]
    fn pages_of_others_may_load_the_widget_only() {
        assert_eq!(header("widget.js", RESOURCE_POLICY).unwrap(), "cross-origin");
        assert!(header("widget.js", header::CACHE_CONTROL).unwrap().contains("max-age=3600"));
        assert_eq!(header("widget.js", header::ACCESS_CONTROL_ALLOW_ORIGIN).unwrap(), "*");
        assert_eq!(header("assets/widget.js", RESOURCE_POLICY), None);
    }

    #[test]
    fn browsers_are_told_what_it_is() {
        for (path, kind) in [
            ("assets/a.js", "text/javascript; charset=utf-8"),
            ("assets/a.wasm", "application/wasm"),
            ("scan/manifest.webmanifest", "application/manifest+json"),
            ("assets/inter.woff2", "font/woff2"),
            ("odd", "application/octet-stream"),
        ] {
            assert_eq!(header(path, header::CONTENT_TYPE).unwrap(), kind, "{path}");
        }
    }

    #[test]
    fn a_worker_may_decode_and_a_picture_may_not_run_scripts() {
        let worker = header("assets/decode.js", header::CONTENT_SECURITY_POLICY).unwrap();
        assert!(worker.contains("'wasm-unsafe-eval'") && worker.contains("connect-src 'self'"));
        let picture = header("favicon.svg", header::CONTENT_SECURITY_POLICY).unwrap();
        assert!(picture.starts_with("default-src 'none'") && !picture.contains("script-src"));
        assert_eq!(header("assets/a.css", header::CONTENT_SECURITY_POLICY), None);
    }
}
