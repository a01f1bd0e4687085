//! What of a request's body nobody has read: read and dropped, so that the connection can go on.
//!
//! A request may be refused while its body is still on its way. The server would then close the
//! connection without saying so, and whoever already sends the next request on it (a gateway) gets
//! no answer.

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, header};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};

/// Longer bodies aren't read only to be dropped; as much as any route takes.
const MOST: u64 = 256 * 1024;
/// How long the rest of a body is waited for.
const SLOWEST: Duration = Duration::from_secs(1);

/// The unread body of the request that a connection is at. Made once for each connection.
#[derive(Debug, Default)]
pub(super) struct Unread {
    // Nearly always there is nothing: then no lock is taken.
    is_there: AtomicBool,
    body: Mutex<Option<Incoming>>,
}

impl Unread {
    /// Reads and drops what is left, unless it is too much, comes too slowly, or the client waits
    /// to be asked for it. Then the answer says that the connection ends with it.
    pub(super) async fn finish(&self, response: &mut Response, is_announced: bool) {
        if !self.is_there.swap(false, Ordering::Relaxed) {
            return;
        }
        let body = self.body.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(body) = body else { return };
        let closes = response.headers().contains_key(header::CONNECTION);
        if closes || is_announced || !drop_rest(body).await {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }

    fn put(&self, body: Incoming) {
        *self.body.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        self.is_there.store(true, Ordering::Relaxed);
    }
}

/// Whether the end of the body was reached.
async fn drop_rest(mut body: Incoming) -> bool {
    if body.size_hint().lower() > MOST {
        return false;
    }
    let reading = async {
        let mut left = MOST;
        while let Some(frame) = body.frame().await {
            let length = match frame {
                Ok(frame) => frame.data_ref().map_or(0, Bytes::len),
                Err(_) => return false,
            };
            match left.checked_sub(u64::try_from(length).unwrap_or(u64::MAX)) {
                Some(fewer) => left = fewer,
                None => return false,
            }
        }
        true
    };
    tokio::time::timeout(SLOWEST, reading).await.unwrap_or(false)
}

/// The body of a request; what of it isn't read is kept for [`Unread::finish`].
pub(super) struct RequestBody {
    incoming: Option<Incoming>,
    unread: Arc<Unread>,
}

impl RequestBody {
    pub(super) fn new(incoming: Incoming, unread: &Arc<Unread>) -> Self {
        Self { incoming: Some(incoming), unread: Arc::clone(unread) }
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if let Some(body) = self.incoming.take()
            && !body.is_end_stream()
        {
            self.unread.put(body);
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(incoming) = &mut self.incoming else { return Poll::Ready(None) };
        let polled = Pin::new(incoming).poll_frame(cx);
        if let Poll::Ready(None | Some(Err(_))) = polled {
            self.incoming = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(Incoming::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.as_ref().map_or(SizeHint::with_exact(0), Incoming::size_hint)
    }
}
