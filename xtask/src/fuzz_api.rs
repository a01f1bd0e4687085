//! `cargo xtask fuzz-api`: schemathesis tries to make the API break its own document.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use clap::Args;
use embedded_postgres::Options;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    api::{Api, text},
    build::Build,
    console::Console,
    database::Database,
    demo::{self, Demo},
    run::{run, told_to_stop},
    secrets::{self, Secrets},
    stack::{Ports, Stack},
    supervise::Supervisor,
    web::dist,
    workspace::Workspace,
};

/// Runs schemathesis against a throw-away Fullhouse: no 5xx, no undocumented status.
#[derive(Args)]
pub struct FuzzApi {
    /// Requests tried for each operation.
    #[arg(long, default_value_t = 100)]
    examples: u32,
    /// How to build first.
    #[arg(long, value_enum, default_value_t = Build::Release)]
    build: Build,
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
        let scratch = workspace.data().join("fuzz-api");
        let _ = std::fs::remove_dir_all(&scratch);
        std::fs::create_dir_all(&scratch)?;
        let secrets = Secrets::load(&scratch.join("secrets.env"))?;
        let options = Options::ephemeral(workspace.root());
        let database = Database::start(&options, console, supervisor).await?;
        let ports = Ports::free()?;
        let web_dist = dist(workspace);
        let stack = Stack {
            console,
            programs,
            secrets: &secrets,
            database: &database,
            ports,
            web_dist: &web_dist,
            log_filter: None,
            mails: None,
            limits_rates: false,
            login_providers: None,
        };
        stack.start(supervisor).await?;
        let admin_key = secrets.get(secrets::ADMIN_KEY)?;
        let record = scratch.join("demo.json");
        let demo = demo::load(ports.gateway, admin_key, &record, console).await?;
        let sold = sell(ports.gateway, &demo).await?;
        let organizer = demo.organizer_key.as_str();
        // first with ids out of the blue, then with some that exist: most rules lie behind them
        let known = known_ids(&demo, &sold);
        let passes = [
            ("an organizer, any ids", organizer, "", "."),
            ("an organizer, ids that exist", organizer, known.as_str(), "event_id|organization_id"),
            ("a buyer, ids that exist", &sold.access_token, &known, "reservations|orders|tickets"),
            ("an admin", admin_key, &known, "organizations|platform"),
        ];
        let mut broken = 0;
        for (who, key, settings, paths) in passes {
            let step = console.step(&format!("schemathesis as {who}"));
            let config = scratch.join("schemathesis.toml");
            std::fs::write(&config, settings)?;
            let mut command = Command::new(schemathesis);
            command.arg("--config-file").arg(&config).arg("run");
            command
                .arg(workspace.root().join("docs/openapi.json"))
                .arg(format!("--origin=http://127.0.0.1:{}", ports.gateway))
                .arg(format!("--header=Authorization:Bearer {key}"))
                .arg(format!("--include-path-regex={paths}"))
                .arg("--exclude-path-regex=/stream$") // never ends
                .args(["--checks=not_a_server_error,status_code_conformance"])
                .args(["--continue-on-failure", "--warnings=off"])
                .arg(format!("--max-examples={}", self.examples))
                .args(&self.arguments)
                .current_dir(&scratch);
            broken += u32::from(run(command).await.is_err());
            step.done();
        }
        ensure!(broken == 0, "the API breaks its own document: see above");
        Ok(())
    }
}

/// A hold, and an order with a ticket.
struct Sold {
    reservation_id: String,
    access_token: String,
    order_id: String,
    ticket_id: String,
}

/// Sells tickets of a free type, and holds some that cost money.
async fn sell(port: u16, demo: &Demo) -> anyhow::Result<Sold> {
    let api = Api { port, key: &demo.organizer_key };
    let held = hold(&api, &demo.event_id, &demo.ticket_type_id).await?;
    let (event_id, free_type) = free_type(&api, demo).await?;
    let bought = hold(&api, &event_id, &free_type).await?;
    let order_id = text(&bought, "reservation_id")?;
    let access_token = text(&bought, "access_token")?;
    let buyer = Api { port, key: &access_token };
    let path = format!("/events/{event_id}/reservations/{order_id}/payments");
    buyer.post(&path, json!({ "provider": "stripe" })).await?;
    let mut tickets = json!(null);
    for _ in 0..50 {
        tickets = buyer.get(&format!("/orders/{order_id}/tickets")).await.unwrap_or_default();
        if !tickets["data"][0].is_null() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let ticket_id = text(&tickets["data"][0], "ticket_id")?;
    let reservation_id = text(&held, "reservation_id")?;
    Ok(Sold { reservation_id, access_token: text(&held, "access_token")?, order_id, ticket_id })
}

async fn hold(api: &Api<'_>, event_id: &str, ticket_type_id: &str) -> anyhow::Result<Value> {
    let body = json!({
        "items": [{ "ticket_type_id": ticket_type_id, "quantity": 2 }],
        "contact": { "email": "ada@example.org" },
    });
    Ok(api.post(&format!("/events/{event_id}/reservations"), body).await?.json())
}

async fn free_type(api: &Api<'_>, demo: &Demo) -> anyhow::Result<(String, String)> {
    for event_id in &demo.event_ids {
        let event = api.get(&format!("/events/{event_id}")).await?;
        let types = event["ticket_types"].as_array().cloned().unwrap_or_default();
        let is_free = |found: &&Value| found["price"]["kind"] == "free" && found["enabled"] == true;
        if let Some(found) = types.iter().find(is_free) {
            return Ok((event_id.clone(), text(found, "ticket_type_id")?));
        }
    }
    bail!("no demo event has a free ticket type")
}

/// Settings that have schemathesis use these ids wherever a path asks for one.
fn known_ids(demo: &Demo, sold: &Sold) -> String {
    let ids = [
        ("organization_id", &demo.organization_id),
        ("event_id", &demo.event_id),
        ("ticket_type_id", &demo.ticket_type_id),
        ("reservation_id", &sold.reservation_id),
        ("order_id", &sold.order_id),
        ("ticket_id", &sold.ticket_id),
        ("stream_id", &demo.event_id),
    ];
    let lines = ids.map(|(name, id)| format!("\"path.{name}\" = \"{id}\"\n"));
    "[parameters]\n".to_owned() + &lines.concat()
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
