//! Reads a stream of server-sent events as it arrives: when which position came.

use std::time::Instant;

use anyhow::{Context, bail, ensure};

/// No answer of ours has more header lines.
const MAX_HEADERS: usize = 48;
/// Enough of a line to know what it says, unless it is data.
const LINE: usize = 64;

/// One event of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    pub at: Instant,
    /// Up to where the log is included.
    pub position: u64,
}

/// What one listener has heard.
#[derive(Debug, Default)]
pub struct Listener {
    stage: Stage,
    /// The head of the answer, until all of it is there.
    head: Vec<u8>,
    /// The beginning of the line under way.
    line: Vec<u8>,
    position: Option<u64>,
    messages: Vec<Message>,
}

/// Which part of the answer comes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Head,
    /// The digits of a chunk's size so far.
    Size(usize),
    /// So much of a chunk, and of the line end behind it.
    Chunk(usize),
    LineEnd(usize),
}

impl Listener {
    /// Takes what arrived at this instant.
    ///
    /// # Errors
    ///
    /// If it is no stream of positions that grow.
    pub fn hear(&mut self, arrived: &[u8], at: Instant) -> anyhow::Result<()> {
        let mut rest = arrived;
        while !rest.is_empty() {
            rest = match self.stage {
                Stage::Head => self.head(rest)?,
                Stage::Size(size) => self.size(size, rest)?,
                Stage::Chunk(left) => {
                    let (chunk, after) = rest.split_at(left.min(rest.len()));
                    self.text(chunk, at)?;
                    self.stage = match left - chunk.len() {
                        0 => Stage::LineEnd(2),
                        left => Stage::Chunk(left),
                    };
                    after
                }
                Stage::LineEnd(left) => {
                    let skipped = left.min(rest.len());
                    self.stage = match left - skipped {
                        0 => Stage::Size(0),
                        left => Stage::LineEnd(left),
                    };
                    rest.get(skipped..).unwrap_or_default()
                }
            };
        }
        Ok(())
    }

    /// Everything so far.
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    fn head<'a>(&mut self, arrived: &'a [u8]) -> anyhow::Result<&'a [u8]> {
        let before = self.head.len();
        self.head.extend_from_slice(arrived);
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut answer = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(length) = answer.parse(&self.head).context("not HTTP")?
        else {
            return Ok(&[]);
        };
        let status = answer.code.unwrap_or_default();
        ensure!(status == 200, "a stream was answered with {status}");
        let is_chunked = answer.headers.iter().any(|header| {
            header.name.eq_ignore_ascii_case("transfer-encoding") && header.value == b"chunked"
        });
        ensure!(is_chunked, "a stream of unknown length");
        self.stage = Stage::Size(0);
        Ok(arrived.get(length - before..).unwrap_or_default())
    }

    fn size<'a>(&mut self, mut size: usize, arrived: &'a [u8]) -> anyhow::Result<&'a [u8]> {
        for (index, byte) in arrived.iter().enumerate() {
            match byte {
                b'\n' => {
                    ensure!(size > 0, "the stream has ended");
                    self.stage = Stage::Chunk(size);
                    return Ok(arrived.get(index + 1..).unwrap_or_default());
                }
                b'\r' => {}
                digit => {
                    let digit = char::from(*digit).to_digit(16).context("not a size")?;
                    size = size * 16 + usize::try_from(digit)?;
                }
            }
        }
        self.stage = Stage::Size(size);
        Ok(&[])
    }

    fn text(&mut self, text: &[u8], at: Instant) -> anyhow::Result<()> {
        for part in text.split_inclusive(|byte| *byte == b'\n') {
            let room = LINE.saturating_sub(self.line.len()).min(part.len());
            self.line.extend_from_slice(part.get(..room).unwrap_or_default());
            if part.ends_with(b"\n") {
                self.end_of_line(at)?;
                self.line.clear();
            }
        }
        Ok(())
    }

    fn end_of_line(&mut self, at: Instant) -> anyhow::Result<()> {
        let line = std::str::from_utf8(&self.line).unwrap_or_default().trim_end();
        if let Some(id) = line.strip_prefix("id: ") {
            let position = id.rsplit_once(':').and_then(|(_, position)| position.parse().ok());
            self.position = Some(position.with_context(|| format!("{id} is no position"))?);
        } else if line.is_empty()
            && let Some(position) = self.position.take()
        {
            if self.messages.last().is_some_and(|last| last.position >= position) {
                bail!("position {position} came after a later one");
            }
            self.messages.push(Message { at, position });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

    fn chunk(text: &str) -> String {
        format!("{:x}\r\n{text}\r\n", text.len())
    }

    fn event(position: u64) -> String {
        format!("id: 7:{position}\nevent: availability\ndata: {}\n\n", "x".repeat(300))
    }

    fn positions(listener: &Listener) -> Vec<u64> {
        listener.messages().iter().map(|message| message.position).collect()
    }

    #[test]
    fn hears_the_same_however_it_is_cut() {
        let comment = chunk(":\n\n");
        let event_of_two_chunks = event(12);
        let (first, second) = event_of_two_chunks.split_at(17);
        let text = [HEAD, &chunk(&event(3)), &comment, &chunk(first), &chunk(second)].concat();
        for size in [1, 2, 7, 100, text.len()] {
            let mut listener = Listener::default();
            for part in text.as_bytes().chunks(size) {
                listener.hear(part, Instant::now()).unwrap();
            }
            assert_eq!(positions(&listener), [3, 12], "in parts of {size} bytes");
        }
    }

    #[test]
    fn what_goes_back_or_is_no_stream_is_an_error() {
        let hear = |text: &str| Listener::default().hear(text.as_bytes(), Instant::now());
        let back = [HEAD, &chunk(&event(3)), &chunk(&event(2))].concat();
        for text in [&back, "HTTP/1.1 503 Busy\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "SSH-2\r\n\r\n"]
        {
            assert!(hear(text).is_err(), "{text}");
        }
        assert!(hear(&[HEAD, "0\r\n\r\n"].concat()).is_err(), "an end");
    }
}
