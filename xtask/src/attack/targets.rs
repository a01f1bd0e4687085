//! Requests made from the API document, with a mark after everything that can be injected into.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Context;
use serde_json::{Value, json};

/// What sqlmap looks for.
const MARK: &str = "*";
/// Deeper, a schema refers to itself.
const DEEPEST: usize = 12;

/// A request that succeeds, or nearly.
#[derive(Debug)]
pub struct Target {
    /// `POST /api/v1/events`.
    pub name: String,
    pub policy: String,
    /// With its head, as it goes over the wire.
    pub request: String,
    /// Places to inject into.
    pub places: usize,
}

/// Every operation with a parameter or a text in its body.
///
/// # Errors
///
/// If the document can't be read.
pub fn targets(
    document: &Path,
    ids: &BTreeMap<&str, &str>,
    port: u16,
) -> anyhow::Result<Vec<Target>> {
    let document: Value = serde_json::from_slice(&fs::read(document)?)?;
    let paths = document["paths"].as_object().context("the document has no paths")?;
    let maker = Maker { document: &document, ids, port };
    let mut targets = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let is_endless = path.ends_with("/stream");
            let target = maker.target(&method.to_uppercase(), path, operation);
            if target.places > 0 && !is_endless {
                targets.push(target);
            }
        }
    }
    Ok(targets)
}

struct Maker<'a> {
    document: &'a Value,
    ids: &'a BTreeMap<&'a str, &'a str>,
    port: u16,
}

impl Maker<'_> {
    fn target(&self, method: &str, path: &str, operation: &Value) -> Target {
        let mut line = path.to_owned();
        let mut query = Vec::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default();
            let place = format!("{{{name}}}");
            if parameter["in"] == "path" {
                let id = self.ids.get(name).copied().unwrap_or(NOBODY);
                line = line.replace(&place, &format!("{id}{MARK}"));
            } else if parameter["in"] == "query" {
                let value = as_text(&self.example(&parameter["schema"], 0));
                query.push(format!("{name}={}{MARK}", value.replace('+', "%2B")));
            }
        }
        if !query.is_empty() {
            line = format!("{line}?{}", query.join("&"));
        }
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let body = if schema.is_null() {
            String::new()
        } else {
            marked(self.example(schema, 0)).to_string()
        };
        let request = format!(
            "{method} {line} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n\
             If-Match: \"1\"\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        );
        let policy = operation["x-policy"].as_str().unwrap_or_default().to_owned();
        let places = line.matches(MARK).count() + body.matches(MARK).count();
        Target { name: format!("{method} {path}"), policy, request, places }
    }

    /// Something that fits the schema.
    fn example(&self, schema: &Value, depth: usize) -> Value {
        if depth > DEEPEST {
            return Value::Null;
        }
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            return self.example(&self.document["components"]["schemas"][name], depth + 1);
        }
        let given = ["example", "default", "const"].map(|name| &schema[name]);
        if let Some(given) = given.into_iter().find(|value| !value.is_null()) {
            return given.clone();
        }
        let first = ["enum", "examples"].map(|name| &schema[name][0]);
        if let Some(first) = first.into_iter().find(|value| !value.is_null()) {
            return first.clone();
        }
        for choice in ["oneOf", "anyOf"] {
            let choices = schema[choice].as_array().into_iter().flatten();
            if let Some(first) = choices.into_iter().find(|choice| choice["type"] != "null") {
                return self.example(first, depth + 1);
            }
        }
        self.example_of_type(schema, depth)
    }

    fn example_of_type(&self, schema: &Value, depth: usize) -> Value {
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().find(|kind| **kind != "null"),
            kind => Some(kind),
        };
        match kind.and_then(Value::as_str) {
            Some("string") => example_text(schema),
            Some("integer" | "number") => {
                schema.get("minimum").cloned().unwrap_or_else(|| json!(1))
            }
            Some("boolean") => json!(false),
            Some("array") => json!([self.example(&schema["items"], depth + 1)]),
            _ => self.example_object(schema, depth),
        }
    }

    fn example_object(&self, schema: &Value, depth: usize) -> Value {
        let mut fields = serde_json::Map::new();
        for part in schema["allOf"].as_array().into_iter().flatten() {
            if let Value::Object(more) = self.example(part, depth + 1) {
                fields.extend(more);
            }
        }
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let known = self.ids.get(name.as_str()).map(|id| json!(id));
            let value = known.unwrap_or_else(|| self.example(field, depth + 1));
            fields.insert(name.clone(), value);
        }
        Value::Object(fields)
    }
}

/// Nobody has this id.
const NOBODY: &str = "0190a000-0000-7000-8000-000000000001";

fn example_text(schema: &Value) -> Value {
    match schema["format"].as_str() {
        Some("uuid") => json!(NOBODY),
        Some("date-time") => json!("2027-05-01T18:00:00Z"),
        Some("date") => json!("2027-05-01"),
        _ => json!("lantern"),
    }
}

/// The same with a mark after every text.
fn marked(value: Value) -> Value {
    match value {
        Value::String(text) => json!(text + MARK),
        Value::Array(list) => list.into_iter().map(marked).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, marked(value))).collect()
        }
        other => other,
    }
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_and_every_text_gets_a_mark() {
        let document = json!({"components": {"schemas": {"Body": {"type": "object", "properties": {
            "title": {"type": ["string", "null"]},
            "tags": {"type": "array", "items": {"type": "string", "example": "a"}},
            "count": {"type": "integer"},
            "price": {"oneOf": [{"type": "null"}, {"type": "object", "properties": {
                "kind": {"enum": ["fixed", "free"]}
            }}]}
        }}}}});
        let operation = json!({
            "x-policy": "fly",
            "parameters": [
                {"name": "event_id", "in": "path"},
                {"name": "q", "in": "query", "schema": {"type": "string"}},
                {"name": "If-Match", "in": "header"}
            ],
            "requestBody": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Body"}
            }}}
        });
        let ids = BTreeMap::from([("event_id", "7")]);
        let maker = Maker { document: &document, ids: &ids, port: 1 };
        let target = maker.target("POST", "/events/{event_id}", &operation);
        assert_eq!((target.places, target.policy.as_str()), (5, "fly"));
        assert!(target.request.starts_with("POST /events/7*?q=lantern* HTTP/1.1\r\n"));
        let (_, body) = target.request.split_once("\r\n\r\n").unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(
            body,
            json!({"title": "lantern*", "tags": ["a*"], "count": 1, "price": {"kind": "fixed*"}})
        );
    }
}
