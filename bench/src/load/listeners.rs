//! Many listeners of one stream, on a thread of their own.

use std::{
    io::{ErrorKind, Read, Write},
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use mio::{Events, Interest, Poll, Token, net::TcpStream};
use tokio_util::sync::CancellationToken;

use super::{Message, listener::Listener};

/// How often the end is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(20);
const READ_AT_ONCE: usize = 16 * 1024;

/// Listeners that have begun.
pub struct Listeners {
    hearing: Arc<AtomicUsize>,
    stop: CancellationToken,
    thread: JoinHandle<anyhow::Result<Vec<Listener>>>,
}

impl Listeners {
    /// Opens `count` streams of this path, one after the other.
    ///
    /// # Errors
    ///
    /// If one can't be opened.
    pub fn open(server: SocketAddr, path: &str, count: usize) -> anyhow::Result<Self> {
        let (hearing, stop) = (Arc::new(AtomicUsize::new(0)), CancellationToken::new());
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
        let poll = Poll::new()?;
        let mut streams = Vec::with_capacity(count);
        for number in 0..count {
            let mut stream = std::net::TcpStream::connect(server)
                .with_context(|| format!("listener {number} can't connect to {server}"))?;
            stream.write_all(request.as_bytes())?;
            stream.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(stream);
            poll.registry().register(&mut stream, Token(number), Interest::READABLE)?;
            streams.push((stream, Listener::default()));
        }
        let audience = Audience { poll, streams, hearing: hearing.clone(), stop: stop.clone() };
        let thread = std::thread::spawn(move || audience.listen());
        Ok(Self { hearing, stop, thread })
    }

    /// How many have heard something.
    pub fn hearing(&self) -> usize {
        self.hearing.load(Ordering::Acquire)
    }

    /// Ends them; what each has heard.
    ///
    /// # Errors
    ///
    /// If a stream broke off, or said something else.
    pub fn end(self) -> anyhow::Result<Vec<Vec<Message>>> {
        self.stop.cancel();
        let listened = self.thread.join().map_err(|_| anyhow::anyhow!("the listeners failed"))?;
        Ok(listened?.iter().map(|listener| listener.messages().to_vec()).collect())
    }
}

struct Audience {
    poll: Poll,
    streams: Vec<(TcpStream, Listener)>,
    hearing: Arc<AtomicUsize>,
    stop: CancellationToken,
}

impl Audience {
    fn listen(mut self) -> anyhow::Result<Vec<Listener>> {
        let mut events = Events::with_capacity(1024);
        let mut buffer = vec![0; READ_AT_ONCE];
        while !self.stop.is_cancelled() {
            match self.poll.poll(&mut events, Some(LOOK_EVERY)) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                polled => polled?,
            }
            for event in &events {
                let Token(number) = event.token();
                let (stream, listener) = self.streams.get_mut(number).context("no such one")?;
                let was_deaf = listener.messages().is_empty();
                hear(stream, listener, &mut buffer)
                    .with_context(|| format!("listener {number}"))?;
                if was_deaf && !listener.messages().is_empty() {
                    self.hearing.fetch_add(1, Ordering::Release);
                }
            }
        }
        Ok(self.streams.into_iter().map(|(_, listener)| listener).collect())
    }
}

/// Reads all that is there.
fn hear(stream: &mut TcpStream, listener: &mut Listener, buffer: &mut [u8]) -> anyhow::Result<()> {
    loop {
        match stream.read(buffer) {
            Ok(read) => {
                ensure!(read > 0, "the stream was closed");
                listener.hear(buffer.get(..read).unwrap_or_default(), Instant::now())?;
                if read < buffer.len() {
                    return Ok(()); // the next byte rings again
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error).context("the stream broke"),
        }
    }
}
