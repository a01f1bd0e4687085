//! Which providers people can log in with, as it is configured.

use serde::Deserialize;
use shared::config::Secret;
use thiserror::Error;
use url::{Host, Url};

const LONGEST_NAME: usize = 32;
const LONGEST_LABEL: usize = 40;
/// The version of Facebook's API that we were written for.
const FACEBOOK_DIALOG: &str = "https://www.facebook.com/v21.0/dialog/oauth";
const FACEBOOK_TOKEN: &str = "https://graph.facebook.com/v21.0/oauth/access_token";

/// One provider.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// In addresses: lower-case letters, digits and hyphens.
    pub name: String,
    /// What people know it as.
    pub label: String,
    /// As the provider writes it: compared letter by letter.
    pub issuer: String,
    pub client_id: String,
    /// Absent: the code verifier alone shows that the code is ours.
    pub client_secret: Option<Secret>,
    pub scopes: Vec<String>,
    pub(super) peculiar: Peculiar,
}

/// In what a provider differs from what the standard lets us expect.
#[derive(Clone, Debug, Default)]
pub(super) struct Peculiar {
    /// Another spelling of the issuer in its tokens.
    pub also_issues_as: Option<&'static str>,
    pub discovery: Option<Url>,
    pub authorization_endpoint: Option<Url>,
    /// Where codes are exchanged, by GET: the discovery document doesn't say.
    pub token_query: Option<Url>,
    /// It never tells when the person last proved to be there.
    pub undated: bool,
}

/// The setting can't be used. Never says what it holds: there are secrets in it.
#[derive(Debug, Error)]
pub enum InvalidProviders {
    #[error("it is not a JSON list of providers (line {line}, column {column})")]
    Unreadable { line: usize, column: usize },
    #[error("provider {0} needs a name of lower-case letters, digits and hyphens")]
    Name(usize),
    #[error("two providers are called {0}")]
    Twice(String),
    #[error("provider {0} needs a label of 1 to {LONGEST_LABEL} characters")]
    Label(String),
    #[error("provider {0} needs an issuer: an https address without query and fragment")]
    Issuer(String),
    #[error("provider {0} needs a client_id")]
    ClientId(String),
    #[error("the scopes of provider {0} need openid")]
    Scopes(String),
    #[error("there is no client for requests to providers")]
    Client(#[from] reqwest::Error),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Preset {
    Google,
    Facebook,
}

/// A provider as it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    preset: Option<Preset>,
    name: Option<String>,
    label: Option<String>,
    issuer: Option<String>,
    client_id: String,
    client_secret: Option<String>,
    scopes: Option<Vec<String>>,
}

/// What a preset fills in.
struct Filled {
    name: &'static str,
    label: &'static str,
    issuer: &'static str,
    peculiar: Peculiar,
}

impl ProviderSettings {
    /// Reads the setting.
    ///
    /// # Errors
    ///
    /// [`InvalidProviders`].
    pub fn parse_all(text: &str) -> Result<Vec<Self>, InvalidProviders> {
        let written: Vec<Written> = serde_json::from_str(text).map_err(|error| {
            InvalidProviders::Unreadable { line: error.line(), column: error.column() }
        })?;
        let mut all: Vec<Self> = Vec::with_capacity(written.len());
        for (index, written) in written.into_iter().enumerate() {
            let settings = Self::of(index + 1, written)?;
            if all.iter().any(|other| other.name == settings.name) {
                return Err(InvalidProviders::Twice(settings.name));
            }
            all.push(settings);
        }
        Ok(all)
    }

    fn of(number: usize, written: Written) -> Result<Self, InvalidProviders> {
        let filled = written.preset.map(Preset::filled);
        let preset =
            |pick: fn(&Filled) -> &'static str| filled.as_ref().map(pick).map(str::to_owned);
        let name = written.name.or_else(|| preset(|filled| filled.name)).filter(|name| fits(name));
        let name = name.ok_or(InvalidProviders::Name(number))?;
        let label = written.label.or_else(|| preset(|filled| filled.label)).unwrap_or_default();
        if label.trim().is_empty() || label.chars().count() > LONGEST_LABEL {
            return Err(InvalidProviders::Label(name));
        }
        let issuer = written.issuer.or_else(|| preset(|filled| filled.issuer)).unwrap_or_default();
        if !is_issuer(&issuer) {
            return Err(InvalidProviders::Issuer(name));
        }
        if written.client_id.is_empty() {
            return Err(InvalidProviders::ClientId(name));
        }
        let usual = || ["openid", "email", "profile"].map(str::to_owned).to_vec();
        let scopes = written.scopes.unwrap_or_else(usual);
        if !scopes.iter().any(|scope| scope == "openid") {
            return Err(InvalidProviders::Scopes(name));
        }
        let client_secret = written.client_secret.map(Secret::new);
        let peculiar = filled.map(|filled| filled.peculiar).unwrap_or_default();
        let client_id = written.client_id;
        Ok(Self { name, label, issuer, client_id, client_secret, scopes, peculiar })
    }

