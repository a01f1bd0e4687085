//! One connection to a service. It has no task of its own: whoever uses it drives it, so a
//! request costs no hand-over between tasks, and dropping the user closes the connection.

use std::{
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    rc::Rc,
    task::{Context, Poll},
    time::Instant,
};

use http::{Request, Response};
use hyper::{
    body::Incoming,
    client::conn::http1::{self, Connection, SendRequest},
};
use hyper_util::rt::TokioIo;

use super::{
    UpstreamAddress,
    socket::{Notes, UpstreamSocket},
};
use crate::{request_body::RequestBody, watch::Watch};

// The services send small heads.
const HEAD_BYTES: usize = 32 * 1024;

/// One connection to a service.
pub(crate) struct UpstreamConnection {
    sender: SendRequest<RequestBody>,
    driver: Connection<TokioIo<UpstreamSocket>, RequestBody>,
    notes: Rc<Notes>,
    closed: bool,
    reused: bool,
    pub(super) idle_since: Instant,
}

/// Why no response came.
pub(crate) enum Lost {
    /// The service didn't answer in time.
    TimedOut,
    /// The request was never begun to be sent: here it is.
    Unsent(Box<Request<RequestBody>>),
    /// A kept connection was closed before a byte of a response came.
    Unanswered,
    /// The connection broke, or what came was no response.
    Broken,
}

impl UpstreamConnection {
    pub(super) async fn open(address: &UpstreamAddress, now: Instant) -> io::Result<Self> {
        let notes = Rc::new(Notes::default());
        let socket = UpstreamSocket::connect(address, Rc::clone(&notes)).await?;
        let (sender, driver) = http1::Builder::new()
            .max_header_size(HEAD_BYTES)
            .handshake(TokioIo::new(socket))
            .await
            .map_err(io::Error::other)?;
        Ok(Self { sender, driver, notes, closed: false, reused: false, idle_since: now })
    }

    /// Moves bytes both ways.
    pub(crate) fn drive(&mut self, cx: &mut Context<'_>) {
        if !self.closed && Pin::new(&mut self.driver).poll(cx).is_ready() {
            self.closed = true;
        }
    }

    /// Whether the next request may be sent. Marks the connection as a kept one.
    pub(super) fn is_usable(&mut self, cx: &mut Context<'_>) -> bool {
        self.drive(cx);
        self.reused = true;
        self.is_open() && matches!(self.sender.poll_ready(cx), Poll::Ready(Ok(())))
    }

    /// Whether another request may be sent some day.
    pub(super) fn is_open(&self) -> bool {
        !self.closed && !self.notes.deaf.get()
    }

    /// Sends a request and waits for the head of its response, as long as `watch` allows.
    ///
    /// # Errors
    ///
    /// [`Lost`] says what is known about a request that got no response.
    pub(crate) async fn send(
        &mut self,
        request: Request<RequestBody>,
        watch: &Watch,
    ) -> Result<Response<Incoming>, Lost> {
        self.notes.heard.set(false);
        let Self { sender, driver, closed, .. } = self;
        let mut response = pin!(sender.try_send_request(request));
        let outcome = poll_fn(|cx| {
            if !*closed && Pin::new(&mut *driver).poll(cx).is_ready() {
                *closed = true;
            }
            match response.as_mut().poll(cx) {
                Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
                Poll::Pending if watch.lasts_longer_than(watch.times().response_head) => {
                    Poll::Ready(None)
                }
                Poll::Pending => Poll::Pending,
            }
        })
        .await;
        match outcome {
            Some(Ok(response)) => Ok(response),
            Some(Err(mut error)) => Err(match error.take_message() {
                Some(request) => Lost::Unsent(Box::new(request)),
                None if self.reused && !self.notes.heard.get() => Lost::Unanswered,
                None => Lost::Broken,
            }),
            None => Err(Lost::TimedOut),
        }
    }
}
