//! One end of a connection, byte by byte; tests are both the client and the service.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

// Far longer than anything here takes, so that a test that waits in vain fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// One end of a connection.
pub(super) struct Wire {
    pub(super) stream: TcpStream,
    unread: Vec<u8>,
}

/// A message as it was received.
#[derive(Debug, Clone)]
pub(super) struct Message {
    /// Start line and headers, names in lower case, without the empty line.
    pub(super) head: String,
    /// The body, decoded if it came in chunks.
    pub(super) body: String,
}

impl Message {
    /// The status of a response.
    pub(super) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// The values of a header, in order.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        self.head
            .split("\r\n")
            .filter_map(|line| line.split_once(": "))
            .filter(|(known, _)| *known == name)
            .map(|(_, value)| value)
            .collect()
    }

    /// The only value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let values = self.all(name);
        assert!(values.len() < 2, "{name} is there more than once: {values:?}");
        values.first().copied()
    }

    /// The code of a problem.
    pub(super) fn code(&self) -> String {
        let problem: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        problem["code"].as_str().unwrap().to_owned()
    }
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        Self { stream, unread: Vec::new() }
    }

    pub(super) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Sends what can be sent; the other end may be gone.
    pub(super) async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Sends a request and reads its response.
    pub(super) async fn ask(&mut self, request: impl AsRef<[u8]>) -> Message {
        self.send(request).await;
        self.message().await
    }

    /// The next message with its body.
    pub(super) async fn message(&mut self) -> Message {
        let head = self.head().await;
        let mut message = Message { head, body: String::new() };
        let status = message.head.strip_prefix("HTTP/1.1 ").map(|_| message.status());
        if matches!(status, Some(204 | 304)) {
            return message;
        }
        message.body = if message.header("transfer-encoding").is_some() {
            self.chunks().await
        } else {
            let length = message.header("content-length").map_or(0, |n| n.parse().unwrap());
            self.text(length).await
        };
        message
    }

    /// The next head only.
    pub(super) async fn head(&mut self) -> String {
        let head = self.until("\r\n\r\n").await.expect("the connection ended before a head");
        let mut lines = head.trim_end().split("\r\n");
        let start = lines.next().unwrap_or_default().to_owned();
        lines.fold(start, |head, line| match line.split_once(':') {
            Some((name, value)) => format!("{head}\r\n{}:{value}", name.to_ascii_lowercase()),
            None => format!("{head}\r\n{line}"),
        })
    }

    async fn chunks(&mut self) -> String {
        let mut body = String::new();
        loop {
            let chunk = self.chunk().await;
            if chunk.is_empty() {
                return body;
            }
            body += &chunk;
        }
    }

    /// The next chunk; empty at the end.
    pub(super) async fn chunk(&mut self) -> String {
        let size = self.until("\r\n").await.expect("the connection ended before a chunk");
        let size = usize::from_str_radix(size.trim_end(), 16).unwrap();
        let chunk = self.text(size).await;
        assert_eq!(self.text(2).await, "\r\n");
        chunk
    }

    /// The next `length` bytes.
    pub(super) async fn text(&mut self, length: usize) -> String {
        while self.unread.len() < length {
            assert!(self.fill().await, "the connection ended within a body");
        }
        String::from_utf8(self.unread.drain(..length).collect()).unwrap()
    }

    async fn until(&mut self, mark: &str) -> Option<String> {
        loop {
            let found = self.unread.windows(mark.len()).position(|part| part == mark.as_bytes());
            if let Some(at) = found {
                let taken = self.unread.drain(..at + mark.len()).collect();
                return Some(String::from_utf8(taken).unwrap());
            }
            if !self.fill().await {
                return None;
            }
        }
    }

    async fn fill(&mut self) -> bool {
        let read = timeout(PATIENCE, self.stream.read_buf(&mut self.unread));
        matches!(read.await.expect("nothing came"), Ok(length) if length > 0)
    }

    /// Waits until the other end closes; answers what came before that.
    pub(super) async fn rest(&mut self) -> String {
        while self.fill().await {}
        String::from_utf8_lossy(&std::mem::take(&mut self.unread)).into_owned()
    }
}
