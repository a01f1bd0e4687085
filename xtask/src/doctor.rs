//! `cargo xtask doctor`: what this machine has to offer.

use std::process::Command;

use clap::Args;
use embedded_postgres::{Options, Overrides, RunAs};

use crate::{console::Console, database::Database, stack::Ports, workspace::Workspace};

/// Tells what the other commands would use on this machine.
#[derive(Args)]
pub struct Doctor {}

/// Looks, and changes nothing.
///
/// # Errors
///
/// If the checkout isn't found.
pub fn run() -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    let console = Console::new();
    let line = |what: &str, found: String| console.print(&format!("{what:<18} {found}\n"));
    line("checkout", workspace.root().display().to_string());
    line("local data", workspace.data().display().to_string());
    line("running", if workspace.lock().is_ok() { "no".into() } else { "yes".into() });
    let options = Options::kept(workspace.root());
    let overrides = Overrides::from_env();
    let server = embedded_postgres::find(&options.downloads, None, &overrides);
    line(
        "PostgreSQL",
        server.map_or("none: would be installed".into(), |found| {
            format!("{} in {} ({})", found.version, found.bin.display(), found.origin)
        }),
    );
    line(
        "it would run as",
        match RunAs::choose(workspace.root(), overrides.user.as_deref()) {
            Ok(user) => user.to_string(),
            Err(error) => error.to_string(),
        },
    );
    let given = if Database::given().is_some() { "used instead" } else { "not set" };
    line("DATABASE_URL", given.into());
    line(
        "gateway port 8080",
        match Ports::usual(8080) {
            Ok(_) => "free".into(),
            Err(_) => "taken: set FULLHOUSE_PORT".into(),
        },
    );
    for (program, arguments) in PROGRAMS {
        line(program, version(program, arguments));
    }
    Ok(())
}

/// Used if there; only cargo is needed, and node with npm for the pages.
const PROGRAMS: [(&str, &[&str]); 8] = [
    ("cargo", &["--version"]),
    ("cargo-nextest", &["nextest", "--version"]),
    ("python3", &["--version"]),
    ("node", &["--version"]),
    ("npm", &["--version"]),
    ("chromium", &["--version"]),
    ("psql", &["--version"]),
    ("zbarimg", &["--version"]),
];

fn version(program: &str, arguments: &[&str]) -> String {
    match Command::new(program).args(arguments).output() {
        Ok(output) if output.status.success() => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            text.lines().next().unwrap_or("there").to_owned()
        }
        _ => "not there".to_owned(),
    }
}
