//! `cargo xtask fuzz-api`: schemathesis tries to make the API break its own document.

mod passes;
mod reached;

use std::path::Path;

use anyhow::ensure;
use clap::Args;
use tokio::process::Command;

use self::{
    passes::{Pass, passes},
    reached::Reached,
};
use crate::{
    build::Build,
    console::Console,
    playground::Playground,
    python,
    run::{run, told_to_stop},
    supervise::Supervisor,
    workspace::Workspace,
};

/// Runs schemathesis against a throw-away Fullhouse, as the public and as everyone who can log in:
/// no 5xx, no undocumented status.
#[derive(Args)]
pub struct FuzzApi {
    /// Requests tried for each operation.
    #[arg(long, default_value_t = 100)]
    examples: u32,
    /// How to build first.
    #[arg(long, value_enum, default_value_t = Build::Release)]
    build: Build,
    /// Only passes with this in their name, for example owner.
    #[arg(long = "as", default_value = "")]
    only: String,
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
        let program = python::install(&workspace, "schemathesis", &[SCHEMATHESIS]).await?;
        let programs = self.build.run(&workspace, console).await?;
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
        let ground = Playground::start(workspace, programs, "fuzz-api", supervisor).await?;
        let document = workspace.root().join("docs/openapi.json");
        let mut reached = Reached::of(&document)?;
        let mut broken = Vec::new();
        for pass in passes(&ground).into_iter().filter(|pass| pass.who.contains(&self.only)) {
            let step = console.step(&format!("schemathesis as {}", pass.who));
            let har = ground.scratch.join("requests.har");
            let _ = std::fs::remove_file(&har);
            let mut command = Command::new(schemathesis);
            self.prepare(&mut command, &ground, &pass, &document).await?;
            command.arg("--report-har-path").arg(&har);
            if run(command).await.is_err() {
                broken.push(pass.who);
            }
            reached.read(&har)?;
            step.done();
        }
        console.print(&format!("{reached}\n"));
        ensure!(
            broken.is_empty(),
            "the API breaks its own document, seen by {broken:?}: see above"
        );
        Ok(())
    }

    async fn prepare(
        &self,
        command: &mut Command,
        ground: &Playground,
        pass: &Pass<'_>,
        document: &Path,
    ) -> anyhow::Result<()> {
        let credentials = pass.credentials.present().await?;
        let config = ground.scratch.join("schemathesis.toml");
        std::fs::write(&config, pass.settings(ground, credentials.session_id.as_deref()))?;
        command.arg("--config-file").arg(&config).arg("run").arg(document);
        command.arg(format!("--origin=http://127.0.0.1:{}", ground.ports.gateway));
        if let Some(token) = credentials.token {
            command.arg(format!("--header=Authorization:Bearer {token}"));
        }
        command
            .args(pass.filters())
            .args(["--checks=not_a_server_error,status_code_conformance"])
            .args(["--continue-on-failure", "--warnings=off"])
            .arg(format!("--max-examples={}", self.examples))
            .args(&self.arguments)
            .current_dir(&ground.scratch);
        Ok(())
    }
}
