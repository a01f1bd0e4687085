//! Just enough of an HTTP client to ask our own services: one request a connection, JSON both ways.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(15);

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The body; `null` if it isn't JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A request in the making.
pub struct Request<'a> {
    method: &'a str,
    path: &'a str,
    headers: String,
    body: Option<String>,
}

impl<'a> Request<'a> {
    /// A request without a body.
    pub fn new(method: &'a str, path: &'a str) -> Self {
        Self { method, path, headers: String::new(), body: None }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        for part in [name, ": ", value, "\r\n"] {
            self.headers += part;
        }
        self
    }

    /// Gives it a body.
    #[must_use]
    pub fn json(mut self, body: &Value) -> Self {
        self.body = Some(body.to_string());
        self.header("Content-Type", "application/json")
    }

    /// Sends it to a port of this machine.
    ///
    /// # Errors
    ///
    /// If nobody answers in time, or not in HTTP.
    pub async fn send(self, port: u16) -> anyhow::Result<Answer> {
        let body = self.body.unwrap_or_default();
        let Self { method, path, headers, .. } = self;
        let length = body.len();
        let text = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\
             Accept-Encoding: identity\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        );
        let exchange = async {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
            stream.write_all(text.as_bytes()).await?;
            let mut raw = Vec::new();
            stream.read_to_end(&mut raw).await?;
            anyhow::Ok(raw)
        };
        let raw = timeout(PATIENCE, exchange)
            .await
            .with_context(|| format!("{method} {path}: no answer on port {port} in time"))??;
        parse(&raw).with_context(|| format!("{method} {path}: a bad answer from port {port}"))
    }
}

fn parse(raw: &[u8]) -> anyhow::Result<Answer> {
    let end = find(raw, b"\r\n\r\n").context("no end of the head")?;
    let head = std::str::from_utf8(&raw[..end])?.to_owned();
    let status = head.split_whitespace().nth(1).context("no status")?.parse()?;
    let mut answer = Answer { status, head, body: raw[end + 4..].to_vec() };
    if answer.header("Transfer-Encoding").is_some_and(|v| v.eq_ignore_ascii_case("chunked")) {
        answer.body = dechunk(&answer.body)?;
    } else if let Some(length) = answer.header("Content-Length") {
        let length: usize = length.parse()?;
        ensure!(answer.body.len() == length, "{} of {length} bytes", answer.body.len());
    }
    Ok(answer)
}

fn dechunk(mut rest: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = find(rest, b"\r\n").context("a chunk without a length")?;
        let digits = std::str::from_utf8(&rest[..end])?.split(';').next().unwrap_or_default();
        let length = usize::from_str_radix(digits.trim(), 16)?;
        rest = &rest[end + 2..];
        if length == 0 {
            return Ok(body);
        }
        let Some(chunk) = rest.get(..length) else { bail!("a chunk that ends early") };
        body.extend_from_slice(chunk);
        rest = rest.get(length + 2..).context("a chunk that ends early")?;
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_a_body_with_a_length() {
        let raw = b"HTTP/1.1 201 Created\r\nContent-Length: 8\r\nETag: \"3\"\r\n\r\n{\"a\": 1}";
        let answer = parse(raw).unwrap();
        assert_eq!(answer.status, 201);
        assert_eq!(answer.header("etag"), Some("\"3\""));
        assert_eq!(answer.json()["a"], 1);
    }

    #[test]
    fn reads_a_body_in_chunks() {
        let raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n";
        assert_eq!(parse(raw).unwrap().json()[1], 2);
    }

    #[test]
    fn refuses_a_body_that_ends_early() {
        assert!(parse(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc").is_err());
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n[1,";
        assert!(parse(chunked).is_err());
    }
}
