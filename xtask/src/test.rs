//! `cargo xtask test`: everything that must hold before a change is taken.

use anyhow::{Context, bail, ensure};
use clap::Args;
use embedded_postgres::{Cluster, Options};
use std::time::Duration;
use tokio::process::Command;

use crate::{
    browser::{self, Suite},
    build::{self, Profile, cargo},
    console::Console,
    openapi,
    run::{AlreadyTold, run},
    tidy::Tidy,
    web::Web,
    workspace::Workspace,
};

/// Checks everything: format, lints, rules of the project, the front end, API document, and all
/// tests, in a browser and against a PostgreSQL of their own.
#[derive(Args)]
pub struct Test {
    /// Only run the tests, without the checks before them.
    #[arg(long)]
    only_tests: bool,
    /// Only run the browser tests.
    #[arg(long, conflicts_with = "only_tests")]
    only_browser: bool,
    /// Passed on to the test runner, for example a part of a name, or `-E 'package(shared)'` where
    /// cargo nextest is installed.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
    /// Whether to show what tests print.
    #[arg(skip)]
    shows_output: bool,
}

impl Test {
    /// Only the tests with this in their name, and what they print.
    pub fn shown(name: &str) -> Self {
        Self {
            only_tests: true,
            only_browser: false,
            arguments: vec![name.to_owned()],
            shows_output: true,
        }
    }

    /// Runs all checks, the tests last.
    ///
    /// # Errors
    ///
    /// If one of them fails.
    pub async fn run(self) -> anyhow::Result<()> {
        let console = Console::new();
        let workspace = Workspace::find()?;
        ensure_components(&workspace).await?;
        let web = Web::new(&workspace, console);
        if self.only_browser {
            web.ensure_tools().await?;
            web.build().await?;
            let programs = build::build(&workspace, Profile::Debug, &build::PROGRAMS).await?;
            return browser::run_suite(Suite::Tests, &workspace, console, &programs).await;
        }
        if !self.only_tests {
            web.ensure_tools().await?;
            checks(&workspace, console).await?;
            front_end(web, console).await?;
        }
        let step = console.step("build");
        let mut command = cargo(&workspace);
        // everything in one go: programs and tests then share the features of what they need
        command.args(["build", "--workspace", "--all-targets"]);
        run(command).await?;
        step.done();
        let programs = build::folder(Profile::Debug)?;
        if !self.only_tests {
            let step = console.step("API document");
            openapi::check(&workspace, &programs).await?;
            step.done();
            let step = console.step("browser tests");
            browser::run_suite(Suite::Tests, &workspace, console, &programs).await?;
            step.done();
        }
        let (cluster, url) = server(&workspace, console).await?;
        let outcome = self.tests(&workspace, console, &programs, &url).await;
        if let Some(cluster) = cluster {
            cluster.stop(Duration::from_secs(10)).await?;
        }
        outcome
    }

    fn names_a_filterset(&self) -> bool {
        let is_filterset = |argument: &String| {
            argument.starts_with("-E")
                || argument.starts_with("--filter-expr")
                || argument.starts_with("--filterset")
        };
        self.arguments.iter().take_while(|argument| *argument != "--").any(is_filterset)
    }

    async fn tests(
        &self,
        workspace: &Workspace,
        console: Console,
        programs: &std::path::Path,
        url: &str,
    ) -> anyhow::Result<()> {
        let with_env = |mut command: Command| {
            command.env("FULLHOUSE_TEST_DATABASE_URL", url).env("FULLHOUSE_BIN_DIR", programs);
            command
        };
        let has_nextest = has(workspace, "nextest").await;
        if !has_nextest {
            console.say("fullhouse", "cargo nextest isn't installed: cargo test runs the tests");
            ensure!(!self.names_a_filterset(), "-E is for cargo nextest: give a part of a name");
        }
        if has_nextest && !self.only_tests {
            // nextest leaves these out
            let step = console.step("examples in the documentation");
            let mut command = with_env(cargo(workspace));
            command.args(["test", "--quiet", "--workspace", "--doc"]);
            run(command).await?;
            step.done();
        }
        console.step("tests");
        let mut command = with_env(cargo(workspace));
        if has_nextest {
            command.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
        } else {
            command.args(["test", "--workspace", "--no-fail-fast"]);
        }
        command.args(&self.arguments);
        match (self.shows_output, has_nextest) {
            (true, true) => _ = command.args(["--success-output", "immediate"]),
            (true, false) => _ = command.args(["--", "--nocapture"]),
            (false, _) => {}
        }
        // the runner's own summary is the last thing to be seen
        run(command).await.map_err(|_| AlreadyTold.into())
    }
}

async fn checks(workspace: &Workspace, console: Console) -> anyhow::Result<()> {
    let step = console.step("format");
    let mut command = cargo(workspace);
    command.args(["fmt", "--all", "--check"]);
    run(command).await.context("run `cargo fmt`")?;
    step.done();

    let step = console.step("lints");
    let mut command = cargo(workspace);
    command.args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    run(command).await?;
    step.done();

    let step = console.step("rules of the project");
    Tidy::default().run()?;
    step.done();
    Ok(())
}

async fn front_end(web: Web<'_>, console: Console) -> anyhow::Result<()> {
    let step = console.step("front end: checks");
    web.check().await?;
    step.done();
    let step = console.step("front end: build");
    web.build().await?;
    step.done();
    Ok(())
}

/// The server that `FULLHOUSE_TEST_DATABASE_URL` names, or a throw-away one.
async fn server(
    workspace: &Workspace,
    console: Console,
) -> anyhow::Result<(Option<Cluster>, String)> {
    if let Some(url) = std::env::var_os("FULLHOUSE_TEST_DATABASE_URL").filter(|u| !u.is_empty()) {
        return Ok((None, url.into_string().ok().context("the test database's URL is not text")?));
    }
    let step = console.step("PostgreSQL for the tests");
    let options = Options::ephemeral(workspace.root());
    let mut cluster = Cluster::start(&options, &move |line| console.say("fullhouse", line)).await?;
    drop(cluster.take_output()); // tests provoke errors: the server's log would only confuse
    console.say(
        "fullhouse",
        &format!("PostgreSQL {} in {}", cluster.binaries().version, cluster.data().display()),
    );
    step.done();
    let url = cluster.url();
    Ok((Some(cluster), url))
}

/// A toolchain without clippy or rustfmt is completed if rustup is there.
async fn ensure_components(workspace: &Workspace) -> anyhow::Result<()> {
    for component in ["clippy", "fmt"] {
        if has(workspace, component).await {
            continue;
        }
        let package = if component == "fmt" { "rustfmt" } else { component };
        let mut rustup = Command::new("rustup");
        rustup.args(["component", "add", package]);
        if run(rustup).await.is_err() {
            bail!("cargo {component} is missing: rustup component add {package}");
        }
    }
    Ok(())
}

async fn has(workspace: &Workspace, subcommand: &str) -> bool {
    let mut command = cargo(workspace);
    command.args([subcommand, "--version"]);
    command.output().await.is_ok_and(|output| output.status.success())
}
