//! `jwt_tool` forges session tokens in every way it knows.

use std::{path::Path, process::Stdio};

use anyhow::{Context, ensure};
use tokio::process::Command;

use crate::{console::Console, playground::Playground, python, run::run, workspace::Workspace};

const LIBRARIES: [&str; 4] = ["termcolor", "cprint", "pycryptodomex", "requests"];
/// Stands in every good answer of the route.
const CANARY: &str = "account_id";
/// Tokens that are as they were given out.
const UNCHANGED: [&str; 4] = [
    "Sending token",
    "Prescan: original token",
    "Prescan: repeat original token",
    "Persistence check",
];

/// Runs the whole playbook, wrong claims and common claims against `GET /account`; what was let in.
///
/// # Errors
///
/// If the tool can't be run, or doesn't get so far as to send forged tokens.
pub async fn forge(
    workspace: &Workspace,
    ground: &Playground,
    script: &Path,
) -> anyhow::Result<Vec<String>> {
    let script = script.canonicalize().with_context(|| format!("no {}", script.display()))?;
    let python = libraries(workspace).await?;
    // It keeps its settings in the home folder, and writes them when it is run first.
    let home = ground.scratch.join("jwt_tool");
    std::fs::create_dir_all(&home)?;
    let folder = script.parent().context("a script without a folder")?;
    let tool = |arguments: &[&str]| {
        let mut command = Command::new(&python);
        command.arg(&script).args(arguments).env("HOME", &home).current_dir(folder);
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    };
    tool(&["first.run.only"]).output().await?;
    let session = ground.people.account.log_in().await?;
    let url = format!("http://127.0.0.1:{}/api/v1/account", ground.ports.gateway);
    let header = format!("Authorization: Bearer {}", session.access_token);
    let token = session.access_token.as_str();
    let arguments = ["-t", &url, "-rh", &header, "-M", "at", "-cv", CANARY, "-np", token];
    let output = tool(&arguments).output().await.context("jwt_tool can't be run")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    std::fs::write(ground.scratch.join("jwt_tool.log"), &text)?;
    let told = told(&text);
    let original = told.iter().any(|answer| answer.is_unchanged() && answer.let_in);
    ensure!(original, "jwt_tool: the token as it was given out isn't let in:\n{text}");
    let forged: Vec<&Answer> = told.iter().filter(|answer| !answer.is_unchanged()).collect();
    ensure!(forged.len() >= 20, "jwt_tool sent {} forged tokens only:\n{text}", forged.len());
    Console::new().print(&format!("jwt_tool sent {} forged tokens\n", forged.len()));
    let bad = forged.iter().filter(|answer| answer.let_in || answer.status >= 500);
    Ok(bad.map(|answer| format!("jwt_tool: {} ({})", answer.what, answer.status)).collect())
}

/// The interpreter, with what the script wants.
async fn libraries(workspace: &Workspace) -> anyhow::Result<std::path::PathBuf> {
    let marker = "jwt_tool-libraries";
    let marker = python::install(workspace, marker, &LIBRARIES).await?;
    let python = python::interpreter(workspace);
    let mut check = Command::new(&python);
    check.args(["-c", "import Cryptodome, termcolor, requests"]);
    run(check).await.context("the libraries of jwt_tool are incomplete")?;
    std::fs::write(marker, "installed")?;
    Ok(python)
}

/// What was answered to one token.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    what: String,
    status: u16,
    let_in: bool,
}

impl Answer {
    fn is_unchanged(&self) -> bool {
        UNCHANGED.iter().any(|start| self.what.starts_with(start))
    }
}

/// Reads what the tool prints: `jwttool_… WHAT Response Code: 401, 250 bytes`, after a line with
/// `FOUND` if the token was let in.
fn told(text: &str) -> Vec<Answer> {
    let mut let_in = false;
    let mut answers = Vec::new();
    for line in text.lines().map(without_colours) {
        if line.contains("[+] FOUND") {
            let_in = true;
        }
        let Some((start, end)) = line.split_once(" Response Code: ") else { continue };
        let what = start.split_once(' ').map_or(start, |(_, what)| what).to_owned();
        let digits: String = end.chars().take_while(char::is_ascii_digit).collect();
        answers.push(Answer { what, status: digits.parse().unwrap_or(599), let_in });
        let_in = false;
    }
    answers
}

fn without_colours(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forged_token_that_is_let_in_is_seen() {
        let text = "\u{1b}[32m[+] FOUND \"account_id\" in response:\n\
                    jwttool_1 Prescan: original token Response Code: 200, 9 bytes\u{1b}[0m\n\
                    \u{1b}[36mjwttool_2 Exploit: \"alg\":\"none\" (-X a) Response Code: 401, 9 bytes\u{1b}[0m\n\
                    \u{1b}[32m[+] FOUND \"account_id\" in response:\n\
                    jwttool_3 Exploit: Null signature (-X n) Response Code: 200, 9 bytes\u{1b}[0m\n";
        let seen = told(text);
        let seen: Vec<_> = seen
            .iter()
            .map(|answer| (answer.is_unchanged(), answer.status, answer.let_in))
            .collect();
        assert_eq!(seen, [(true, 200, true), (false, 401, false), (false, 200, true)]);
        assert_eq!(told(text)[2].what, "Exploit: Null signature (-X n)");
    }
}
