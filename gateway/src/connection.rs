//! Serves one client's connection until it ends, takes too long or the gateway stops.

use std::{
    future::{Future, poll_fn},
    net::SocketAddr,
    pin::pin,
    rc::Rc,
    task::Poll,
};

use http::HeaderValue;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::{
    client_socket::{ClientSocket, Received},
    exchange::{Client, Services},
    head::Origin,
    watch::Watch,
};

const HEAD_BYTES: usize = 16 * 1024;
const BUFFER_BYTES: usize = 64 * 1024;

/// Serves `stream`, whose other end is `peer`.
pub(crate) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    services: Rc<Services>,
    watch: Rc<Watch>,
) {
    let Ok(address) = HeaderValue::try_from(peer.ip().to_canonical().to_string()) else { return };
    let origin = Origin { address, is_believed: services.trusted_proxies.include(peer.ip()) };
    let received = Rc::new(Received::default());
    let socket = ClientSocket::new(stream, Rc::clone(&watch), Rc::clone(&received));
    let client = Rc::new(Client { origin, services, watch: Rc::clone(&watch), received });
    let service = service_fn(move |request| Rc::clone(&client).answer(request));
    let mut connection = pin!(
        http1::Builder::new()
            .half_close(false)
            .header_read_timeout(None) // the watch does it
            .max_header_size(HEAD_BYTES)
            .max_buf_size(BUFFER_BYTES)
            .serve_connection(TokioIo::new(socket), service)
    );
    let mut told_to_stop = false;
    let ended = poll_fn(|cx| {
        watch.remember(cx);
        if watch.is_condemned() {
            return Poll::Ready(Ok(()));
        }
        if watch.is_draining() && !told_to_stop {
            told_to_stop = true;
            connection.as_mut().graceful_shutdown();
        }
        connection.as_mut().poll(cx)
    });
    if let Err(error) = ended.await {
        tracing::debug!(%error, "A connection broke");
    }
}
