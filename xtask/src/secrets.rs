//! The secrets of a local installation: made once, kept in one file that only its owner may read.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, ensure};
use embedded_postgres::{random_hex, write_private};

/// Names and values, as in the environment of the services.
#[derive(Clone, Debug)]
pub struct Secrets {
    values: BTreeMap<String, String>,
}

/// Passwords of the services' logins.
pub const COMMAND_PASSWORD: &str = "FULLHOUSE_COMMAND_PASSWORD";
pub const PROJECTION_PASSWORD: &str = "FULLHOUSE_PROJECTION_PASSWORD";
/// What the services are given.
pub const ADMIN_KEY: &str = "FULLHOUSE_BOOTSTRAP_ADMIN_KEY";
pub const TICKET_KEYS: &str = "FULLHOUSE_TICKET_KEYS";
pub const ACCESS_KEY: &str = "FULLHOUSE_ACCESS_KEY";
pub const PERSON_KEY: &str = "FULLHOUSE_PERSON_KEY";
pub const VAULT_KEYS: &str = "FULLHOUSE_VAULT_KEYS";
pub const TOKEN_KEYS: &str = "FULLHOUSE_TOKEN_KEYS";
pub const STRIPE_SECRET_KEY: &str = "FULLHOUSE_STRIPE_SECRET_KEY";
pub const STRIPE_WEBHOOK_SECRETS: &str = "FULLHOUSE_STRIPE_WEBHOOK_SECRETS";
pub const STRIPE_ACCOUNT: &str = "FULLHOUSE_STRIPE_ACCOUNT";
/// Of the owner of the demo organisation; no service is told.
pub const DEMO_PASSWORD: &str = "FULLHOUSE_DEMO_PASSWORD";

impl Secrets {
    /// Reads the file; makes what it lacks.
    ///
    /// # Errors
    ///
    /// If the file can't be read or written, or isn't lines of `NAME=value`.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let mut values = BTreeMap::new();
        if path.exists() {
            let text = fs::read_to_string(path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            values = parse(&text).with_context(|| format!("{} is damaged", path.display()))?;
        }
        let known = values.len();
        for (name, generated) in generate()? {
            values.entry(name.to_owned()).or_insert(generated);
        }
        if values.len() > known {
            write_private(path, render(&values).as_bytes())?;
        }
        Ok(Self { values })
    }

    /// One value.
    ///
    /// # Errors
    ///
    /// If there is none of that name.
    pub fn get(&self, name: &str) -> anyhow::Result<&str> {
        self.values.get(name).map(String::as_str).with_context(|| format!("no secret {name}"))
    }
}

fn generate() -> anyhow::Result<[(&'static str, String); 12]> {
    Ok([
        (COMMAND_PASSWORD, random_hex::<24>()?),
        (PROJECTION_PASSWORD, random_hex::<24>()?),
        (ADMIN_KEY, format!("fhk_{}_{}", random_hex::<16>()?, random_hex::<32>()?)),
        (TICKET_KEYS, format!("k1:{}", random_hex::<32>()?)),
        (ACCESS_KEY, random_hex::<32>()?),
        (PERSON_KEY, random_hex::<32>()?),
        (VAULT_KEYS, format!("v1:{}", random_hex::<32>()?)),
        (TOKEN_KEYS, format!("k1:{}", random_hex::<32>()?)),
        (STRIPE_SECRET_KEY, format!("sk_test_{}", random_hex::<24>()?)),
        (STRIPE_WEBHOOK_SECRETS, format!("whsec_{}", random_hex::<24>()?)),
        (STRIPE_ACCOUNT, format!("acct_{}", random_hex::<8>()?)),
        (DEMO_PASSWORD, random_hex::<10>()?),
    ])
}

fn parse(text: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let (name, value) = line.split_once('=').context("a line is not NAME=value")?;
        ensure!(!value.is_empty(), "{name} is empty");
        values.insert(name.to_owned(), value.to_owned());
    }
    Ok(values)
}

fn render(values: &BTreeMap<String, String>) -> String {
    let head =
        "# Made by `cargo xtask up`. Whoever loses these can't read codes given out before.\n";
    values.iter().fold(head.to_owned(), |text, (name, value)| text + name + "=" + value + "\n")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn are_made_once_and_readable_by_their_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.env");

        let first = Secrets::load(&path).unwrap();
        let second = Secrets::load(&path).unwrap();

        assert_eq!(first.values, second.values);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_value_changed_by_hand_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.env");
        fs::write(&path, "# mine\nFULLHOUSE_TICKET_KEYS=k2:00,k1:11\n").unwrap();

        let secrets = Secrets::load(&path).unwrap();

        assert_eq!(secrets.get(TICKET_KEYS).unwrap(), "k2:00,k1:11");
        assert_eq!(Secrets::load(&path).unwrap().get(TICKET_KEYS).unwrap(), "k2:00,k1:11");
    }
}