    /// Where the provider describes itself.
    pub(super) fn discovery(&self) -> String {
        match &self.peculiar.discovery {
            Some(url) => url.to_string(),
            None => {
                format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'))
            }
        }
    }

    /// Whether this may be asked in plain HTTP: only a provider on this very machine, for tests.
    pub(super) fn is_local(&self) -> bool {
        self.issuer.starts_with("http://")
    }

    /// Whether the provider may send us there.
    pub(super) fn may_be_at(&self, url: &Url) -> bool {
        url.scheme() == "https" || (self.is_local() && is_loopback(url))
    }
}

impl Preset {
    fn filled(self) -> Filled {
        match self {
            // developers.google.com/identity/openid-connect: both spellings of the issuer; tells
            // nothing about when the person gave the password.
            Self::Google => Filled {
                name: "google",
                label: "Google",
                issuer: "https://accounts.google.com",
                peculiar: Peculiar {
                    also_issues_as: Some("accounts.google.com"),
                    undated: true,
                    ..Peculiar::default()
                },
            },
            // developers.facebook.com/docs/facebook-login/guides/advanced/oidc-token: a code with
            // PKCE at its versioned dialogue, exchanged by GET without the client's secret. It
            // says of no address that it is verified.
            Self::Facebook => Filled {
                name: "facebook",
                label: "Facebook",
                issuer: "https://www.facebook.com",
                peculiar: Peculiar {
                    discovery: Url::parse(
                        "https://www.facebook.com/.well-known/openid-configuration/",
                    )
                    .ok(),
                    authorization_endpoint: Url::parse(FACEBOOK_DIALOG).ok(),
                    token_query: Url::parse(FACEBOOK_TOKEN).ok(),
                    undated: true,
                    ..Peculiar::default()
                },
            },
        }
    }
}

fn fits(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_issuer(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        let is_plain = url.query().is_none() && url.fragment().is_none();
        let is_safe = url.scheme() == "https" || is_loopback(&url);
        is_plain && is_safe && url.username().is_empty() && url.password().is_none()
    })
}

fn is_loopback(url: &Url) -> bool {
    url.scheme() == "http"
        && match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<ProviderSettings>, String> {
        ProviderSettings::parse_all(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_preset_needs_our_client_only() {
        let text = r#"[{"preset": "google", "client_id": "us", "client_secret": "hush"},
                       {"preset": "facebook", "client_id": "us"}]"#;
        let all = parse(text).unwrap();
        assert_eq!(all[0].name, "google");
        assert_eq!(all[0].issuer, "https://accounts.google.com");
        assert_eq!(
            all[0].discovery(),
            "https://accounts.google.com/.well-known/openid-configuration"
        );
        assert_eq!(all[1].label, "Facebook");
        assert!(all[1].peculiar.token_query.is_some() && all[1].peculiar.discovery.is_some());
        assert!(!format!("{all:?}").contains("hush"));
    }

    #[test]
    fn what_cant_work_is_refused_at_the_start_and_not_repeated() {
        for (wrong, because) in [
            (r#"{"preset": "google"}"#, "not a JSON list"),
            (r#"[{"preset": "hush", "client_id": "us"}]"#, "not a JSON list"),
            (r#"[{"preset": "google", "client_id": "us", "client_sekret": "hush"}]"#, "JSON list"),
            (r#"[{"preset": "google", "client_id": ""}]"#, "client_id"),
            (r#"[{"preset": "google", "client_id": "us", "name": "Not/a name"}]"#, "name"),
            (r#"[{"client_id": "us", "name": "a", "label": "A"}]"#, "issuer"),
            (r#"[{"client_id": "us", "name": "a", "issuer": "https://a.example"}]"#, "label"),
            (r#"[{"preset": "google", "client_id": "us", "scopes": ["email"]}]"#, "need openid"),
            (
                r#"[{"preset": "google", "client_id": "a"}, {"preset": "google", "client_id": "b"}]"#,
                "two providers",
            ),
        ] {
            let error = parse(wrong).unwrap_err();
            assert!(error.contains(because) && !error.contains("hush"), "{wrong}: {error}");
        }
    }

    #[test]
    fn issuers_are_asked_over_tls_or_on_this_machine() {
        for (issuer, fits) in [
            ("https://login.example.org/realm", true),
            ("http://127.0.0.1:4000", true),
            ("http://localhost:4000", true),
            ("http://login.example.org", false),
            ("http://10.0.0.1", false),
            ("https://login.example.org/?tenant=1", false),
            ("https://user:hush@login.example.org", false),
            ("file:///etc/passwd", false),
            ("", false),
        ] {
            assert_eq!(is_issuer(issuer), fits, "{issuer}");
        }
    }
}
