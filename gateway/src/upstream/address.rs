//! Where a service listens.

use std::{fmt, path::PathBuf, str::FromStr};

use http::uri::Authority;
use thiserror::Error;

/// Where a service listens: a TCP address or a Unix socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpstreamAddress {
    /// Host (a name or an address) and port.
    Tcp(String),
    /// Path of a socket.
    Unix(PathBuf),
}

/// Not an address of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an upstream is host:port, http://host:port or unix:/path")]
pub struct InvalidUpstream;

impl FromStr for UpstreamAddress {
    type Err = InvalidUpstream;

    fn from_str(text: &str) -> Result<Self, InvalidUpstream> {
        if let Some(path) = text.strip_prefix("unix:") {
            let path = PathBuf::from(path);
            return if path.is_absolute() { Ok(Self::Unix(path)) } else { Err(InvalidUpstream) };
        }
        let authority = text.strip_prefix("http://").unwrap_or(text);
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        let parsed: Authority = authority.parse().map_err(|_| InvalidUpstream)?;
        if parsed.port_u16().is_none() || parsed.host().is_empty() || authority.contains('@') {
            return Err(InvalidUpstream);
        }
        Ok(Self::Tcp(authority.to_owned()))
    }
}

impl fmt::Display for UpstreamAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(authority) => f.write_str(authority),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_way_to_write_an_address() {
        let tcp = UpstreamAddress::Tcp("command:8081".to_owned());
        for text in ["command:8081", "http://command:8081", "http://command:8081/"] {
            assert_eq!(text.parse(), Ok(tcp.clone()), "{text}");
        }
        let six = "[::1]:8081".parse::<UpstreamAddress>();
        assert_eq!(six, Ok(UpstreamAddress::Tcp("[::1]:8081".to_owned())));
        let unix = "unix:/run/fullhouse/command.sock".parse::<UpstreamAddress>();
        assert_eq!(unix, Ok(UpstreamAddress::Unix("/run/fullhouse/command.sock".into())));
    }

    #[test]
    fn refuses_what_it_could_not_connect_to() {
        for text in
            ["", "command", "https://command:8081", "command:8081/api", "a@b:80", "unix:x", ":80"]
        {
            assert_eq!(text.parse::<UpstreamAddress>(), Err(InvalidUpstream), "{text}");
        }
    }
}
