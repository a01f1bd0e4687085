//! A worker: one thread, one runtime, its own connections to the services. Nothing is shared
//! between workers, so nothing is locked.

use std::{
    io,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::JoinHandle,
};

use metrics::gauge;
use tokio::{
    net::TcpStream,
    sync::mpsc,
    task::LocalSet,
    time::{Instant, MissedTickBehavior},
};
use tokio_util::sync::CancellationToken;

use crate::{
    accept::Accepted,
    config::Config,
    connection,
    exchange::Services,
    upstream::Upstream,
    watch::{TICK, Ticks},
};

/// How to reach a worker.
pub(crate) struct Worker {
    inbox: mpsc::UnboundedSender<Accepted>,
    connections: Arc<AtomicUsize>,
}

impl Worker {
    /// Starts the thread; it ends some time after `stop`, when its connections have.
    ///
    /// # Errors
    ///
    /// If the operating system gives no thread or no event queue.
    pub(crate) fn start(
        config: &Config,
        stop: CancellationToken,
    ) -> io::Result<(Self, JoinHandle<()>)> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (inbox, accepted) = mpsc::unbounded_channel();
        let connections = Arc::new(AtomicUsize::new(0));
        let worker = Self { inbox, connections: Arc::clone(&connections) };
        let config = config.clone();
        let thread = std::thread::Builder::new().name("gateway".to_owned()).spawn(move || {
            let tasks = LocalSet::new();
            tasks.block_on(&runtime, run(config, accepted, connections, stop));
        })?;
        Ok((worker, thread))
    }

    /// How many connections the worker has.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Gives a connection to the worker.
    pub(crate) fn hand(&self, accepted: Accepted) {
        self.connections.fetch_add(1, Ordering::Relaxed);
        if self.inbox.send(accepted).is_err() {
            self.connections.fetch_sub(1, Ordering::Relaxed); // the worker has stopped
        }
    }
}

async fn run(
    config: Config,
    mut accepted: mpsc::UnboundedReceiver<Accepted>,
    connections: Arc<AtomicUsize>,
    stop: CancellationToken,
) {
    let ticks = Ticks::new(config.limits.times);
    let services = Rc::new(Services {
        command: Rc::new(Upstream::new("command", config.command_upstream, Rc::clone(&ticks))),
        projection: Rc::new(Upstream::new(
            "projection",
            config.projection_upstream,
            Rc::clone(&ticks),
        )),
        limits: config.limits,
        trusted_proxies: config.trusted_proxies,
    });
    let mut clock = tokio::time::interval(TICK);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last_moment = None;
    loop {
        tokio::select! {
            Some(accepted) = accepted.recv() => {
                serve(accepted, &services, &ticks, &connections);
            }
            () = stop.cancelled(), if last_moment.is_none() => {
                last_moment = Some(Instant::now() + services.limits.times.grace);
                ticks.drain();
            }
            now = clock.tick() => {
                ticks.tick();
                services.command.prune();
                services.projection.prune();
                let is_idle = connections.load(Ordering::Relaxed) == 0;
                if last_moment.is_some_and(|last| is_idle || now >= last) {
                    return;
                }
            }
        }
    }
}

fn serve(
    accepted: Accepted,
    services: &Rc<Services>,
    ticks: &Rc<Ticks>,
    connections: &Arc<AtomicUsize>,
) {
    gauge!("gateway_connections").increment(1);
    let (services, watch, open) =
        (Rc::clone(services), ticks.watch(), Open(Arc::clone(connections)));
    tokio::task::spawn_local(async move {
        let Accepted { stream, peer, place } = accepted;
        match TcpStream::from_std(stream) {
            Ok(stream) => connection::serve(stream, peer, services, watch).await,
            Err(error) => tracing::error!(%error, "A connection can't be registered"),
        }
        drop((place, open));
    });
}

/// Counts one connection until it is dropped.
struct Open(Arc<AtomicUsize>);

impl Drop for Open {
    fn drop(&mut self) {
        gauge!("gateway_connections").decrement(1);
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
