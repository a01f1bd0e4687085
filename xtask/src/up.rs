//! `cargo xtask up`: everything, from nothing.

use std::path::Path;

use anyhow::ensure;
use clap::Args;
use embedded_postgres::Options;

use crate::{
    build::Build,
    console::Console,
    database::Database,
    demo::{self, Demo},
    demo_person,
    run::told_to_stop,
    secrets::{self, Secrets},
    stack::{Ports, Stack},
    supervise::Supervisor,
    web::{Web, dist},
    welcome,
    workspace::Workspace,
};

/// Builds and starts everything, until Ctrl-C.
///
/// Uses the server that `DATABASE_URL` names if it is set, otherwise a private PostgreSQL whose
/// data is under `.data`.
#[derive(Args)]
pub struct Up {
    /// Delete all local data first.
    #[arg(long)]
    reset: bool,
    /// Don't load the demo organisation.
    #[arg(long)]
    no_demo: bool,
    /// How to build first.
    #[arg(long, value_enum, default_value_t = Build::Release)]
    build: Build,
    /// Port of the gateway, the only one to talk to.
    #[arg(long, env = "FULLHOUSE_PORT", default_value_t = 8080)]
    port: u16,
}

impl Up {
    /// Runs until a signal comes or something can't be kept running.
    ///
    /// # Errors
    ///
    /// If something doesn't start, or ends again and again.
    pub async fn run(self) -> anyhow::Result<()> {
        let console = Console::new();
        let workspace = Workspace::find()?;
        let _lock = workspace.lock()?;
        if self.reset {
            ensure!(
                Database::given().is_none(),
                "--reset deletes only local data: empty the database that DATABASE_URL names yourself"
            );
            workspace.reset()?;
            console.say("fullhouse", "all local data is deleted");
        }
        Ports::usual(self.port)?; // rather said now than after the build
        let programs = self.build.run(&workspace, console).await?;
        if self.build != Build::None {
            front_end(&workspace, console).await?;
        }
        let ports = Ports::usual(self.port)?;
        let secrets = Secrets::load(&workspace.data().join("secrets.env"))?;
        let (mut supervisor, mut failures) = Supervisor::new(console);
        let opening = Opening {
            workspace: &workspace,
            programs: &programs,
            secrets: &secrets,
            ports,
            with_demo: !self.no_demo,
        };
        let outcome = tokio::select! {
            outcome = opening.open(console, &mut supervisor) => outcome,
            Some(failure) = failures.recv() => Err(failure),
            signal = told_to_stop() => {
                console.say("fullhouse", &format!("{}: stopping (again: at once)", signal?));
                Ok(())
            }
        };
        supervisor.stop(told_to_stop()).await;
        outcome
    }
}

/// Builds the pages. Without Node.js there are none, which is no reason to stay closed.
async fn front_end(workspace: &Workspace, console: Console) -> anyhow::Result<()> {
    let web = Web::new(workspace, console);
    match web.ensure_tools().await {
        Ok(()) => web.build().await,
        Err(error) => {
            console.say("error", &format!("there will be no pages, only the API: {error:#}"));
            Ok(())
        }
    }
}

struct Opening<'a> {
    workspace: &'a Workspace,
    programs: &'a Path,
    secrets: &'a Secrets,
    ports: Ports,
    with_demo: bool,
}

impl Opening<'_> {
    /// Starts everything, says so, and never ends by itself.
    async fn open(&self, console: Console, supervisor: &mut Supervisor) -> anyhow::Result<()> {
        let Self { workspace, programs, secrets, ports, .. } = *self;
        let database = match Database::given() {
            Some(database) => database,
            None => Database::start(&Options::kept(workspace.root()), console, supervisor).await?,
        };
        let web_dist = dist(workspace);
        let stack = Stack {
            console,
            programs,
            secrets,
            database: &database,
            ports,
            web_dist: &web_dist,
            limits_rates: true,
            log_filter: None,
            mails: Some(workspace.data().join("mails")),
            login_providers: None,
        };
        stack.start(supervisor).await?;
        let demo = self.demo(console).await;
        let admin_key = secrets.get(secrets::ADMIN_KEY)?;
        console.print(&welcome::text(ports, admin_key, demo.as_ref()));
        std::future::pending().await
    }

    /// A demo that fails is no reason to close: everything runs.
    async fn demo(&self, console: Console) -> Option<Demo> {
        if !self.with_demo {
            return None;
        }
        let admin_key = self.secrets.get(secrets::ADMIN_KEY).ok()?;
        let record = self.workspace.data().join("demo.json");
        let mut demo = match demo::load(self.ports.gateway, admin_key, &record, console).await {
            Ok(demo) => demo,
            Err(error) => {
                console.say("error", &format!("the demo could not be loaded: {error:#}"));
                return None;
            }
        };
        let password = self.secrets.get(secrets::DEMO_PASSWORD).ok()?;
        let needs = demo_person::Needs { ports: self.ports, admin_key, password, console };
        match demo_person::ensure_owner(&needs, &demo.organization_id).await {
            Ok(()) => demo.owner_password = Some(password.to_owned()),
            Err(error) => {
                console.say("error", &format!("the demo has no owner to log in as: {error:#}"));
            }
        }
        Some(demo)
    }
}
