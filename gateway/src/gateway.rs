//! The running gateway.

use std::{
    io,
    net::SocketAddr,
    num::NonZeroUsize,
    thread::{JoinHandle, available_parallelism},
};

use shared::http::listen;
use tokio::task::JoinHandle as Task;
use tokio_util::sync::CancellationToken;

use crate::{accept::accept, config::Config, worker::Worker};

/// A running gateway. It runs until it is stopped or dropped.
pub struct Gateway {
    address: SocketAddr,
    stop: CancellationToken,
    acceptor: Task<()>,
    threads: Vec<JoinHandle<()>>,
}

impl Gateway {
    /// Listens and starts the workers. The services need not be there yet. Needs a runtime.
    ///
    /// # Errors
    ///
    /// If the address is taken, or the operating system gives no threads.
    pub fn start(config: &Config) -> io::Result<Self> {
        let listener = listen(config.listen)?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        let count = config.workers.or_else(|| available_parallelism().ok());
        let (workers, threads) = (0..count.map_or(1, NonZeroUsize::get))
            .map(|_| Worker::start(config, stop.clone()))
            .collect::<io::Result<(Vec<_>, Vec<_>)>>()?;
        let acceptor = tokio::spawn(accept(listener, workers, config.limits.clone(), stop.clone()));
        Ok(Self { address, stop, acceptor, threads })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, lets requests under way finish for a while, and ends.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let threads = std::mem::take(&mut self.threads);
        let ended = tokio::task::spawn_blocking(move || {
            threads.into_iter().filter_map(|thread| thread.join().err()).count()
        });
        if !matches!(ended.await, Ok(0)) {
            tracing::error!("A worker panicked");
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.stop.cancel();
        self.acceptor.abort();
    }
}
