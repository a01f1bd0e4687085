//! `cargo xtask openapi`: one API document out of what both services say about themselves.

use std::{fs, path::Path};

use anyhow::{Context, bail, ensure};
use clap::Args;
use serde_json::{Map, Value, json};
use tokio::process::Command;

use crate::{
    build::{self, Profile},
    console::Console,
    run::capture,
    workspace::Workspace,
};

/// Writes docs/openapi.json.
#[derive(Args)]
pub struct Openapi {
    /// Only check that it is up to date.
    #[arg(long)]
    check: bool,
}

const SERVICES: [&str; 2] = ["command-service", "projection-service"];
const FILE: &str = "docs/openapi.json";

impl Openapi {
    /// Builds both services and asks them.
    ///
    /// # Errors
    ///
    /// If they contradict each other, or the file is to be checked and is out of date.
    pub async fn run(self) -> anyhow::Result<()> {
        let workspace = Workspace::find()?;
        let programs = build::build(&workspace, Profile::Debug, &SERVICES).await?;
        if self.check {
            return check(&workspace, &programs).await;
        }
        let file = workspace.root().join(FILE);
        fs::create_dir_all(file.parent().context("no folder")?)?;
        fs::write(&file, document(&programs).await?)?;
        Console::new().say("fullhouse", &format!("{FILE} is written"));
        Ok(())
    }
}

/// Fails if the file isn't what the services in `programs` say.
///
/// # Errors
///
/// If it isn't, or they can't be asked.
pub async fn check(workspace: &Workspace, programs: &Path) -> anyhow::Result<()> {
    let kept = fs::read_to_string(workspace.root().join(FILE)).unwrap_or_default();
    let fresh = document(programs).await?;
    if kept == fresh {
        return Ok(());
    }
    let differs = kept.lines().zip(fresh.lines()).position(|(kept, fresh)| kept != fresh);
    let line = differs.unwrap_or_else(|| kept.lines().count().min(fresh.lines().count())) + 1;
    bail!("{FILE} is out of date (line {line}): run `cargo xtask openapi` and commit the result")
}

async fn document(programs: &Path) -> anyhow::Result<String> {
    let mut documents = Vec::new();
    for service in SERVICES {
        let mut command = Command::new(programs.join(service));
        command.arg("--print-openapi");
        let text = capture(command).await?;
        let document: Value =
            serde_json::from_str(&text).with_context(|| format!("{service} printed no JSON"))?;
        documents.push(document);
    }
    Ok(serde_json::to_string_pretty(&sorted(merge(documents)?))? + "\n")
}

/// Puts documents together; what two of them say about the same thing must be the same.
fn merge(documents: Vec<Value>) -> anyhow::Result<Value> {
    let mut merged = json!({});
    for document in documents {
        merge_into(&mut merged, document, "")?;
    }
    let version = merged["openapi"].as_str().unwrap_or_default();
    ensure!(version.starts_with("3.1."), "not OpenAPI 3.1 but {version:?}");
    if let Some(missing) = unresolved(&merged, &merged) {
        bail!("the document refers to {missing}, which isn't in it");
    }
    merged["info"] = json!({
        "title": "Fullhouse",
        "version": "1",
        "description": "Sells tickets: events, holds, payments, orders, tickets. Commands (POST, \
            PUT, PATCH, DELETE) answer with `Log-Position`; a query sent with that value as \
            `Min-Log-Position` sees what the command did.",
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
    });
    Ok(merged)
}

/// A reference in `part` to what isn't in the document.
fn unresolved<'a>(document: &Value, part: &'a Value) -> Option<&'a str> {
    match part {
        Value::Object(fields) => {
            let reference = fields.get("$ref").and_then(Value::as_str);
            let missing = reference.filter(|reference| {
                let place = reference.strip_prefix('#');
                place.and_then(|place| document.pointer(place)).is_none()
            });
            missing.or_else(|| fields.values().find_map(|field| unresolved(document, field)))
        }
        Value::Array(items) => items.iter().find_map(|item| unresolved(document, item)),
        _ => None,
    }
}

fn merge_into(into: &mut Value, from: Value, place: &str) -> anyhow::Result<()> {
    match (into, from) {
        (_, _) if place == "/info" => Ok(()),
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                let place = format!("{place}/{name}");
                match into.get_mut(&name) {
                    Some(known) => merge_into(known, value, &place)?,
                    None => drop(into.insert(name, value)),
                }
            }
            Ok(())
        }
        (Value::Array(into), Value::Array(from)) if is_set(place) => {
            let fresh: Vec<Value> = from.into_iter().filter(|item| !into.contains(item)).collect();
            into.extend(fresh);
            Ok(())
        }
        (into, from) if *into == from => Ok(()),
        (into, from) => bail!("the services contradict each other at {place}: {into} and {from}"),
    }
}

/// Lists in which the order means nothing.
fn is_set(place: &str) -> bool {
    matches!(place, "/tags" | "/servers" | "/security")
}

/// Objects by name, tags by name: the same document is always the same text.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(String, Value)> = fields.into_iter().collect();
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(fields.into_iter().map(|(n, v)| (n, sorted(v))).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_of_one_path_come_together() {
        let merged = merge(vec![
            json!({"openapi": "3.1.0", "paths": {"/events": {"post": {"a": 1}}}, "tags": [{"name": "x"}]}),
            json!({"openapi": "3.1.0", "paths": {"/events": {"get": {"b": 2}}}, "tags": [{"name": "x"}, {"name": "y"}]}),
        ])
        .unwrap();
        assert_eq!(merged["paths"]["/events"], json!({"get": {"b": 2}, "post": {"a": 1}}));
        assert_eq!(merged["tags"], json!([{"name": "x"}, {"name": "y"}]));
    }

    #[test]
    fn what_is_referred_to_must_be_there() {
        let document = |name: &str| {
            json!({
                "openapi": "3.1.0",
                "paths": { "/a": [{ "$ref": format!("#/components/schemas/{name}") }] },
                "components": { "schemas": { "Here": {} } },
            })
        };
        assert!(merge(vec![document("Here")]).is_ok());
        let error = merge(vec![document("Gone")]).unwrap_err().to_string();
        assert!(error.contains("#/components/schemas/Gone"), "{error}");
    }

    #[test]
    fn a_schema_must_be_the_same_everywhere() {
        let schema =
            |of| json!({"openapi": "3.1.0", "components": {"schemas": {"Money": {"type": of}}}});
        assert!(merge(vec![schema("object"), schema("object")]).is_ok());
        let error = merge(vec![schema("object"), schema("string")]).unwrap_err().to_string();
        assert!(error.contains("/components/schemas/Money/type"), "{error}");
    }

    #[test]
    fn the_order_of_fields_means_nothing() {
        let text = |raw| sorted(serde_json::from_str(raw).unwrap()).to_string();
        assert_eq!(text(r#"{"b":{"d":1,"c":2},"a":3}"#), text(r#"{"a":3,"b":{"c":2,"d":1}}"#));
    }
}
