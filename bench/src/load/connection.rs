//! One buyer's keep-alive connections, at most one request under way on all of them.

use std::{
    io::{ErrorKind, Read, Write},
    net::SocketAddr,
    time::Instant,
};

use anyhow::{Context, ensure};
use mio::{Interest, Registry, Token, net::TcpStream};

use super::{
    answer,
    buyer::{Buyer, Verdict},
};

/// Room for an answer before it has to grow.
const ROOM: usize = 4096;

pub(super) struct Connection<B> {
    buyer: B,
    /// One for each of the plan's servers.
    sockets: Vec<TcpStream>,
    /// Where the last request went.
    active: usize,
    unsent: Vec<u8>,
    arrived: Vec<u8>,
    filled: usize,
    scratch: Vec<u8>,
    /// When the wish under way began.
    pub wished_at: Instant,
    /// A request was sent and not answered yet.
    pub waiting: bool,
}

impl<B: Buyer> Connection<B> {
    /// Connects to every server; socket `s` of connection `number` has the token
    /// `number × servers + s`.
    pub fn open(
        buyer: B,
        number: usize,
        servers: &[SocketAddr],
        registry: &Registry,
    ) -> anyhow::Result<Self> {
        let mut sockets = Vec::with_capacity(servers.len());
        for (index, server) in servers.iter().enumerate() {
            let socket = std::net::TcpStream::connect(server)
                .with_context(|| format!("can't connect to {server}"))?;
            socket.set_nodelay(true)?;
            socket.set_nonblocking(true)?;
            let mut socket = TcpStream::from_std(socket);
            let token = Token(number * servers.len() + index);
            registry.register(&mut socket, token, Interest::READABLE | Interest::WRITABLE)?;
            sockets.push(socket);
        }
        Ok(Self {
            buyer,
            sockets,
            active: 0,
            unsent: Vec::new(),
            arrived: vec![0; ROOM],
            filled: 0,
            scratch: Vec::new(),
            wished_at: Instant::now(),
            waiting: false,
        })
    }

    /// Sends the buyer's next request. False if there is none.
    pub fn ask(&mut self) -> anyhow::Result<bool> {
        let Some(request) = self.buyer.request() else { return Ok(false) };
        self.active = request.target;
        self.waiting = true;
        let socket = self.sockets.get_mut(request.target).context("no such server")?;
        let sent = write(socket, request.bytes)?;
        self.unsent.extend_from_slice(request.bytes.get(sent..).unwrap_or_default());
        Ok(true)
    }

    /// Sends what did not fit before.
    pub fn flush(&mut self) -> anyhow::Result<()> {
        if !self.unsent.is_empty() {
            let socket = self.sockets.get_mut(self.active).context("no such server")?;
            let sent = write(socket, &self.unsent)?;
            self.unsent.drain(..sent);
        }
        Ok(())
    }

    /// Reads what has arrived; what it meant, once it is complete, and how it was said.
    pub fn receive(&mut self) -> anyhow::Result<Option<(Verdict, String)>> {
        let socket = self.sockets.get_mut(self.active).context("no such server")?;
        loop {
            if self.filled == self.arrived.len() {
                self.arrived.resize(self.filled * 2, 0);
            }
            let room = self.arrived.get_mut(self.filled..).unwrap_or_default();
            let read = match socket.read(room) {
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error).context("the connection broke"),
            };
            ensure!(read > 0, "the connection was closed");
            let emptied = read < room.len();
            self.filled += read;
            let arrived = self.arrived.get(..self.filled).unwrap_or_default();
            if let Some(answer) = answer::read(arrived, &mut self.scratch)? {
                let verdict = self.buyer.answered(&answer);
                let words = match verdict {
                    Verdict::Failed => {
                        format!("{} {}", answer.status, String::from_utf8_lossy(answer.body))
                    }
                    _ => String::new(),
                };
                self.filled = 0;
                self.waiting = false;
                return Ok(Some((verdict, words)));
            }
            if emptied {
                return Ok(None); // the next byte rings again
            }
        }
    }
}

fn write(socket: &mut TcpStream, mut bytes: &[u8]) -> anyhow::Result<usize> {
    let mut sent = 0;
    while !bytes.is_empty() {
        match socket.write(bytes) {
            Ok(0) => anyhow::bail!("the connection was closed"),
            Ok(count) => {
                sent += count;
                bytes = bytes.get(count..).unwrap_or_default();
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error).context("the connection broke"),
        }
    }
    Ok(sent)
}
