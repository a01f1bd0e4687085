//! Listening with room for a rush.

use std::{io, net::SocketAddr};

use tokio::net::{TcpListener, TcpSocket};

/// Connections that may wait to be accepted; the system may allow fewer. The usual 128 overflow when
/// a sale opens, and a client whose first packet is dropped tries again only after a second.
const WAITING: u32 = 4096;

/// Listens on `address`.
///
/// # Errors
///
/// If the address is taken or isn't this machine's.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A restart must not wait for the connections of the process before.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

#[cfg(test)]
mod tests {
    use std::{
        net::{Ipv4Addr, TcpStream},
        time::Duration,
    };

    use super::*;

    #[tokio::test]
    async fn hundreds_can_connect_before_anyone_is_accepted() {
        let listener = listen((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let address = listener.local_addr().unwrap();
        let connect = |_| TcpStream::connect_timeout(&address, Duration::from_millis(500));
        let connections: Vec<TcpStream> = (0..500).map(connect).collect::<Result<_, _>>().unwrap();
        assert_eq!(connections.len(), 500);
    }
}
