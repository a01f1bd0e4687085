//! Reads an HTTP/1.1 answer from what has arrived so far.

use anyhow::{Context, bail, ensure};

/// No answer of ours has more header lines.
const MAX_HEADERS: usize = 48;

/// A complete answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    pub status: u16,
    pub body: &'a [u8],
    /// Where in the log what was asked for is recorded.
    pub log_position: Option<u64>,
}

/// How the end of the body is found.
enum Framing {
    Length(usize),
    Chunked,
}

/// Reads one answer from the start of `arrived`; nothing if it isn't complete yet. `scratch` is
/// where the body of a chunked answer is put together.
///
/// # Errors
///
/// If this isn't HTTP, or the end of the body can't be told.
pub fn read<'a>(arrived: &'a [u8], scratch: &'a mut Vec<u8>) -> anyhow::Result<Option<Answer<'a>>> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(start) = head.parse(arrived).context("not HTTP")? else {
        return Ok(None);
    };
    let status = head.code.context("an answer without a status")?;
    let log_position = log_position(head.headers);
    let rest = arrived.get(start..).unwrap_or_default();
    match framing(status, head.headers)? {
        Framing::Length(length) => {
            Ok(rest.get(..length).map(|body| Answer { status, body, log_position }))
        }
        Framing::Chunked => {
            scratch.clear();
            let complete = unchunk(rest, scratch)?;
            Ok(complete.then_some(Answer { status, body: scratch, log_position }))
        }
    }
}

/// `Log-Position: shard:position`; all that is asked here is in one shard.
fn log_position(headers: &[httparse::Header<'_>]) -> Option<u64> {
    let header = headers.iter().find(|one| one.name.eq_ignore_ascii_case("log-position"))?;
    std::str::from_utf8(header.value).ok()?.rsplit_once(':')?.1.parse().ok()
}

fn framing(status: u16, headers: &[httparse::Header<'_>]) -> anyhow::Result<Framing> {
    if matches!(status, 204 | 304) {
        return Ok(Framing::Length(0));
    }
    for header in headers {
        if header.name.eq_ignore_ascii_case("content-length") {
            let length = std::str::from_utf8(header.value)?.trim().parse()?;
            return Ok(Framing::Length(length));
        }
        if header.name.eq_ignore_ascii_case("transfer-encoding") {
            ensure!(header.value.eq_ignore_ascii_case(b"chunked"), "an unknown transfer encoding");
            return Ok(Framing::Chunked);
        }
    }
    bail!("an answer of unknown length (status {status})")
}

/// Puts the chunks together. False if the last one has not arrived.
fn unchunk(mut rest: &[u8], body: &mut Vec<u8>) -> anyhow::Result<bool> {
    loop {
        let size = httparse::parse_chunk_size(rest);
        let size = size.map_err(|_| anyhow::anyhow!("not the size of a chunk"))?;
        let httparse::Status::Complete((start, size)) = size else { return Ok(false) };
        let size = usize::try_from(size)?;
        let Some(chunk) = rest.get(start..start.saturating_add(size).saturating_add(2)) else {
            return Ok(false);
        };
        ensure!(chunk.ends_with(b"\r\n"), "a chunk without an end");
        body.extend_from_slice(chunk.get(..size).unwrap_or_default());
        if size == 0 {
            return Ok(true);
        }
        rest = rest.get(start + size + 2..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &[u8]) -> Option<(u16, Vec<u8>)> {
        let mut scratch = Vec::new();
        let answer = read(text, &mut scratch).unwrap();
        answer.map(|answer| (answer.status, answer.body.to_vec()))
    }

    #[test]
    fn reads_a_body_of_known_length() {
        let text = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nokHTTP";
        assert_eq!(parts(text), Some((201, b"ok".to_vec())));
    }

    #[test]
    fn waits_for_what_has_not_arrived() {
        let text = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok";
        for end in 0..text.len() {
            assert_eq!(parts(&text[..end]), None, "after {end} bytes");
        }
    }

    #[test]
    fn reads_where_it_is_recorded() {
        let text = b"HTTP/1.1 201 Created\r\nLog-Position: 7:42\r\nContent-Length: 0\r\n\r\n";
        let mut scratch = Vec::new();
        assert_eq!(read(text, &mut scratch).unwrap().unwrap().log_position, Some(42));
    }

    #[test]
    fn puts_chunks_together() {
        let text = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        assert_eq!(parts(text), Some((200, b"abcde".to_vec())));
        for end in 0..text.len() {
            assert_eq!(parts(&text[..end]), None, "after {end} bytes");
        }
    }

    #[test]
    fn knows_answers_without_a_body() {
        assert_eq!(parts(b"HTTP/1.1 204 No Content\r\n\r\n"), Some((204, Vec::new())));
    }

    #[test]
    fn refuses_what_is_not_http() {
        assert!(read(b"SSH-2.0-OpenSSH\r\n\r\n", &mut Vec::new()).is_err());
        assert!(read(b"HTTP/1.1 200 OK\r\n\r\n", &mut Vec::new()).is_err());
    }
}
