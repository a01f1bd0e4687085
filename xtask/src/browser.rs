//! What needs a browser: a real one on the real programs with a database of their own.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use embedded_postgres::{Options, random_hex};
use nix::unistd::Uid;
use tokio::process::Command;

use crate::{
    console::Console,
    database::Database,
    run::{run, told_to_stop},
    secrets::{self, Secrets},
    stack::{Ports, Stack, free_port},
    supervise::Supervisor,
    web::{Web, dist},
    workspace::Workspace,
};

/// Where a Chromium is looked for.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// What is run in the browser: a script of the front end's package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    /// The tests.
    Tests,
    /// How fast pages are there.
    Lighthouse,
}

impl Suite {
    /// Its script.
    pub fn script(self) -> &'static str {
        match self {
            Self::Tests => "e2e",
            Self::Lighthouse => "lighthouse",
        }
    }
}

/// Starts everything on free ports and runs the suite against it.
///
/// # Errors
///
/// If there is no browser, something doesn't start, or a test fails.
pub async fn run_suite(
    suite: Suite,
    workspace: &Workspace,
    console: Console,
    programs: &Path,
) -> anyhow::Result<()> {
    let chromium = chromium(console).await?;
    let (mut supervisor, mut failures) = Supervisor::new(console);
    let given = Given { workspace, console, programs, chromium: &chromium };
    let outcome = tokio::select! {
        outcome = run_with(suite, &given, &mut supervisor) => outcome,
        Some(failure) = failures.recv() => Err(failure),
    };
    supervisor.stop(told_to_stop()).await;
    outcome
}

struct Given<'a> {
    workspace: &'a Workspace,
    console: Console,
    programs: &'a Path,
    chromium: &'a Path,
}

async fn run_with(
    suite: Suite,
    given: &Given<'_>,
    supervisor: &mut Supervisor,
) -> anyhow::Result<()> {
    let Given { workspace, console, programs, chromium } = *given;
    let scratch = workspace.data().join("browser-tests");
    std::fs::create_dir_all(&scratch)?;
    let secrets = Secrets::load(&scratch.join("secrets.env"))?;
    let options = Options::ephemeral(workspace.root());
    let database = Database::start(&options, console, supervisor).await?;
    let ports = Ports::free()?;
    let web_dist = dist(workspace);
    // The tests start the provider themselves, where the services look for it.
    let (login_port, login_secret) = (free_port()?, random_hex::<24>()?);
    let stack = Stack {
        console,
        programs,
        secrets: &secrets,
        database: &database,
        ports,
        web_dist: &web_dist,
        limits_rates: false,
        // Tests provoke refusals, which are told at length.
        log_filter: Some("error"),
        mails: None,
        login_providers: Some(format!(
            r#"[{{"name": "harbour", "label": "Harbour", "issuer": "http://127.0.0.1:{login_port}",
                 "client_id": "fullhouse", "client_secret": "{login_secret}"}}]"#
        )),
    };
    stack.start(supervisor).await?;
    let settings = [
        // By its name: cookies for secure origins are kept for it.
        ("FULLHOUSE_URL", format!("http://localhost:{}", ports.gateway)),
        ("FULLHOUSE_ADMIN_KEY", secrets.get(secrets::ADMIN_KEY)?.to_owned()),
        ("FULLHOUSE_MAILBOX", format!("http://localhost:{}", ports.mailbox)),
        ("FULLHOUSE_LOGIN_PROVIDER_PORT", login_port.to_string()),
        ("FULLHOUSE_LOGIN_PROVIDER_SECRET", login_secret),
        ("CHROMIUM", chromium.display().to_string()),
        // A test may end one of our programs, which is then started again.
        ("FULLHOUSE_LAUNCHER", std::process::id().to_string()),
    ];
    Web::new(workspace, console).in_browser(suite, &settings).await
}

/// The browser: the one `CHROMIUM` names, one that is there, or Debian's, installed now.
async fn chromium(console: Console) -> anyhow::Result<PathBuf> {
    if let Some(given) = std::env::var_os("CHROMIUM").filter(|given| !given.is_empty()) {
        return Ok(given.into());
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    let how = "install Chromium, or set CHROMIUM to the path of one";
    if !Uid::effective().is_root() || on_path("apt-get").is_none() {
        bail!("the browser tests need Chromium: {how}");
    }
    console.say("fullhouse", "installing Chromium for the browser tests");
    for arguments in [&["update"][..], &["install", "-y", "--no-install-recommends", "chromium"]] {
        let mut command = Command::new("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        run(command).await.with_context(|| format!("Chromium can't be installed: {how}"))?;
    }
    find().with_context(|| format!("Chromium isn't there after its installation: {how}"))
}

fn find() -> Option<PathBuf> {
    NAMES.iter().find_map(|name| on_path(name))
}

/// A program in one of the folders of `PATH`.
fn on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}
