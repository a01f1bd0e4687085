//! A request's body on its way to a service: as it comes, within the limits.

use std::{
    cell::Cell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use thiserror::Error;

use crate::watch::Watch;

/// Why a body was not passed on to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum BodyTrouble {
    /// More bytes than allowed.
    #[error("the body is too large")]
    TooLarge,
    /// Not all of it came in time.
    #[error("the body came too slowly")]
    TooSlow,
    /// The client broke off, or sent chunks that are not.
    #[error("the body is broken")]
    Broken,
}

/// What became of a body, for whoever answers the request.
#[derive(Debug, Default)]
pub(crate) struct Fate {
    trouble: Cell<Option<BodyTrouble>>,
    unread: Cell<bool>,
}

impl Fate {
    /// What went wrong with it, if something did.
    pub(crate) fn trouble(&self) -> Option<BodyTrouble> {
        self.trouble.get()
    }

    /// Whether some of it is not read yet, so that no other request can be read after it.
    pub(crate) fn is_unread(&self) -> bool {
        self.unread.get()
    }

    /// There is a body.
    pub(crate) fn expect_body(&self) {
        self.unread.set(true);
    }
}

/// The body of a request.
pub(crate) enum RequestBody {
    /// None at all.
    Empty,
    /// Passed on as it comes.
    Streamed(StreamedBody),
}

/// A body that is passed on as it comes.
pub(crate) struct StreamedBody {
    incoming: Incoming,
    bytes_left: u64,
    watch: Rc<Watch>,
    fate: Rc<Fate>,
}

impl RequestBody {
    /// Passes on `incoming` up to `bytes_at_most`; what becomes of it is noted in `fate`.
    pub(crate) fn streamed(
        incoming: Incoming,
        bytes_at_most: u64,
        watch: &Rc<Watch>,
        fate: &Rc<Fate>,
    ) -> Self {
        Self::Streamed(StreamedBody {
            incoming,
            bytes_left: bytes_at_most,
            watch: Rc::clone(watch),
            fate: Rc::clone(fate),
        })
    }
}

impl StreamedBody {
    fn fail(&self, trouble: BodyTrouble) -> Poll<Option<Result<Frame<Bytes>, BodyTrouble>>> {
        self.fate.trouble.set(Some(trouble));
        Poll::Ready(Some(Err(trouble)))
    }

    fn end(&self) -> Poll<Option<Result<Frame<Bytes>, BodyTrouble>>> {
        self.fate.unread.set(false);
        Poll::Ready(None)
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyTrouble>>> {
        match Pin::new(&mut self.incoming).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                // Trailers end a body; nobody here reads them.
                let Ok(bytes) = frame.into_data() else { return self.end() };
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                match self.bytes_left.checked_sub(length) {
                    Some(left) => self.bytes_left = left,
                    None => return self.fail(BodyTrouble::TooLarge),
                }
                if self.incoming.is_end_stream() {
                    self.fate.unread.set(false);
                }
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Poll::Ready(Some(Err(_))) => self.fail(BodyTrouble::Broken),
            Poll::Ready(None) => self.end(),
            Poll::Pending if self.watch.lasts_longer_than(self.watch.times().request_body) => {
                self.fail(BodyTrouble::TooSlow)
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BodyTrouble;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyTrouble>>> {
        match self.get_mut() {
            Self::Empty => Poll::Ready(None),
            Self::Streamed(body) => body.poll(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Streamed(body) => body.incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Streamed(body) => body.incoming.size_hint(),
        }
    }
}
