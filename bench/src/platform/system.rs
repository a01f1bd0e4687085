//! Our programs, started for one measurement on one database.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::Context;
use embedded_postgres::random_hex;
use shared::auth::TokenKeys;
use tempfile::TempDir;

use super::{Client, Database, Program, process::free_address};

/// Which programs a measurement needs beside the command service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parts {
    pub projection: bool,
    pub gateway: bool,
    pub simulator: bool,
    pub rate_limits: RateLimits,
}

/// Whether clients that ask very often are refused. All load comes from one machine.
#[derive(Clone, Copy, Debug, Default)]
pub enum RateLimits {
    #[default]
    Off,
    On,
}

/// The command service and whatever else was asked for, all ready.
pub struct System {
    pub command: Program,
    pub projection: Option<Program>,
    pub gateway: Option<Program>,
    simulator: Option<Program>,
    addresses: Addresses,
    admin_key: String,
    // last: the logs go after those who write them
    _logs: TempDir,
}

#[derive(Clone, Copy)]
struct Addresses {
    command: SocketAddr,
    projection: SocketAddr,
    gateway: SocketAddr,
    simulator: SocketAddr,
}

/// Keys that several programs share.
struct Keys {
    ticket: String,
    access: String,
    vault: String,
    person: String,
    tokens: String,
    webhook: String,
    admin: String,
}

const STRIPE_KEY: &str = "sk_test_bench";
const STRIPE_ACCOUNT: &str = "acct_bench";

impl System {
    /// Starts the programs in `bin` on `database` and waits until all of them are ready.
    ///
    /// # Errors
    ///
    /// If one is missing or doesn't get ready.
    pub async fn start(bin: &Path, database: &Database, parts: Parts) -> anyhow::Result<Self> {
        let addresses = Addresses {
            command: free_address()?,
            projection: free_address()?,
            gateway: free_address()?,
            simulator: free_address()?,
        };
        let logs = TempDir::new()?;
        let rate_limits = match parts.rate_limits {
            RateLimits::Off => "off",
            RateLimits::On => "on",
        };
        let keys = Keys::generate()?;
        let starter = Starter { bin, addresses, keys, rate_limits, logs: logs.path() };
        let simulator = if parts.simulator { Some(starter.simulator().await?) } else { None };
        let command = starter.command(database).await?;
        let projection =
            if parts.projection { Some(starter.projection(database).await?) } else { None };
        let gateway = if parts.gateway { Some(starter.gateway().await?) } else { None };
        let admin_key = starter.keys.admin;
        Ok(Self { command, projection, gateway, simulator, addresses, admin_key, _logs: logs })
    }

    /// The command service's address.
    pub fn command_address(&self) -> SocketAddr {
        self.addresses.command
    }

    /// The projection service's address.
    pub fn projection_address(&self) -> SocketAddr {
        self.addresses.projection
    }

    /// The gateway's address.
    pub fn gateway_address(&self) -> SocketAddr {
        self.addresses.gateway
    }

    /// The payment simulator's address.
    pub fn simulator_address(&self) -> SocketAddr {
        self.addresses.simulator
    }

    /// The command service, with all rights.
    pub fn admin(&self) -> Client {
        Client::new(self.addresses.command).with_token(&self.admin_key)
    }

    /// The projection service, with all rights.
    pub fn reader(&self) -> Client {
        Client::new(self.addresses.projection).with_token(&self.admin_key)
    }

    /// Ends all programs, those in front first.
    ///
    /// # Errors
    ///
    /// If one can't be ended.
    pub async fn stop(self) -> anyhow::Result<()> {
        let programs = [self.gateway, self.projection, Some(self.command), self.simulator];
        for program in programs.into_iter().flatten() {
            program.stop().await?;
        }
        Ok(())
    }
}

struct Starter<'a> {
    bin: &'a Path,
    addresses: Addresses,
    keys: Keys,
    rate_limits: &'static str,
    logs: &'a Path,
}

