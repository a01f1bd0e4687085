//! All programs of a running Fullhouse: what each is told, in which order they start.

use std::{
    net::{Ipv4Addr, SocketAddrV4, TcpListener},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use nix::sys::signal::Signal;
use tokio::{process::Command, time::sleep};

use crate::{
    console::Console,
    database::Database,
    http::Request,
    run::{capture, run},
    secrets::{self, Secrets},
    supervise::{Service, Supervisor},
};

/// The loopback ports that the programs listen on.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    pub gateway: u16,
    pub command: u16,
    pub projection: u16,
    pub simulator: u16,
    /// The page of the mailbox.
    pub mailbox: u16,
    /// Where the mailbox takes mail.
    pub smtp: u16,
    pub gateway_metrics: u16,
    pub command_metrics: u16,
    pub projection_metrics: u16,
}

impl Ports {
    /// The usual ones; others where a usual one is taken, the gateway's excepted.
    ///
    /// # Errors
    ///
    /// If the gateway's is taken.
    pub fn usual(gateway: u16) -> anyhow::Result<Self> {
        ensure!(
            bind(gateway).is_some(),
            "port {gateway} is taken by another program: stop it, or set FULLHOUSE_PORT to a free one"
        );
        Self::choose([gateway, 8081, 8082, 8083, 8025, 1025, 9080, 9081, 9082])
    }

    /// Free ones.
    ///
    /// # Errors
    ///
    /// If there are none.
    pub fn free() -> anyhow::Result<Self> {
        Self::choose([0; 9])
    }

    fn choose(wanted: [u16; 9]) -> anyhow::Result<Self> {
        let mut taken = Vec::new(); // held until all are chosen, so that none is chosen twice
        let mut ports = [0; 9];
        for (port, wanted) in ports.iter_mut().zip(wanted) {
            let listener = bind(wanted).or_else(|| bind(0)).context("no free port")?;
            *port = listener.local_addr()?.port();
            taken.push(listener);
        }
        let [gateway, command, projection, simulator, mailbox, smtp, metrics @ ..] = ports;
        let [gateway_metrics, command_metrics, projection_metrics] = metrics;
        Ok(Self {
            gateway,
            command,
            projection,
            simulator,
            mailbox,
            smtp,
            gateway_metrics,
            command_metrics,
            projection_metrics,
        })
    }
}

/// A port that nothing listens on.
///
/// # Errors
///
/// If there is none.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(bind(0).context("no free port")?.local_addr()?.port())
}

fn bind(port: u16) -> Option<TcpListener> {
    TcpListener::bind(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)).ok()
}

/// What the programs are started with.
pub struct Stack<'a> {
    pub console: Console,
    /// The folder of the programs.
    pub programs: &'a Path,
    pub secrets: &'a Secrets,
    pub database: &'a Database,
    pub ports: Ports,
    /// The folder of the built front end.
    pub web_dist: &'a Path,
    /// What the programs log, unless the environment or they themselves say.
    pub log_filter: Option<&'static str>,
    /// Where the mailbox keeps what was sent; absent: in memory.
    pub mails: Option<PathBuf>,
    /// Whether clients that ask very often are refused.
    pub limits_rates: bool,
    /// Where people can log in from elsewhere; absent: as the environment says.
    pub login_providers: Option<String>,
}

