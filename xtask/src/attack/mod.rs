//! `cargo xtask attack`: `jwt_tool` tries to forge a session token, sqlmap to speak to the database.

mod jwt;
mod sql;
mod targets;

use std::{path::PathBuf, time::Duration};

use anyhow::ensure;
use clap::Args;

use crate::{
    build::Build, console::Console, playground::Playground, run::told_to_stop,
    supervise::Supervisor, workspace::Workspace,
};

/// Attacks a throw-away Fullhouse: forged session tokens, injected SQL. Whatever is found fails.
#[derive(Args)]
pub struct Attack {
    /// How to build first.
    #[arg(long, value_enum, default_value_t = Build::Release)]
    build: Build,
    /// The file `jwt_tool.py` of <https://github.com/ticarpi/jwt_tool>, which is in no package index.
    #[arg(long, env = "FULLHOUSE_JWT_TOOL")]
    jwt_tool: Option<PathBuf>,
    /// Leave the tokens alone.
    #[arg(long, conflicts_with = "jwt_tool")]
    without_jwt: bool,
    /// Leave the database alone.
    #[arg(long)]
    without_sql: bool,
    /// Only operations with this in their name, for example "GET /api/v1/events".
    #[arg(long, default_value = "")]
    only: String,
    /// How long sqlmap may take for one operation, in seconds.
    #[arg(long, default_value_t = 120)]
    seconds: u64,
}

impl Attack {
    /// Starts everything on free ports, with the demo, and attacks.
    ///
    /// # Errors
    ///
    /// If something is found, or an attack can't be made.
    pub async fn run(self) -> anyhow::Result<()> {
        let console = Console::new();
        let workspace = Workspace::find()?;
        ensure!(
            self.without_jwt || self.jwt_tool.is_some(),
            "say where jwt_tool.py is (--jwt-tool), or leave tokens alone (--without-jwt)"
        );
        let programs = self.build.run(&workspace, console).await?;
        let (mut supervisor, mut failures) = Supervisor::new(console);
        let attack = async {
            let ground =
                Playground::start(&workspace, &programs, "attack", &mut supervisor).await?;
            self.attack(&workspace, &ground).await
        };
        let outcome = tokio::select! {
            outcome = attack => outcome,
            Some(failure) = failures.recv() => Err(failure),
            signal = told_to_stop() => Err(anyhow::anyhow!("stopped by {signal:?}")),
        };
        supervisor.stop(told_to_stop()).await;
        outcome
    }

    async fn attack(&self, workspace: &Workspace, ground: &Playground) -> anyhow::Result<()> {
        let console = Console::new();
        let mut found = Vec::new();
        if let Some(script) = &self.jwt_tool {
            let step = console.step("jwt_tool");
            found.extend(jwt::forge(workspace, ground, script).await?);
            step.done();
        }
        if !self.without_sql {
            let step = console.step("sqlmap");
            let patience = Duration::from_secs(self.seconds);
            found.extend(sql::inject(workspace, ground, &self.only, patience).await?);
            step.done();
        }
        for finding in &found {
            console.say("error", finding);
        }
        ensure!(found.is_empty(), "{} faults were found: see above", found.len());
        console.print("nothing was found\n");
        Ok(())
    }
}
