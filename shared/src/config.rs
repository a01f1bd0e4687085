//! Settings both services share, and the wrappers that keep secrets out of logs.

use std::{fmt, net::SocketAddr, str::FromStr};

use clap::Args;
use thiserror::Error;

use crate::{
    auth::{PublicTokenKeys, TokenKeys},
    telemetry::LogFormat,
    ticket_code::TicketKeys,
    vault::VaultKeys,
};

/// Text that must never be printed: a password, a token, a URL with a password in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for the one call that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self(secret.to_owned())
    }
}

/// A 256-bit key that must never be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey([u8; 32]);

/// Not 64 hexadecimal digits. Doesn't say what it was, for it may be most of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a key of 32 bytes in hexadecimal (64 digits)")]
pub struct InvalidKey;

impl SecretKey {
    /// Wraps the bytes of a key.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the key.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key as HMAC-SHA256 uses it: padded with zeros to a block.
    pub fn padded_block(&self) -> [u8; 64] {
        let mut block = [0; 64];
        block[..32].copy_from_slice(&self.0);
        block
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret key]")
    }
}

impl FromStr for SecretKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_| InvalidKey)?;
        Ok(Self(bytes))
    }
}

/// Where a service listens.
#[derive(Debug, Clone, Args)]
pub struct ListenArgs {
    /// Address of the API.
    #[arg(long, env = "FULLHOUSE_LISTEN")]
    pub listen: SocketAddr,
    /// Address of Prometheus metrics; keep it off the public network.
    #[arg(long, env = "FULLHOUSE_METRICS_LISTEN")]
    pub metrics_listen: SocketAddr,
}

/// Where the database is.
#[derive(Debug, Clone, Args)]
pub struct DatabaseArgs {
    /// URL of the database, with the role of this service.
    #[arg(long, env = "FULLHOUSE_DATABASE_URL", hide_env_values = true)]
    pub database_url: Secret,
    /// Most connections this process opens.
    #[arg(long, env = "FULLHOUSE_DATABASE_CONNECTIONS", default_value_t = 24)]
    pub database_connections: u32,
}

/// How much HTTP work a service takes on.
#[derive(Debug, Clone, Args)]
pub struct LoadArgs {
    /// Requests answered at once; more are refused with 503 before any work is done.
    #[arg(long, env = "FULLHOUSE_MAX_IN_FLIGHT", default_value_t = 4096)]
    pub max_in_flight: usize,
    /// Connections open at once; more wait to be accepted.
    #[arg(long, env = "FULLHOUSE_MAX_CONNECTIONS", default_value_t = 16384)]
    pub max_connections: usize,
}

/// Keys both services check credentials and codes with.
#[derive(Debug, Clone, Args)]
pub struct KeyArgs {
    /// Ticket keys `kid:hex,kid:hex`; the first one signs, all verify.
    #[arg(long, env = "FULLHOUSE_TICKET_KEYS", hide_env_values = true)]
    pub ticket_keys: TicketKeys,
    /// Key of the access tokens of reservations, 32 bytes in hex.
    #[arg(long, env = "FULLHOUSE_ACCESS_KEY", hide_env_values = true)]
    pub access_key: SecretKey,
    /// Master keys of the vault `kid:hex,kid:hex`; the first one seals, all open.
    #[arg(long, env = "FULLHOUSE_VAULT_KEYS", hide_env_values = true)]
    pub vault_keys: VaultKeys,
}

/// Keys to sign the session tokens of accounts with.
#[derive(Debug, Clone, Args)]
pub struct TokenKeyArgs {
    /// Ed25519 seeds `kid:hex,kid:hex`; the first one signs, all verify.
    #[arg(long, env = "FULLHOUSE_TOKEN_KEYS", hide_env_values = true)]
    pub token_keys: TokenKeys,
}

/// Keys to verify the session tokens of accounts with.
#[derive(Debug, Clone, Args)]
pub struct PublicTokenKeyArgs {
    /// Ed25519 public keys `kid:hex,kid:hex`, as `fullhouse token-keys` prints them.
    #[arg(long, env = "FULLHOUSE_TOKEN_PUBLIC_KEYS")]
    pub token_public_keys: PublicTokenKeys,
}

/// How a service logs.
#[derive(Debug, Clone, Args)]
pub struct LogArgs {
    /// `json` for machines, `text` for people.
    #[arg(long, env = "FULLHOUSE_LOG_FORMAT", default_value = "json")]
    pub log_format: LogFormat,
    /// Which messages are logged, as in `info,shared=debug`.
    #[arg(
        long,
        env = "RUST_LOG",
        default_value = "info,tokio_cron_scheduler=warn,webauthn_rs_core=off"
    )]
    pub log_filter: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_printed() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "[secret]");
        assert_eq!(format!("{:?}", SecretKey::new([7; 32])), "[secret key]");
    }

    #[test]
    fn reads_a_key_in_hex() {
        let key: SecretKey = "07".repeat(32).parse().unwrap();
        assert_eq!(key.expose(), &[7; 32]);
    }

    #[test]
    fn refuses_keys_of_another_length_without_repeating_them() {
        for text in ["", "07", &"07".repeat(33), &"zz".repeat(32)] {
            let refusal = text.parse::<SecretKey>().unwrap_err().to_string();
            assert!(text.is_empty() || !refusal.contains(text));
        }
    }
}
