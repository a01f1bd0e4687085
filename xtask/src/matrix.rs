//! `cargo xtask matrix`: who may do what, operation by operation.

use std::{collections::BTreeMap, fs, io::Write};

use anyhow::{Context, ensure};
use clap::Args;
use serde_json::Value;

use crate::{test::Test, workspace::Workspace};

/// Prints the authorisation matrix (every operation, every kind of caller), then asks every cell of
/// it over HTTP and says how many were answered as they should be.
#[derive(Args)]
pub struct Matrix {
    /// Only print.
    #[arg(long)]
    only_table: bool,
}

/// The test that asks.
const WALK: &str = "every_operation_answers_every_caller_as_the_table_says";

const TABLE: &str = "docs/AUTHORIZATION.md";
const DOCUMENT: &str = "docs/openapi.json";

impl Matrix {
    /// Prints what the table says about each operation of the document, then asks.
    ///
    /// # Errors
    ///
    /// If a file can't be read, an operation isn't in the table, or an answer isn't as it should be.
    pub async fn run(self) -> anyhow::Result<()> {
        let root = Workspace::find()?.root().to_owned();
        let read = |name: &str| fs::read_to_string(root.join(name)).context(name.to_owned());
        let text = matrix(&read(TABLE)?, &serde_json::from_str(&read(DOCUMENT)?)?)?;
        std::io::stdout().write_all(text.as_bytes())?;
        if self.only_table { Ok(()) } else { Test::shown(WALK).run().await }
    }
}

fn matrix(table: &str, document: &Value) -> anyhow::Result<String> {
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let mut lines = table.lines().filter(|line| line.starts_with('|')).map(cells);
    let header = lines.next().context("the table has no header")?;
    // Of the second table too: where an operation differs, that stands behind its cells.
    let rows: BTreeMap<String, Vec<String>> = lines
        .filter_map(|row| {
            let (name, cells) = row.split_first()?;
            Some((name.trim_matches('`').to_owned(), cells.to_vec()))
        })
        .collect();
    let mut text = line(&["operation".to_owned()], header.get(1..).unwrap_or_default());
    let paths = document["paths"].as_object().context("the document has no paths")?;
    for (path, item) in paths {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let action = operation["x-policy"].as_str().unwrap_or_default();
            let found = rows.get(action);
            ensure!(found.is_some(), "{method} {path}: no row for {action:?} in {TABLE}");
            let name = format!("{} {path}", method.to_uppercase());
            let differs = rows.get(&name).cloned().unwrap_or_default();
            text += &line(&[name], &[found.cloned().unwrap_or_default(), differs].concat());
        }
    }
    Ok(text)
}

fn line(first: &[String], cells: &[String]) -> String {
    let name = first.concat();
    let cells = cells.iter().fold(String::new(), |text, cell| text + &format!(" {cell:<14}"));
    format!("{name:<72}{}\n", cells.trim_end())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ROWS: &str = "| action | public |\n|---|---|\n| `fly` | 401 401 |\n";

    #[test]
    fn every_operation_gets_the_row_of_its_action() {
        let document = json!({"paths": {"/sky": {"post": {"x-policy": "fly"}}}});
        let text = matrix(ROWS, &document).unwrap();
        assert!(text.contains("POST /sky") && text.ends_with("401 401\n"), "{text}");
    }

    #[test]
    fn an_operation_without_a_row_is_refused() {
        let document = json!({"paths": {"/sky": {"post": {"x-policy": "dive"}}}});
        assert!(matrix(ROWS, &document).is_err());
    }
}
