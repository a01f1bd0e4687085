//! The public API, asked with one key.

use anyhow::{Context, ensure};
use embedded_postgres::random_hex;
use serde_json::Value;

use crate::http::{Answer, Request};

/// The API, asked with one key.
pub struct Api<'a> {
    pub port: u16,
    pub key: &'a str,
}

impl Api<'_> {
    /// The JSON at `path`, which begins after `/api/v1`.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let path = format!("/api/v1{path}");
        Ok(self.send(Request::new("GET", &path), &path).await?.json())
    }

    /// Sends JSON to `path`. Each request is a new one, never a repetition.
    pub async fn post(&self, path: &str, body: Value) -> anyhow::Result<Answer> {
        let path = format!("/api/v1{path}");
        let request = Request::new("POST", &path).json(&body);
        self.send(request.header("Idempotency-Key", &random_hex::<16>()?), &path).await
    }

    async fn send(&self, request: Request<'_>, path: &str) -> anyhow::Result<Answer> {
        let request = request.header("Authorization", &format!("Bearer {}", self.key));
        let answer = request.send(self.port).await?;
        let good = (200..300).contains(&answer.status);
        ensure!(good, "{path} answered {}: {}", answer.status, answer.text());
        Ok(answer)
    }
}

/// Sends JSON to `path` as nobody, and answers with the JSON that comes back.
pub async fn post_openly(port: u16, path: &str, body: &Value) -> anyhow::Result<Value> {
    let path = format!("/api/v1{path}");
    let answer = Request::new("POST", &path).json(body).send(port).await?;
    let good = (200..300).contains(&answer.status);
    ensure!(good, "{path} answered {}: {}", answer.status, answer.text());
    Ok(answer.json())
}

/// A field that is text.
pub fn text(value: &Value, field: &str) -> anyhow::Result<String> {
    let found = value[field].as_str();
    Ok(found.with_context(|| format!("no {field} in {value}"))?.to_owned())
}
