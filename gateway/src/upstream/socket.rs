//! A connection to a service, over TCP or a Unix socket, that knows whether it was answered.

use std::{
    cell::Cell,
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpStream, UnixStream},
};

use super::UpstreamAddress;

/// A connection to a service.
pub(super) struct UpstreamSocket {
    stream: Stream,
    notes: Rc<Notes>,
}

/// What is known of a connection beside what it says.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Bytes were received.
    pub(super) heard: Cell<bool>,
    /// The service takes no more bytes.
    pub(super) deaf: Cell<bool>,
}

enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl UpstreamSocket {
    /// Connects.
    pub(super) async fn connect(address: &UpstreamAddress, notes: Rc<Notes>) -> io::Result<Self> {
        let stream = match address {
            UpstreamAddress::Tcp(authority) => {
                let stream = TcpStream::connect(authority).await?;
                stream.set_nodelay(true)?;
                Stream::Tcp(stream)
            }
            UpstreamAddress::Unix(path) => Stream::Unix(UnixStream::connect(path).await?),
        };
        Ok(Self { stream, notes })
    }
}

impl AsyncRead for UpstreamSocket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let socket = self.get_mut();
        let before = buffer.filled().len();
        ready!(match &mut socket.stream {
            Stream::Tcp(stream) => Pin::new(stream).poll_read(cx, buffer),
            Stream::Unix(stream) => Pin::new(stream).poll_read(cx, buffer),
        })?;
        if buffer.filled().len() > before {
            socket.notes.heard.set(true);
        }
        Poll::Ready(Ok(()))
    }
}

impl UpstreamSocket {
    /// A service may answer before it has read all of a request, and close. Then nothing more can be
    /// written, and the answer still has to be read: so what it doesn't take counts as written. If
    /// there is no answer, reading tells.
    fn written(&self, written: Poll<io::Result<usize>>, length: usize) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Err(error)) if is_closed(&error) => {
                self.notes.deaf.set(true);
                Poll::Ready(Ok(length))
            }
            written => written,
        }
    }
}

fn is_closed(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    let kind = error.kind();
    kind == BrokenPipe || kind == ConnectionReset || kind == ConnectionAborted
}

impl AsyncWrite for UpstreamSocket {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let socket = self.get_mut();
        let written = match &mut socket.stream {
            Stream::Tcp(stream) => Pin::new(stream).poll_write(cx, bytes),
            Stream::Unix(stream) => Pin::new(stream).poll_write(cx, bytes),
        };
        socket.written(written, bytes.len())
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let socket = self.get_mut();
        let written = match &mut socket.stream {
            Stream::Tcp(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
            Stream::Unix(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
        };
        socket.written(written, slices.iter().map(|slice| slice.len()).sum())
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(())) // nothing is kept back by the kernel's sockets
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Stream::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Unix(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
