//! Settings of the pages.

use std::{fmt, path::PathBuf, str::FromStr};

use clap::Args;
use thiserror::Error;
use url::Url;

use super::html::Head;

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
    /// Stripe's publishable key, `pk_live_…` or `pk_test_…`: with it cards are typed into Stripe's own
    /// fields, and pages may load Stripe's script. Without it: the card form of the simulator.
    #[arg(long, env = "FULLHOUSE_STRIPE_PUBLISHABLE_KEY")]
    pub stripe_publishable_key: Option<PublishableKey>,
}

/// Whom pages may ask, show and send people to beside us.
#[derive(Clone, Debug, Default)]
pub struct Payments {
    pub origins: Vec<Origin>,
    /// Stripe's script may run.
    pub uses_stripe: bool,
}

impl PageSettings {
    /// What is allowed for paying.
    pub fn payments(&self) -> Payments {
        let uses_stripe = self.stripe_publishable_key.is_some();
        let stripe = STRIPE.iter().filter(|_| uses_stripe).map(|origin| Origin((*origin).into()));
        let mut origins = self.payment_origins.clone();
        origins.extend(stripe.filter(|origin| !self.payment_origins.contains(origin)));
        Payments { origins, uses_stripe }
    }

    /// What pages of the storefront read in their head.
    pub fn head(&self) -> String {
        let mut head = Head::default();
        if let Some(PublishableKey(key)) = &self.stripe_publishable_key {
            head.name("stripe-publishable-key", key);
        }
        head.into_html()
    }
}

/// Where Stripe's script comes from, is answered, and shows what it has to ask.
const STRIPE: [&str; 3] =
    ["https://js.stripe.com", "https://api.stripe.com", "https://hooks.stripe.com"];

/// A key that everybody may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishableKey(String);

/// Not a [`PublishableKey`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a publishable key begins with pk_live_ or pk_test_; a secret key must not be here")]
pub struct InvalidKey;

impl FromStr for PublishableKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let rest = ["pk_live_", "pk_test_"].iter().find_map(|start| text.strip_prefix(start));
        let is_key = |rest: &str| {
            !rest.is_empty()
                && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        rest.filter(|rest| is_key(rest)).map(|_| Self(text.to_owned())).ok_or(InvalidKey)
    }
}

/// Scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// Not an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an origin is http://host or https://host, with a port if need be, and nothing behind it")]
pub struct InvalidOrigin;

impl Origin {
    /// The address of a picture: what begins with a slash is ours.
    pub fn picture(&self, address: &str) -> String {
        if address.starts_with('/') { self.url(address) } else { address.to_owned() }
    }

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

    fn settings(origins: &[&str], key: Option<&str>) -> PageSettings {
        PageSettings {
            web_dist: PathBuf::new(),
            public_url: Origin("https://tickets.example.org".to_owned()),
            payment_origins: origins.iter().map(|origin| origin.parse().unwrap()).collect(),
            stripe_publishable_key: key.map(|key| key.parse().unwrap()),
        }
    }

    #[test]
    fn stripe_is_let_in_with_its_key_only() {
        let without = settings(&["https://pay.example.org"], None);
        assert_eq!((without.payments().origins.len(), without.head().as_str()), (1, ""));
        assert!(!without.payments().uses_stripe);
        let with = settings(&["https://js.stripe.com"], Some("pk_test_abc_1"));
        let origins: Vec<String> = with.payments().origins.iter().map(Origin::to_string).collect();
        assert_eq!(origins, STRIPE);
        let meta = "<meta name=\"stripe-publishable-key\" content=\"pk_test_abc_1\">";
        assert_eq!((with.head().as_str(), with.payments().uses_stripe), (meta, true));
    }

    #[test]
    fn a_secret_key_is_no_publishable_one() {
        for text in ["sk_live_abc", "rk_test_abc", "pk_live_", "pk_test_a b", "pk_test_\"", ""] {
            assert_eq!(text.parse::<PublishableKey>(), Err(InvalidKey), "{text}");
        }
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
