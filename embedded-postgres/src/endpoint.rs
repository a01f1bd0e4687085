//! How a cluster is reached: its port, database and password, kept beside the data.

use std::{
    fs,
    io::Write,
    net::{Ipv4Addr, SocketAddrV4, TcpListener},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// What survives between starts, in a file that only its owner may read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    /// 0 until the first start.
    pub port: u16,
    pub database: String,
    pub superuser_password: String,
}

impl Endpoint {
    pub(crate) fn generate(database: &str) -> anyhow::Result<Self> {
        let superuser_password = random_hex::<24>()?;
        Ok(Self { port: 0, database: database.to_owned(), superuser_password })
    }

    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let raw = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&raw).with_context(|| format!("{} is damaged", path.display()))
    }

    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<()> {
        write_private(path, &serde_json::to_vec_pretty(self)?)
    }

    pub(crate) fn superuser_url(&self) -> String {
        self.url_as("postgres", &self.superuser_password)
    }

    pub(crate) fn url_as(&self, user: &str, password: &str) -> String {
        let Self { port, database, .. } = self;
        format!("postgres://{user}:{password}@127.0.0.1:{port}/{database}")
    }

    /// Takes the port of the last start again, or another one if somebody else has it by now.
    pub(crate) fn choose_port(&mut self) -> anyhow::Result<()> {
        if self.port == 0 || !port_is_free(self.port) {
            let address = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);
            self.port = TcpListener::bind(address)?.local_addr()?.port();
        }
        Ok(())
    }
}

pub(crate) fn port_is_free(port: u16) -> bool {
    TcpListener::bind(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// `N` random bytes, in hex.
///
/// # Errors
///
/// If the operating system has no randomness to give.
pub fn random_hex<const N: usize>() -> anyhow::Result<String> {
    let mut raw = [0; N];
    getrandom::fill(&mut raw).context("no randomness")?;
    Ok(hex::encode(raw))
}

/// Writes a file that only its owner may read (0600), completely or not at all.
///
/// # Errors
///
/// If the folder can't be written to.
pub fn write_private(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let staged = path.with_extension("tmp");
    let _ = fs::remove_file(&staged);
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&staged)
        .with_context(|| format!("cannot write {}", staged.display()))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&staged, path).with_context(|| format!("cannot write {}", path.display()))
}
