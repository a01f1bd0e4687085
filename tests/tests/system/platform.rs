//! Starts the programs of the platform as processes, and ends them, also rudely.

use std::{
    collections::BTreeMap,
    fs::File,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use embedded_postgres::die_with_parent;
use nix::sys::signal::Signal;
use shared::{auth::TokenKeys, testing::TestDatabase};

use crate::client::{Api, http};

pub const ADMIN_KEY: &str = "fhk_00000000000000000000000000000001_\
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
pub const WEBHOOK_SECRET: &str = "whsec_system_tests";
pub const VAULT_KEYS: &str = "v1:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";
pub const TOKEN_KEYS: &str = "k1:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";
pub const ACCESS_KEY: [u8; 32] = [8; 32];
pub const ACCOUNT: &str = "acct_system_tests";

/// A program of the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Program {
    Simulator,
    Mailbox,
    Command,
    /// A second command service beside the first.
    OtherCommand,
    Projection,
}

/// The running platform on a database.
pub struct Platform {
    command_database: String,
    projection_database: String,
    ports: BTreeMap<Program, u16>,
    /// Where the mailbox takes mail.
    smtp_port: u16,
    running: BTreeMap<Program, Child>,
    /// For those who ask again and again.
    http: reqwest::Client,
    /// Where the programs write all they have to say.
    logs: Option<PathBuf>,
    // Dropped last: the programs are connected to it.
    _database: Option<TestDatabase>,
}

impl Platform {
    /// Command service, projection service and payment simulator on a fresh database.
    pub async fn start() -> Self {
        let database = TestDatabase::create().await;
        let urls = (database.command_url(), database.projection_url());
        Self::start_on(urls.0, urls.1, Some(database)).await
    }

    /// The same on a database that someone else keeps.
    pub async fn start_on(
        command_database: String,
        projection_database: String,
        database: Option<TestDatabase>,
    ) -> Self {
        let mut platform = Self::new(command_database, projection_database);
        platform._database = database;
        platform.start_all().await;
        platform
    }

    /// The same, writing everything down to the details into files of this folder, one for each
    /// program.
    pub async fn start_logging_into(folder: PathBuf, database: &TestDatabase) -> Self {
        let mut platform = Self::new(database.command_url(), database.projection_url());
        platform.logs = Some(folder);
        platform.start_all().await;
        platform
    }

    fn new(command_database: String, projection_database: String) -> Self {
        Self {
            command_database,
            projection_database,
            ports: BTreeMap::new(),
            smtp_port: free_port(),
            running: BTreeMap::new(),
            http: http(),
            logs: None,
            _database: None,
        }
    }

    async fn start_all(&mut self) {
        let programs =
            [Program::Simulator, Program::Mailbox, Program::Command, Program::Projection];
        // All addresses first: the programs name each other.
        for program in programs {
            self.ports.insert(program, free_port());
        }
        for program in programs {
            self.launch(program);
        }
        for program in [Program::Command, Program::Projection] {
            self.wait_ready(program).await;
        }
    }

    /// A client of the whole platform, without credentials.
    pub fn api(&self) -> Api {
        Api::new(self.url(Program::Command), self.url(Program::Projection))
    }

    /// What to ask programs with that don't end meanwhile: connections stay open.
    pub fn http(&self) -> reqwest::Client {
        self.http.clone()
    }

    /// Where a program listens.
    pub fn url(&self, program: Program) -> String {
        format!("http://127.0.0.1:{}", self.ports[&program])
    }

    /// Starts a program, on the address it had before if it ran before.
    pub fn launch(&mut self, program: Program) {
        let port = *self.ports.entry(program).or_insert_with(free_port);
        let mut command = Command::new(bin_dir().join(program.file()));
        command
            .envs(self.environment(program))
            .env("FULLHOUSE_LISTEN", format!("127.0.0.1:{port}"))
            .env("FULLHOUSE_METRICS_LISTEN", format!("127.0.0.1:{}", free_port()))
            .env("FULLHOUSE_LOG_FORMAT", "text")
            // All buyers of a test share one address.
            .env("FULLHOUSE_RATE_LIMITS", "off")
            .env("RUST_LOG", std::env::var_os("RUST_LOG").unwrap_or_else(|| "warn".into()))
            .stdin(Stdio::null());
        if let Some(folder) = &self.logs {
            let file = File::create(folder.join(program.file())).expect("a file for the log");
            command.env("RUST_LOG", "debug").stderr(file.try_clone().expect("the same file"));
            command.stdout(file);
        }
        die_with_parent(&mut command, Signal::SIGKILL);
        let child = command.spawn().expect("the program starts; is FULLHOUSE_BIN_DIR right?");
        self.running.insert(program, child);
    }