impl Starter<'_> {
    async fn command(&self, database: &Database) -> anyhow::Result<Program> {
        let address = self.addresses.command;
        let mut settings = self.service(address, database.command_url())?;
        settings.extend([
            ("FULLHOUSE_TOKEN_KEYS", self.keys.tokens.clone()),
            ("FULLHOUSE_BOOTSTRAP_ADMIN_KEY", self.keys.admin.clone()),
            ("FULLHOUSE_STRIPE_BASE_URL", format!("http://{}", self.addresses.simulator)),
        ]);
        settings.extend(self.stripe());
        self.ready("command-service", &settings, address, "/readyz").await
    }

    async fn projection(&self, database: &Database) -> anyhow::Result<Program> {
        let address = self.addresses.projection;
        let mut settings = self.service(address, database.projection_url())?;
        let tokens: TokenKeys = self.keys.tokens.parse()?;
        settings.push(("FULLHOUSE_TOKEN_PUBLIC_KEYS", tokens.public().to_string()));
        self.ready("projection-service", &settings, address, "/readyz").await
    }

    async fn gateway(&self) -> anyhow::Result<Program> {
        let address = self.addresses.gateway;
        let settings = [
            ("FULLHOUSE_LISTEN", address.to_string()),
            ("FULLHOUSE_METRICS_LISTEN", free_address()?.to_string()),
            ("FULLHOUSE_COMMAND_UPSTREAM", format!("http://{}", self.addresses.command)),
            ("FULLHOUSE_PROJECTION_UPSTREAM", format!("http://{}", self.addresses.projection)),
        ];
        self.ready("gateway", &settings, address, "/gateway/healthz").await
    }

    async fn simulator(&self) -> anyhow::Result<Program> {
        let address = self.addresses.simulator;
        let webhook = format!("http://{}/api/v1/webhooks/stripe", self.addresses.command);
        let mut settings =
            vec![("FULLHOUSE_LISTEN", address.to_string()), ("FULLHOUSE_WEBHOOK_URL", webhook)];
        settings.extend(self.stripe());
        self.ready("payment-simulator", &settings, address, "/healthz").await
    }

    /// What both services are told.
    fn service(
        &self,
        address: SocketAddr,
        database: String,
    ) -> anyhow::Result<Vec<(&'static str, String)>> {
        Ok(vec![
            ("FULLHOUSE_LISTEN", address.to_string()),
            ("FULLHOUSE_METRICS_LISTEN", free_address()?.to_string()),
            ("FULLHOUSE_DATABASE_URL", database),
            ("FULLHOUSE_TICKET_KEYS", self.keys.ticket.clone()),
            ("FULLHOUSE_ACCESS_KEY", self.keys.access.clone()),
            ("FULLHOUSE_VAULT_KEYS", self.keys.vault.clone()),
            ("FULLHOUSE_PERSON_KEY", self.keys.person.clone()),
            ("FULLHOUSE_LOG_FORMAT", "text".to_owned()),
            ("FULLHOUSE_RATE_LIMITS", self.rate_limits.to_owned()),
        ])
    }

    fn stripe(&self) -> [(&'static str, String); 3] {
        [
            ("FULLHOUSE_STRIPE_SECRET_KEY", STRIPE_KEY.to_owned()),
            ("FULLHOUSE_STRIPE_WEBHOOK_SECRETS", self.keys.webhook.clone()),
            ("FULLHOUSE_STRIPE_ACCOUNT", STRIPE_ACCOUNT.to_owned()),
        ]
    }

    async fn ready(
        &self,
        name: &'static str,
        settings: &[(&str, String)],
        address: SocketAddr,
        path: &str,
    ) -> anyhow::Result<Program> {
        let program: PathBuf = self.bin.join(name);
        let mut program = Program::start(&program, name, &[], settings, self.logs)?;
        program.ready(address, path).await.with_context(|| format!("starting {name}"))?;
        Ok(program)
    }
}

impl Keys {
    fn generate() -> anyhow::Result<Self> {
        Ok(Self {
            ticket: format!("1:{}", random_hex::<32>()?),
            access: random_hex::<32>()?,
            vault: format!("v1:{}", random_hex::<32>()?),
            person: random_hex::<32>()?,
            tokens: format!("k1:{}", random_hex::<32>()?),
            webhook: format!("whsec_{}", random_hex::<24>()?),
            admin: format!("fhk_{}_{}", random_hex::<16>()?, random_hex::<32>()?),
        })
    }
}
