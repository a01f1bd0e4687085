//! Accepts connections, up to the limits, and hands each to the worker that has the fewest.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, Ipv6Addr, SocketAddr, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{config::Limits, worker::Worker};

// Out of descriptors: closing some takes other tasks, not a busy loop.
const PAUSE: Duration = Duration::from_millis(50);

const TOO_MANY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    Retry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// A connection that may be served. Dropping it makes room for another one.
pub(crate) struct Accepted {
    pub(crate) stream: TcpStream,
    pub(crate) peer: SocketAddr,
    pub(crate) place: Place,
}

/// Accepts connections until `stop`.
pub(crate) async fn accept(
    listener: TcpListener,
    workers: Vec<Worker>,
    limits: Limits,
    stop: CancellationToken,
) {
    let places = Arc::new(Places { limits, taken: Mutex::default() });
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        let handed_over = accepted.and_then(|(stream, peer)| {
            stream.set_nodelay(true)?;
            let Some(place) = Places::take(&places, peer.ip()) else {
                // Best effort: a fresh socket's buffer is empty, so this doesn't block.
                return stream.try_write(TOO_MANY).map(drop);
            };
            let accepted = Accepted { stream: stream.into_std()?, peer, place };
            if let Some(worker) = workers.iter().min_by_key(|worker| worker.connections()) {
                worker.hand(accepted);
            }
            Ok(())
        });
        if let Err(error) = handed_over
            && !is_about_one_connection(&error)
        {
            tracing::error!(%error, "Connections can't be accepted");
            tokio::time::sleep(PAUSE).await;
        }
    }
}

fn is_about_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::NotConnected
            | io::ErrorKind::InvalidInput
    )
}

struct Places {
    limits: Limits,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

impl Places {
    fn take(places: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let block = block_of(address);
        let mut taken = places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_block = taken.by_address.get(&block).copied().unwrap_or(0);
        if taken.all >= places.limits.connections
            || of_block >= places.limits.connections_per_address
        {
            return None;
        }
        taken.all += 1;
        taken.by_address.insert(block, of_block + 1);
        Some(Place { places: Arc::clone(places), block })
    }
}

/// Room for one connection.
pub(crate) struct Place {
    places: Arc<Places>,
    block: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        if let Some(of_block) = taken.by_address.get_mut(&self.block) {
            *of_block = of_block.saturating_sub(1);
            if *of_block == 0 {
                taken.by_address.remove(&self.block);
            }
        }
    }
}

// Whoever has one IPv6 address has the /64 around it.
fn block_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        four @ IpAddr::V4(_) => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Times;

    #[test]
    fn no_address_takes_more_than_its_part() {
        let places = places_for(3, 2);
        let near: IpAddr = "2001:db8::1".parse().unwrap();
        let same_block: IpAddr = "2001:db8::2".parse().unwrap();
        let far: IpAddr = "192.0.2.1".parse().unwrap();
        let first = Places::take(&places, near).unwrap();
        let _second = Places::take(&places, same_block).unwrap();
        assert!(Places::take(&places, near).is_none());
        let _third = Places::take(&places, far).unwrap();
        assert!(Places::take(&places, far).is_none(), "all places are taken");
        drop(first);
        assert!(Places::take(&places, near).is_some());
    }

    #[test]
    fn places_given_back_leave_no_trace() {
        let places = places_for(2, 2);
        drop(Places::take(&places, "192.0.2.1".parse().unwrap()));
        let taken = places.taken.lock().unwrap();
        assert_eq!((taken.all, taken.by_address.len()), (0, 0));
    }

    fn places_for(connections: usize, connections_per_address: usize) -> Arc<Places> {
        let limits =
            Limits { body_bytes: 0, connections, connections_per_address, times: Times::default() };
        Arc::new(Places { limits, taken: Mutex::default() })
    }
}
