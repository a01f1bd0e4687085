//! A client's connection, with its notes kept: when bytes come, when they are not taken, and the
//! bytes of the head under way, for the one framing question hyper doesn't answer.

use std::{
    cell::RefCell,
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use crate::watch::{Phase, Watch};

const MAX_BYTES_TO_DROP: usize = 16 * 1024 * 1024;

/// The bytes received since the last request was taken up.
///
/// Of a request with both `Content-Length` and `Transfer-Encoding` hyper keeps the latter only,
/// which is safe (it also closes the connection) but doesn't let us refuse it. So the name is
/// looked for in the bytes themselves. This is never used to find where anything begins or ends.
#[derive(Default)]
pub(crate) struct Received(RefCell<Vec<u8>>);

impl Received {
    const KEPT_BYTES: usize = 32 * 1024;

    fn note(&self, bytes: &[u8]) {
        let mut kept = self.0.borrow_mut();
        if kept.len() + bytes.len() <= Self::KEPT_BYTES {
            kept.extend_from_slice(bytes);
        }
    }

    /// Whether a line that begins with `Content-Length:` was received.
    pub(crate) fn names_content_length(&self) -> bool {
        const LINE: &[u8] = b"\ncontent-length:";
        self.0.borrow().windows(LINE.len()).any(|window| window.eq_ignore_ascii_case(LINE))
    }

    /// Forgets what was received, for the next request.
    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}

/// A client's connection.
pub(crate) struct ClientSocket {
    stream: TcpStream,
    watch: Rc<Watch>,
    received: Rc<Received>,
    bytes_to_drop: Option<usize>,
}

impl ClientSocket {
    pub(crate) fn new(stream: TcpStream, watch: Rc<Watch>, received: Rc<Received>) -> Self {
        Self { stream, watch, received, bytes_to_drop: None }
    }
}

impl AsyncRead for ClientSocket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let socket = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut socket.stream).poll_read(cx, buffer))?;
        if let Some(bytes) = buffer.filled().get(before..)
            && !bytes.is_empty()
        {
            socket.watch.note_read();
            socket.received.note(bytes);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ClientSocket {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let socket = self.get_mut();
        let written = Pin::new(&mut socket.stream).poll_write(cx, bytes);
        socket.watch.note_write(written.is_ready());
        written
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let socket = self.get_mut();
        let written = Pin::new(&mut socket.stream).poll_write_vectored(cx, slices);
        socket.watch.note_write(written.is_ready());
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    // A socket closed with unread bytes is reset, and a client that is still sending what was
    // refused would never see the refusal. So the rest is read, up to a limit of bytes, until the
    // client hangs up or the watch loses patience.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let socket = self.get_mut();
        if socket.bytes_to_drop.is_none() {
            ready!(Pin::new(&mut socket.stream).poll_shutdown(cx))?;
            socket.watch.enter(Phase::Closing);
        }
        let left = socket.bytes_to_drop.get_or_insert(MAX_BYTES_TO_DROP);
        let mut scratch = [0; 4096];
        while *left > 0 {
            let mut dropped = ReadBuf::new(&mut scratch);
            match ready!(Pin::new(&mut socket.stream).poll_read(cx, &mut dropped)) {
                Ok(()) if !dropped.filled().is_empty() => {
                    *left = left.saturating_sub(dropped.filled().len());
                }
                Ok(()) | Err(_) => break,
            }
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_length_however_it_is_written_and_split() {
        let received = Received::default();
        received.note(b"POST / HTTP/1.1\r\nCONTENT-le");
        assert!(!received.names_content_length());
        received.note(b"ngth: 3\r\n\r\n");
        assert!(received.names_content_length());
    }

    #[test]
    fn a_length_inside_a_line_is_not_one() {
        let received = Received::default();
        received.note(b"POST /?a=content-length: HTTP/1.1\r\nX: content-length: 3\r\n\r\n");
        assert!(!received.names_content_length());
    }

    #[test]
    fn what_was_before_is_forgotten() {
        let received = Received::default();
        received.note(b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n");
        received.clear();
        assert!(!received.names_content_length());
    }
}