impl Stack<'_> {
    /// Brings the database up to date and starts everything, each when the one before is ready.
    ///
    /// # Errors
    ///
    /// If the migration fails or something isn't ready in time.
    pub async fn start(&self, supervisor: &mut Supervisor) -> anyhow::Result<()> {
        self.migrate().await?;
        let ports = self.ports;
        let order = [
            (self.simulator()?, ports.simulator, "/healthz"),
            (self.mailbox(), ports.mailbox, "/healthz"),
            (self.command()?, ports.command, "/readyz"),
            (self.projection().await?, ports.projection, "/readyz"),
            (self.gateway(), ports.gateway, "/readyz"),
        ];
        for (service, port, path) in order {
            let name = service.name;
            supervisor.keep(service);
            ready(name, port, path).await?;
            self.console.say("fullhouse", &format!("{name} is ready on 127.0.0.1:{port}"));
        }
        Ok(())
    }

    async fn migrate(&self) -> anyhow::Result<()> {
        let mut command = std::process::Command::new(self.program("fullhouse"));
        command.arg("migrate").env("FULLHOUSE_DATABASE_URL", self.database.owner_url());
        for name in [secrets::COMMAND_PASSWORD, secrets::PROJECTION_PASSWORD] {
            command.env(name, self.secrets.get(name)?);
        }
        embedded_postgres::die_with_parent(&mut command, Signal::SIGKILL);
        run(Command::from(command)).await.context("the database can't be brought up to date")
    }

    /// What the projection service verifies session tokens with.
    async fn public_token_keys(&self) -> anyhow::Result<String> {
        let mut command = Command::new(self.program("fullhouse"));
        command.arg("token-keys").env(secrets::TOKEN_KEYS, self.secrets.get(secrets::TOKEN_KEYS)?);
        Ok(capture(command).await?.trim().to_owned())
    }

    fn simulator(&self) -> anyhow::Result<Service> {
        let webhooks = url(self.ports.command) + "/api/v1/webhooks/stripe";
        let mut env = vec![
            ("FULLHOUSE_LISTEN", listen(self.ports.simulator)),
            ("FULLHOUSE_WEBHOOK_URL", webhooks),
        ];
        self.add_secrets(&mut env, &STRIPE)?;
        Ok(self.service("simulator", "payment-simulator", env))
    }

    fn mailbox(&self) -> Service {
        let mut env = vec![
            ("FULLHOUSE_LISTEN", listen(self.ports.mailbox)),
            ("FULLHOUSE_SMTP_LISTEN", listen(self.ports.smtp)),
        ];
        if let Some(mails) = &self.mails {
            env.push(("FULLHOUSE_MAILBOX_FOLDER", mails.display().to_string()));
        }
        self.service("mailbox", "mailbox", env)
    }

    fn command(&self) -> anyhow::Result<Service> {
        let password = self.secrets.get(secrets::COMMAND_PASSWORD)?;
        let database = self.database.url_as("fullhouse_command", password)?;
        let mut env = vec![
            ("FULLHOUSE_LISTEN", listen(self.ports.command)),
            ("FULLHOUSE_METRICS_LISTEN", listen(self.ports.command_metrics)),
            ("FULLHOUSE_DATABASE_URL", database),
            ("FULLHOUSE_STRIPE_BASE_URL", url(self.ports.simulator)),
            ("FULLHOUSE_SMTP_URL", format!("smtp://127.0.0.1:{}", self.ports.smtp)),
            ("FULLHOUSE_PUBLIC_URL", format!("http://localhost:{}", self.ports.gateway)),
        ];
        self.add_secrets(&mut env, &STRIPE)?;
        self.add_secrets(&mut env, &KEYS)?;
        self.add_secrets(&mut env, &[secrets::ADMIN_KEY, secrets::TOKEN_KEYS])?;
        env.extend(self.login_providers.clone().map(|all| ("FULLHOUSE_LOGIN_PROVIDERS", all)));
        Ok(self.service("command", "command-service", env))
    }

    async fn projection(&self) -> anyhow::Result<Service> {
        let password = self.secrets.get(secrets::PROJECTION_PASSWORD)?;
        let database = self.database.url_as("fullhouse_projection", password)?;
        let mut env = vec![
            ("FULLHOUSE_LISTEN", listen(self.ports.projection)),
            ("FULLHOUSE_METRICS_LISTEN", listen(self.ports.projection_metrics)),
            ("FULLHOUSE_DATABASE_URL", database),
            ("FULLHOUSE_TOKEN_PUBLIC_KEYS", self.public_token_keys().await?),
            ("FULLHOUSE_WEB_DIST", self.web_dist.display().to_string()),
            ("FULLHOUSE_PUBLIC_URL", format!("http://localhost:{}", self.ports.gateway)),
            ("FULLHOUSE_PAYMENT_ORIGINS", url(self.ports.simulator)),
        ];
        self.add_secrets(&mut env, &KEYS)?;
        Ok(self.service("projection", "projection-service", env))
    }

    fn gateway(&self) -> Service {
        let env = vec![
            ("FULLHOUSE_LISTEN", listen(self.ports.gateway)),
            ("FULLHOUSE_METRICS_LISTEN", listen(self.ports.gateway_metrics)),
            ("FULLHOUSE_COMMAND_UPSTREAM", listen(self.ports.command)),
            ("FULLHOUSE_PROJECTION_UPSTREAM", listen(self.ports.projection)),
        ];
        self.service("gateway", "gateway", env)
    }

    fn add_secrets(
        &self,
        env: &mut Vec<(&'static str, String)>,
        names: &[&'static str],
    ) -> anyhow::Result<()> {
        for name in names {
            env.push((name, self.secrets.get(name)?.to_owned()));
        }
        Ok(())
    }

    fn service(
        &self,
        name: &'static str,
        program: &str,
        mut env: Vec<(&'static str, String)>,
    ) -> Service {
        env.push(("FULLHOUSE_LOG_FORMAT", "text".to_owned()));
        if let Some(filter) = self.log_filter.filter(|_| std::env::var_os("RUST_LOG").is_none()) {
            env.push(("RUST_LOG", filter.to_owned()));
        }
        if !self.limits_rates {
            env.push(("FULLHOUSE_RATE_LIMITS", "off".to_owned()));
        }
        Service { name, program: self.program(program), env }
    }

    fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }
}

const STRIPE: [&str; 3] =
    [secrets::STRIPE_SECRET_KEY, secrets::STRIPE_WEBHOOK_SECRETS, secrets::STRIPE_ACCOUNT];

const KEYS: [&str; 4] =
    [secrets::TICKET_KEYS, secrets::ACCESS_KEY, secrets::PERSON_KEY, secrets::VAULT_KEYS];

fn listen(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

async fn ready(name: &str, port: u16, path: &str) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        let last = match Request::new("GET", path).send(port).await {
            Ok(answer) if answer.status == 200 => return Ok(()),
            Ok(answer) => format!("it answers {}: {}", answer.status, answer.text().trim()),
            Err(error) => format!("{error:#}"),
        };
        let patient = began.elapsed() < Duration::from_mins(1);
        ensure!(patient, "{name} is not ready after a minute: {last}");
        sleep(Duration::from_millis(25)).await;
    }
}
