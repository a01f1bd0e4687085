//! sqlmap tries to have its own SQL run, through every parameter of the API.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use tokio::{process::Command, time::timeout};

use super::targets::{Target, targets};
use crate::{console::Console, playground::Playground, python, workspace::Workspace};

const SQLMAP: &str = "sqlmap>=1.9";
/// Bounded: by what is true or false, by messages, by unions. Waiting (`T`) takes minutes a place.
const HOW: [&str; 11] = [
    "--batch",
    "--level=2",
    "--risk=2",
    "--technique=BEU",
    "--dbms=PostgreSQL",
    "--disable-coloring",
    "--flush-session",
    "--timeout=10",
    "--retries=1",
    // A request that is refused is tried like any other.
    "--ignore-code=*",
    // Other parts of a request are the same for all operations; one level is enough there.
    "--skip=user-agent,referer,host,cookie",
];

/// Attacks every operation whose name has `only` in it, each for no longer than `patience`; what was
/// found.
///
/// # Errors
///
/// If sqlmap can't be run, or doesn't come to a verdict on an operation at all.
pub async fn inject(
    workspace: &Workspace,
    ground: &Playground,
    only: &str,
    patience: Duration,
) -> anyhow::Result<Vec<String>> {
    let console = Console::new();
    let attacker = Attacker::prepare(workspace, ground).await?;
    let mut ids: BTreeMap<&str, &str> = ground.ids().into_iter().collect();
    ids.insert("export_id", &ground.people.export_id);
    let document = workspace.root().join("docs/openapi.json");
    let mut all = targets(&document, &ids, ground.ports.gateway)?;
    all.retain(|target| target.name.contains(only));
    let places: usize = all.iter().map(|target| target.places).sum();
    console.print(&format!("{} operations with {places} places to inject into\n", all.len()));
    let (mut found, mut unfinished) = (Vec::new(), 0);
    for (number, target) in all.iter().enumerate() {
        let began = Instant::now();
        let verdict = attacker.attack(target, patience).await?;
        let words = match &verdict {
            Verdict::Holds => "holds",
            Verdict::OutOfTime => "holds as far as it was tried, out of time",
            Verdict::Broken(_) => "BROKEN",
        };
        let seconds = began.elapsed().as_secs();
        let (count, of) = (number + 1, all.len());
        console.print(&format!("{count:>3}/{of} {} ({seconds} s): {words}\n", target.name));
        unfinished += usize::from(matches!(verdict, Verdict::OutOfTime));
        if let Verdict::Broken(how) = verdict {
            found.push(format!("sqlmap: {}: {how}", target.name));
        }
    }
    let tried = all.len() - unfinished;
    console.print(&format!("{tried} operations tried in full, {unfinished} in part\n"));
    Ok(found)
}

/// What came of one operation.
enum Verdict {
    Holds,
    OutOfTime,
    Broken(String),
}

struct Attacker<'a> {
    ground: &'a Playground,
    sqlmap: PathBuf,
    folder: PathBuf,
}

impl<'a> Attacker<'a> {
    async fn prepare(workspace: &Workspace, ground: &'a Playground) -> anyhow::Result<Self> {
        let sqlmap = python::install(workspace, "sqlmap", &[SQLMAP]).await?;
        let folder = ground.scratch.join("sqlmap");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("__init__.py"), "")?;
        fs::write(folder.join("fresh.py"), include_str!("fresh.py"))?;
        Ok(Self { ground, sqlmap, folder })
    }

    async fn attack(&self, target: &Target, patience: Duration) -> anyhow::Result<Verdict> {
        let token = self.token(&target.policy).await?;
        let (request, token_file) = (self.folder.join("request"), self.folder.join("token"));
        fs::write(&request, &target.request)?;
        fs::write(&token_file, token)?;
        let log = self.folder.join("output.log");
        let mut command = Command::new(&self.sqlmap);
        command
            .arg("-r")
            .arg(&request)
            .args(HOW)
            .arg(format!("--preprocess={}", self.folder.join("fresh.py").display()))
            .arg(format!("--output-dir={}", self.folder.join("output").display()))
            .env("FULLHOUSE_ATTACK_TOKEN", &token_file)
            .env("HOME", &self.folder)
            .stdin(Stdio::null())
            .stdout(fs::File::create(&log)?)
            .stderr(fs::File::create(self.folder.join("errors.log"))?)
            .kill_on_drop(true);
        let mut child = command.spawn().context("sqlmap can't be run")?;
        let is_over = timeout(patience, child.wait()).await.is_ok();
        if !is_over {
            child.kill().await?;
        }
        verdict(&target.name, &log, is_over)
    }

    /// Whoever may do it.
    async fn token(&self, policy: &str) -> anyhow::Result<String> {
        Ok(match policy {
            "browse_catalogue" | "authenticate" | "deliver_webhook" => String::new(),
            "view_platform_health" | "manage_platform" | "impersonate" => {
                self.ground.admin_key.clone()
            }
            "view_account" | "manage_account" | "step_up" | "accept_invitation" => {
                self.ground.people.account.log_in().await?.access_token
            }
            _ => self.ground.people.owner.log_in().await?.access_token,
        })
    }
}

fn verdict(name: &str, log: &Path, is_over: bool) -> anyhow::Result<Verdict> {
    let text = fs::read_to_string(log)?;
    if let Some((_, how)) = text.split_once("identified the following injection point") {
        let how: Vec<&str> = how.lines().skip(1).take(12).map(str::trim).collect();
        return Ok(Verdict::Broken(how.join(" ")));
    }
    let holds = text.contains("all tested parameters do not appear to be injectable");
    if holds {
        return Ok(Verdict::Holds);
    }
    let last: Vec<&str> = text.lines().rev().take(8).collect();
    ensure!(!is_over, "sqlmap comes to no verdict on {name}: {last:#?}");
    ensure!(text.contains("testing"), "sqlmap tries nothing on {name}: {last:#?}");
    Ok(Verdict::OutOfTime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_word_means_that_an_operation_holds() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let of = |text: &str, is_over| {
            fs::write(&log, text).unwrap();
            verdict("GET /x", &log, is_over)
        };
        let holds = "[CRITICAL] all tested parameters do not appear to be injectable. Try more";
        assert!(matches!(of(holds, true), Ok(Verdict::Holds)));
        let broken = "sqlmap identified the following injection point(s):\n---\nParameter: q\n";
        assert!(
            matches!(of(broken, true), Ok(Verdict::Broken(how)) if how.contains("Parameter: q"))
        );
        assert!(matches!(of("[INFO] testing 'AND boolean'", false), Ok(Verdict::OutOfTime)));
        assert!(of("[CRITICAL] unable to connect", true).is_err());
        assert!(of("", false).is_err());
    }
}
