//! A gateway between a test's client and the test's services.

use std::{future::Future, net::SocketAddr, num::NonZeroUsize, sync::Arc};

use clap::Parser;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

use super::wire::{Message, Wire};
use crate::{Config, Gateway, Limits, Times, UpstreamAddress};

/// Limits no test reaches by accident.
pub(super) fn wide_limits() -> Limits {
    Limits {
        body_bytes: 1024,
        connections: 100,
        connections_per_address: 100,
        times: Times::default(),
    }
}

/// A gateway in front of two services.
pub(super) struct Rig {
    pub(super) gateway: Gateway,
}

impl Rig {
    /// A gateway whose services are both `service`.
    pub(super) fn before(service: SocketAddr) -> Self {
        Self::with(service, service, wide_limits())
    }

    pub(super) fn with(command: SocketAddr, projection: SocketAddr, limits: Limits) -> Self {
        let tcp = |address: SocketAddr| UpstreamAddress::Tcp(address.to_string());
        Self::start(tcp(command), tcp(projection), limits)
    }

    /// A gateway that believes its client about whom it speaks for.
    pub(super) fn behind_a_proxy(service: SocketAddr) -> Self {
        let tcp = UpstreamAddress::Tcp(service.to_string());
        Self::configured(|config| {
            config.command_upstream = tcp.clone();
            config.projection_upstream = tcp;
            config.trusted_proxies = "127.0.0.1".parse().unwrap();
        })
    }

    pub(super) fn start(
        command: UpstreamAddress,
        projection: UpstreamAddress,
        limits: Limits,
    ) -> Self {
        Self::configured(|config| {
            config.command_upstream = command;
            config.projection_upstream = projection;
            config.limits = limits;
        })
    }

    fn configured(configure: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::parse_from(["gateway", "--listen", "127.0.0.1:0"]);
        config.workers = NonZeroUsize::new(1);
        config.limits = wide_limits();
        configure(&mut config);
        Self { gateway: Gateway::start(&config).unwrap() }
    }

    pub(super) async fn client(&self) -> Wire {
        Wire::new(TcpStream::connect(self.gateway.address()).await.unwrap())
    }
}

/// A service that treats every connection with `script`; the address it listens on.
pub(super) async fn service<F, S>(script: S) -> SocketAddr
where
    S: Fn(Wire) -> F + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let script = Arc::new(script);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let script = Arc::clone(&script);
            tokio::spawn(async move { script(Wire::new(stream)).await });
        }
    });
    address
}

/// A service that answers every request 200 with the name given, and tells what it got.
pub(super) async fn recorder(name: &'static str) -> (SocketAddr, mpsc::UnboundedReceiver<Message>) {
    let (seen, requests) = mpsc::unbounded_channel();
    let address = service(move |mut wire| {
        let seen = seen.clone();
        async move {
            loop {
                let request = wire.message().await;
                let answer = ok(name);
                let told = seen.send(request);
                if told.is_err() || !wire.try_send(answer).await {
                    return;
                }
            }
        }
    });
    (address.await, requests)
}

/// A response with this body.
pub(super) fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// An address nobody listens on.
pub(super) async fn nobody() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

pub(super) const GET: &str = "GET /a HTTP/1.1\r\nHost: tickets.example\r\n\r\n";

/// A POST with this body.
pub(super) fn post(body: &str) -> String {
    let length = body.len();
    format!("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n{body}")
}
