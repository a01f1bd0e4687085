//! Single requests, for what happens beside the measured load.

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, header::HeaderMap};
use hyper_util::{client::legacy, rt::TokioExecutor};
use serde_json::Value;

/// Speaks to one server.
#[derive(Clone)]
pub struct Client {
    inner: legacy::Client<legacy::connect::HttpConnector, Full<Bytes>>,
    server: SocketAddr,
    token: Option<String>,
}

/// An answer, read to its end.
pub struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answered {
    /// Passes on the answer if it is the expected one.
    ///
    /// # Errors
    ///
    /// With what was answered instead.
    pub fn expect_status(self, status: u16) -> anyhow::Result<Self> {
        ensure!(self.status == status, "{status} expected, not {} {}", self.status, self.body);
        Ok(self)
    }

    /// Passes on any answer of success.
    ///
    /// # Errors
    ///
    /// With what was answered instead.
    pub fn expect_success(self) -> anyhow::Result<Self> {
        ensure!((200..300).contains(&self.status), "{} {}", self.status, self.body);
        Ok(self)
    }

    /// A text in the body, by JSON pointer.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn text(&self, pointer: &str) -> anyhow::Result<String> {
        let value = self.body.pointer(pointer).and_then(Value::as_str);
        Ok(value.with_context(|| format!("no {pointer} in {}", self.body))?.to_owned())
    }

    /// A whole number in the body, by JSON pointer.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn count(&self, pointer: &str) -> anyhow::Result<u64> {
        let value = self.body.pointer(pointer).and_then(Value::as_u64);
        value.with_context(|| format!("no {pointer} in {}", self.body))
    }

    /// A header as text, empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Client {
    pub fn new(server: SocketAddr) -> Self {
        let inner = legacy::Client::builder(TokioExecutor::new()).build_http();
        Self { inner, server, token: None }
    }

    /// The same client with a bearer token.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// # Errors
    ///
    /// If there is no answer.
    pub async fn get(&self, path: &str) -> anyhow::Result<Answered> {
        self.send(Method::GET, path, &[], &Value::Null).await
    }

    /// # Errors
    ///
    /// If there is no answer.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> anyhow::Result<Answered> {
        let mut request =
            Request::builder().method(method).uri(format!("http://{}{path}", self.server));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let bytes = if body.is_null() {
            Bytes::new()
        } else {
            request = request.header("Content-Type", "application/json");
            Bytes::from(serde_json::to_vec(body)?)
        };
        let answer = self.inner.request(request.body(Full::new(bytes))?).await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = answer.into_body().collect().await?.to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok(Answered { status, headers, body })
    }
}
