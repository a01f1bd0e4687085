//! Settings of the pages.

use std::{fmt, path::PathBuf, str::FromStr};

use clap::Args;
use thiserror::Error;
use url::Url;

/// Where the front end lies, and who it may talk to.
#[derive(Clone, Debug, Args)]
pub struct PageSettings {
    /// Folder of the built front end. Without it the API answers, and pages say what is missing.
    #[arg(long, env = "FULLHOUSE_WEB_DIST", default_value = "web/dist")]
    pub web_dist: PathBuf,
    /// The origin by which people know Fullhouse, for links that leave it.
    #[arg(long, env = "FULLHOUSE_PUBLIC_URL", default_value = "http://localhost:8080")]
    pub public_url: Origin,
    /// Origins of the payment provider that pages may ask, show and send people to, as in
    /// `https://js.stripe.com,https://api.stripe.com,https://hooks.stripe.com`.
    #[arg(long, env = "FULLHOUSE_PAYMENT_ORIGINS", value_delimiter = ',')]
    pub payment_origins: Vec<Origin>,
}

/// Scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// Not an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an origin is http://host or https://host, with a port if need be, and nothing behind it")]
pub struct InvalidOrigin;

impl Origin {
    /// The address of a path, which begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let url: Url = text.trim().parse().map_err(|_| InvalidOrigin)?;
        let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
        let is_bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if is_web && is_bare {
            Ok(Self(url.origin().ascii_serialization()))
        } else {
            Err(InvalidOrigin)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_in_one_way() {
        for (text, origin) in [
            ("http://localhost:8080", "http://localhost:8080"),
            ("HTTPS://Tickets.Example.org:443/", "https://tickets.example.org"),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().to_string(), origin);
        }
        let origin: Origin = "https://example.org".parse().unwrap();
        assert_eq!(origin.url("/events/7"), "https://example.org/events/7");
    }

    #[test]
    fn what_has_more_or_less_is_refused() {
        for text in [
            "",
            "localhost",
            "ftp://example.org",
            "https://example.org/shop",
            "https://example.org/?a",
            "https://example.org/#a",
            "https://me@example.org",
        ] {
            assert_eq!(text.parse::<Origin>(), Err(InvalidOrigin), "{text}");
        }
    }
}