    fn environment(&self, program: Program) -> Vec<(&'static str, String)> {
        let port_of = |program| self.ports.get(&program).copied().unwrap_or_default();
        let stripe = [
            ("FULLHOUSE_STRIPE_SECRET_KEY", "sk_test_system".to_owned()),
            ("FULLHOUSE_STRIPE_WEBHOOK_SECRETS", WEBHOOK_SECRET.to_owned()),
            ("FULLHOUSE_STRIPE_ACCOUNT", ACCOUNT.to_owned()),
        ];
        let keys = [
            ("FULLHOUSE_TICKET_KEYS", format!("k1:{}", "07".repeat(32))),
            ("FULLHOUSE_ACCESS_KEY", hex::encode(ACCESS_KEY)),
            ("FULLHOUSE_VAULT_KEYS", VAULT_KEYS.to_owned()),
            ("FULLHOUSE_PERSON_KEY", "09".repeat(32)),
        ];
        let mut settings = Vec::new();
        match program {
            Program::Simulator => {
                settings.extend(stripe);
                let webhook = format!(
                    "http://127.0.0.1:{}/api/v1/webhooks/stripe",
                    port_of(Program::Command)
                );
                settings.push(("FULLHOUSE_WEBHOOK_URL", webhook));
            }
            Program::Mailbox => {
                let smtp = format!("127.0.0.1:{}", self.smtp_port);
                settings.push(("FULLHOUSE_SMTP_LISTEN", smtp));
            }
            Program::Command | Program::OtherCommand => {
                let smtp = format!("smtp://127.0.0.1:{}", self.smtp_port);
                settings.push(("FULLHOUSE_SMTP_URL", smtp));
                settings.extend(stripe);
                settings.extend(keys);
                settings.push(("FULLHOUSE_DATABASE_URL", self.command_database.clone()));
                settings.push(("FULLHOUSE_TOKEN_KEYS", TOKEN_KEYS.to_owned()));
                settings.push(("FULLHOUSE_BOOTSTRAP_ADMIN_KEY", ADMIN_KEY.to_owned()));
                let simulator = format!("http://127.0.0.1:{}", port_of(Program::Simulator));
                settings.push(("FULLHOUSE_STRIPE_BASE_URL", simulator));
            }
            Program::Projection => {
                settings.extend(keys);
                settings.push(("FULLHOUSE_DATABASE_URL", self.projection_database.clone()));
                let keys: TokenKeys = TOKEN_KEYS.parse().expect("keys");
                settings.push(("FULLHOUSE_TOKEN_PUBLIC_KEYS", keys.public().to_string()));
            }
        }
        settings
    }

    /// Waits until a program says that it can work. If it has ended, because what it needs was not
    /// there, it is started again, as a supervisor does.
    pub async fn wait_ready(&mut self, program: Program) {
        let url = format!("{}/readyz", self.url(program));
        let (client, began) = (http(), Instant::now());
        loop {
            if client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            let ended = |child: &mut Child| child.try_wait().is_ok_and(|status| status.is_some());
            if self.running.get_mut(&program).is_none_or(ended) {
                self.launch(program);
            }
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "{program:?} isn't ready after 30 s"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends a program without a chance to tidy up.
    pub fn kill(&mut self, program: Program) {
        if let Some(mut child) = self.running.remove(&program) {
            child.kill().expect("the process can be killed");
            child.wait().expect("the process ends");
        }
    }

    /// Asks a program to stop and waits until it did.
    pub fn stop(&mut self, program: Program) {
        if let Some(mut child) = self.running.remove(&program) {
            let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).expect("a pid"));
            nix::sys::signal::kill(pid, Signal::SIGTERM).expect("the process can be told");
            assert!(child.wait().expect("the process ends").success());
        }
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        for child in self.running.values_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Program {
    fn file(self) -> &'static str {
        match self {
            Self::Simulator => "payment-simulator",
            Self::Mailbox => "mailbox",
            Self::Command | Self::OtherCommand => "command-service",
            Self::Projection => "projection-service",
        }
    }
}

/// The programs built beside this test, unless `FULLHOUSE_BIN_DIR` says otherwise.
pub fn bin_dir() -> PathBuf {
    if let Some(folder) = std::env::var_os("FULLHOUSE_BIN_DIR") {
        return PathBuf::from(folder);
    }
    let this = std::env::current_exe().expect("this test has a path");
    let folder = this.parent().and_then(|deps| deps.parent());
    folder.expect("tests lie in target/<profile>/deps").to_owned()
}

/// A port that nobody listens on, below those that the system gives to outgoing connections: a
/// program may come back to it later.
fn free_port() -> u16 {
    loop {
        let port = 11_000 + u16::try_from(fresh_number() % 20_000).expect("small");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Another number in every call and every process.
fn fresh_number() -> u128 {
    shared::id::IdSource.next().as_u128() % 1_000_003
}
