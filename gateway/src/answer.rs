//! The body of a response: a service's, driven as the client takes it, or the gateway's own.

use std::{
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use crate::{
    upstream::{Upstream, UpstreamConnection},
    watch::{Phase, Watch},
};

/// The body of a response.
pub(crate) enum Answer {
    /// The gateway's own.
    Own(Option<Bytes>),
    /// A service's.
    Forwarded(Forwarded),
}

/// A body on its way from a service, with the connection it comes through.
///
/// The connection is read only when the client takes bytes; dropping this before the end closes
/// it, which is how a service learns that its client has gone.
pub(crate) struct Forwarded {
    incoming: Incoming,
    connection: Option<Box<UpstreamConnection>>,
    ended: bool,
    upstream: Rc<Upstream>,
    watch: Rc<Watch>,
}

impl Answer {
    /// The gateway's own answer.
    pub(crate) fn own(text: impl Into<Bytes>) -> Self {
        Self::Own(Some(text.into()))
    }

    /// A service's answer, that comes through `connection`.
    pub(crate) fn forwarded(
        incoming: Incoming,
        connection: Box<UpstreamConnection>,
        upstream: &Rc<Upstream>,
        watch: &Rc<Watch>,
    ) -> Self {
        Self::Forwarded(Forwarded {
            incoming,
            connection: Some(connection),
            ended: false,
            upstream: Rc::clone(upstream),
            watch: Rc::clone(watch),
        })
    }
}

impl Forwarded {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        if let Some(connection) = &mut self.connection {
            connection.drive(cx);
        }
        match Pin::new(&mut self.incoming).poll_frame(cx) {
            // Trailers were announced to one hop only.
            Poll::Ready(Some(Ok(frame))) if frame.is_data() => Poll::Ready(Some(Ok(frame))),
            Poll::Ready(Some(Ok(_)) | None) => {
                self.ended = true;
                Poll::Ready(None)
            }
            Poll::Ready(Some(Err(error))) => {
                self.connection = None;
                Poll::Ready(Some(Err(error)))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for Forwarded {
    fn drop(&mut self) {
        self.watch.enter(Phase::Idle);
        if (self.ended || self.incoming.is_end_stream())
            && let Some(connection) = self.connection.take()
        {
            self.upstream.keep(connection);
        }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Self::Own(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Forwarded(body) => body.poll(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Own(bytes) => bytes.is_none(),
            Self::Forwarded(body) => body.incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Own(Some(bytes)) => {
                SizeHint::with_exact(u64::try_from(bytes.len()).unwrap_or(u64::MAX))
            }
            Self::Own(None) => SizeHint::with_exact(0),
            Self::Forwarded(body) => body.incoming.size_hint(),
        }
    }
}
