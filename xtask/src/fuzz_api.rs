//! `cargo xtask fuzz-api`: schemathesis tries to make the API break its own document.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use embedded_postgres::Options;
use tokio::process::Command;

use crate::{
    build::{self, Profile},
    console::Console,
    database::Database,
    demo::{self, Demo},
    run::{run, told_to_stop},
    secrets::{self, Secrets},
    stack::{Ports, Stack},
    supervise::Supervisor,
    workspace::Workspace,
};

/// Runs schemathesis against a throw-away Fullhouse: no 5xx, no undocumented status.
#[derive(Args)]
pub struct FuzzApi {
    /// Requests tried for each operation.
    #[arg(long, default_value_t = 100)]
    examples: u32,
    /// Passed on to schemathesis, for example --include-path-regex reservations.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

const SCHEMATHESIS: &str = "schemathesis>=4,<5";

impl FuzzApi {
    /// Starts everything on free ports, with the demo, and tries.
    ///
    /// # Errors
    ///
    /// If the API breaks its document.
    pub async fn run(self) -> anyhow::Result<()> {
        let console = Console::new();
        let workspace = Workspace::find()?;
        let program = install(&workspace).await?;
        let programs = build::build(&workspace, Profile::Release, &build::PROGRAMS).await?;
        let (mut supervisor, mut failures) = Supervisor::new(console);
        let outcome = tokio::select! {
            outcome = self.try_all(&workspace, &programs, &program, &mut supervisor) => outcome,
            Some(failure) = failures.recv() => Err(failure),
        };
        supervisor.stop(told_to_stop()).await;
        outcome
    }

    async fn try_all(
        &self,
        workspace: &Workspace,
        programs: &Path,
        schemathesis: &Path,
        supervisor: &mut Supervisor,
    ) -> anyhow::Result<()> {
        let console = Console::new();
        let scratch = workspace.data().join("fuzz-api");
        let _ = std::fs::remove_dir_all(&scratch);
        std::fs::create_dir_all(&scratch)?;
        let secrets = Secrets::load(&scratch.join("secrets.env"))?;
        let options = Options::ephemeral(workspace.root());
        let database = Database::start(&options, console, supervisor).await?;
        let ports = Ports::free()?;
        let stack = Stack { console, programs, secrets: &secrets, database: &database, ports };
        stack.start(supervisor).await?;
        let admin_key = secrets.get(secrets::ADMIN_KEY)?;
        let record = scratch.join("demo.json");
        let demo = demo::load(ports.gateway, admin_key, &record, console).await?;
        // first with ids out of the blue, then with some that exist: most rules lie behind them
        let config = scratch.join("schemathesis.toml");
        for known in ["", &known_ids(&demo)] {
            std::fs::write(&config, known)?;
            let mut command = Command::new(schemathesis);
            command
                .arg("--config-file")
                .arg(&config)
                .arg("run")
                .arg(workspace.root().join("docs/openapi.json"))
                .arg(format!("--origin=http://127.0.0.1:{}", ports.gateway))
                .arg(format!("--header=Authorization:Bearer {}", demo.organizer_key))
                .arg("--checks=not_a_server_error,status_code_conformance")
                .arg("--exclude-path-regex=/stream$") // never ends
                .arg("--continue-on-failure")
                .arg(format!("--max-examples={}", self.examples))
                .args(&self.arguments)
                .current_dir(&scratch);
            run(command).await.context("the API breaks its own document")?;
        }
        Ok(())
    }
}

/// Settings that have schemathesis use these ids wherever a path asks for one.
fn known_ids(demo: &Demo) -> String {
    let Demo { organization_id, event_id, ticket_type_id, .. } = demo;
    format!(
        "[parameters]\n\"path.organization_id\" = \"{organization_id}\"\n\
         \"path.event_id\" = \"{event_id}\"\n\"path.ticket_type_id\" = \"{ticket_type_id}\"\n"
    )
}

/// Puts schemathesis into a virtual environment of its own, once.
async fn install(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let folder = workspace.data().join("venv");
    let program = folder.join("bin/schemathesis");
    if !program.is_file() {
        let mut python = Command::new("python3");
        python.args(["-m", "venv"]).arg(&folder);
        run(python).await.context("python3 with its venv module is needed")?;
        let mut pip = Command::new(folder.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", SCHEMATHESIS]);
        run(pip).await?;
    }
    Ok(program)
}
