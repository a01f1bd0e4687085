//! The connections a worker keeps to one service.

use std::{cell::RefCell, future::poll_fn, io, rc::Rc, task::Poll, time::Duration};

use super::{UpstreamAddress, UpstreamConnection};
use crate::{meters::Meters, watch::Ticks};

// Less than the services keep an idle connection, so that ours is seldom the one found closed.
const KEPT_FOR: Duration = Duration::from_secs(10);
const KEPT_AT_MOST: usize = 1024;

/// One service and the connections a worker keeps to it.
#[expect(clippy::vec_box, reason = "they are large and change hands twice a request")]
pub(crate) struct Upstream {
    address: UpstreamAddress,
    /// What is counted about the service.
    pub(crate) meters: Meters,
    ticks: Rc<Ticks>,
    // The one used last is used next, so that the others grow old and are closed.
    idle: RefCell<Vec<Box<UpstreamConnection>>>,
}

impl Upstream {
    pub(crate) fn new(name: &'static str, address: UpstreamAddress, ticks: Rc<Ticks>) -> Self {
        Self { address, meters: Meters::of(name), ticks, idle: RefCell::default() }
    }

    /// A kept connection that is fit for a request, if there is one.
    pub(crate) async fn kept(&self) -> Option<Box<UpstreamConnection>> {
        poll_fn(|cx| {
            loop {
                let Some(mut connection) = self.idle.borrow_mut().pop() else {
                    return Poll::Ready(None);
                };
                if connection.is_usable(cx) {
                    return Poll::Ready(Some(connection));
                }
            }
        })
        .await
    }

    /// A new connection.
    ///
    /// # Errors
    ///
    /// That of the operating system, or [`io::ErrorKind::TimedOut`].
    pub(crate) async fn connect(&self, limit: Duration) -> io::Result<Box<UpstreamConnection>> {
        self.meters.connects.increment(1);
        let opening = UpstreamConnection::open(&self.address, self.ticks.now());
        tokio::time::timeout(limit, opening).await?.map(Box::new)
    }

    /// Keeps a connection whose response was read to its end.
    pub(crate) fn keep(&self, mut connection: Box<UpstreamConnection>) {
        let mut idle = self.idle.borrow_mut();
        if connection.is_open() && idle.len() < KEPT_AT_MOST {
            connection.idle_since = self.ticks.now();
            idle.push(connection);
        }
    }

    /// Closes connections that were not used for long.
    pub(crate) fn prune(&self) {
        let now = self.ticks.now();
        self.idle
            .borrow_mut()
            .retain(|kept| now.saturating_duration_since(kept.idle_since) < KEPT_FOR);
    }

    /// Where the service listens.
    pub(crate) fn address(&self) -> &UpstreamAddress {
        &self.address
    }
}
