//! The server: accepts connections, answers them through the edge, and stops in order.

use std::{
    convert::Infallible,
    future::poll_fn,
    io,
    net::IpAddr,
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{body::Body, extract::Request};
use http::header;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{Interval, MissedTickBehavior},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Edge,
    connection::{Activity, Patience, Stream, Watch},
    unread::{RequestBody, Unread},
};

/// One look at a connection per tick.
const TICK: Duration = Duration::from_millis(2500);
/// 5 s for the head of a request, 30 s of silence.
const PATIENCE: Patience = Patience { ticks_for_head: 2, ticks_idle: 12 };
/// Read buffer of a connection, and so the most its request head may take.
const BUFFER_BYTES: usize = 16 * 1024;
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

/// Limits of the server.
#[derive(Debug, Clone, Copy)]
pub struct ServeSettings {
    /// Connections open at once; more wait to be accepted.
    pub max_connections: usize,
    /// How long requests may take to finish after shutdown began; then they are cut off.
    pub drain: Duration,
}

impl Default for ServeSettings {
    fn default() -> Self {
        Self { max_connections: 16_384, drain: Duration::from_secs(10) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Running,
    Draining,
    CutOff,
}

/// Serves HTTP/1.1 until shutdown: then accepts nothing more, lets requests finish, and returns
/// when every connection is closed or the time to drain is over.
pub async fn serve(
    listener: TcpListener,
    edge: Edge,
    settings: ServeSettings,
    shutdown: CancellationToken,
) {
    let (phase, watched) = watch::channel(Phase::Running);
    let connections = TaskTracker::new();
    let accepting = accept(&listener, &edge, settings, &connections, watched);
    tokio::select! {
        () = accepting => {}
        () = shutdown.cancelled() => {}
    }
    drop(listener);
    connections.close();
    phase.send_replace(Phase::Draining);
    if tokio::time::timeout(settings.drain, connections.wait()).await.is_err() {
        tracing::warn!(connections = connections.len(), "Requests were cut off by shutdown");
        phase.send_replace(Phase::CutOff);
        connections.wait().await;
    }
}

/// Fires on SIGTERM or SIGINT.
///
/// # Errors
///
/// If signals can't be listened to.
pub fn shutdown_on_signal() -> io::Result<CancellationToken> {
    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let token = CancellationToken::new();
    let shutdown = token.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        shutdown.cancel();
    });
    Ok(token)
}

/// Accepts for ever.
async fn accept(
    listener: &TcpListener,
    edge: &Edge,
    settings: ServeSettings,
    connections: &TaskTracker,
    phase: watch::Receiver<Phase>,
) {
    let places = Arc::new(Semaphore::new(settings.max_connections));
    // The semaphore is never closed.
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let client = (stream, peer.ip());
                connections.spawn(answer(client, edge.clone(), phase.clone(), place));
            }
            Err(error) => {
                // Out of file descriptors, or the client is gone already.
                tracing::debug!(%error, "A connection wasn't accepted");
                tokio::time::sleep(ACCEPT_AGAIN).await;
            }
        }
    }
}

/// Answers the requests of one connection.
async fn answer(
    (stream, peer): (TcpStream, IpAddr),
    edge: Edge,
    mut phase: watch::Receiver<Phase>,
    _place: OwnedSemaphorePermit,
) {
    // An answer goes out at once. A socket that refuses this is slow, not wrong.
    let _ = stream.set_nodelay(true);
    let (activity, unread) = (Arc::new(Activity::default()), Arc::new(Unread::default()));
    let io = TokioIo::new(Stream::new(stream, Arc::clone(&activity)));
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let (edge, activity, unread) = (edge.clone(), Arc::clone(&activity), Arc::clone(&unread));
        async move {
            activity.begin();
            let is_announced = request.headers().contains_key(header::EXPECT);
            let request: Request = request.map(|body| Body::new(RequestBody::new(body, &unread)));
            let mut response = edge.respond_to(request, Some(peer)).await;
            unread.finish(&mut response, is_announced).await;
            activity.finish();
            Ok::<_, Infallible>(response)
        }
    });
    let mut connection = pin!(
        http1::Builder::new()
            // The watch over this connection does it without a timer per request.
            .header_read_timeout(None)
            .max_buf_size(BUFFER_BYTES)
            .serve_connection(io, service)
    );
    let mut guard = Guard::new(&activity);
    let watched = phase.clone();
    let mut wake_on_change = pin!(async move {
        while phase.changed().await.is_ok() {}
        std::future::pending::<()>().await;
    });
    let mut is_first = true;
    poll_fn(|cx| {
        // While nothing changes, an atomic tells so: no lock per poll.
        if std::mem::take(&mut is_first) || watched.has_changed().unwrap_or(true) {
            let _ = wake_on_change.as_mut().poll(cx);
            match *watched.borrow() {
                Phase::Running => {}
                Phase::Draining => connection.as_mut().graceful_shutdown(),
                Phase::CutOff => return Poll::Ready(()),
            }
        }
        // How a connection ended is the client's business.
        if connection.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        guard.poll(cx)
    })
    .await;
}

/// Watches over a connection: ready when it should be given up.
struct Guard<'a> {
    activity: &'a Activity,
    watch: Watch,
    ticks: Interval,
}

impl<'a> Guard<'a> {
    fn new(activity: &'a Activity) -> Self {
        let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + TICK, TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { activity, watch: Watch::default(), ticks }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.ticks.poll_tick(cx).is_ready() {
            if self.activity.is_stalled(&mut self.watch, PATIENCE) {
                return Poll::Ready(());
            }
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests;
