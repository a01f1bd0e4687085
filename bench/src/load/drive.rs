//! The loop around all connections, on the calling thread.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::Context;
use mio::{Events, Poll};

use super::{
    buyer::{Buyer, Verdict},
    connection::Connection,
    tally::Tally,
};

/// How long answers are waited for after the last wish began.
const GRACE: Duration = Duration::from_secs(10);

/// When the next wish begins.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// As soon as the same buyer's last one has ended.
    Closed,
    /// So many a second, however long the answers take. A wish that finds no free connection
    /// waits for one, and that wait counts.
    PerSecond(u32),
}

/// A run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The servers that buyers speak to, by the number in their requests.
    pub servers: Vec<SocketAddr>,
    pub pace: Pace,
    /// No wish begins later than this after the start.
    pub at_most: Duration,
}

/// Runs the plan with one connection (to each server) for every buyer, on a thread of its own.
///
/// # Errors
///
/// If a connection can't be opened. Later failures are counted.
pub async fn drive<B>(plan: Plan, buyers: Vec<B>) -> anyhow::Result<Tally>
where
    B: Buyer + Send + 'static,
{
    let run = move || Driver::open(&plan, buyers)?.run();
    tokio::task::spawn_blocking(run).await.context("the load driver failed")?
}

struct Driver<B> {
    poll: Poll,
    connections: Vec<Connection<B>>,
    servers: usize,
    pace: Pace,
    start: Instant,
    end: Instant,
    /// Connections without a wish (open loop only).
    idle: Vec<usize>,
    /// When the next wish is due (open loop only).
    due: Instant,
    /// Connections that go on after a pause.
    later: BinaryHeap<Reverse<(Instant, usize)>>,
    /// Wishes under way.
    under_way: usize,
    tally: Tally,
}

impl<B: Buyer> Driver<B> {
    fn open(plan: &Plan, buyers: Vec<B>) -> anyhow::Result<Self> {
        let poll = Poll::new()?;
        let mut connections = Vec::with_capacity(buyers.len());
        for (number, buyer) in buyers.into_iter().enumerate() {
            connections.push(Connection::open(buyer, number, &plan.servers, poll.registry())?);
        }
        let start = Instant::now();
        Ok(Self {
            poll,
            servers: plan.servers.len().max(1),
            pace: plan.pace,
            start,
            end: start + plan.at_most,
            idle: (0..connections.len()).rev().collect(),
            due: start,
            later: BinaryHeap::new(),
            under_way: 0,
            tally: Tally::new()?,
            connections,
        })
    }

    fn run(mut self) -> anyhow::Result<Tally> {
        let mut events = Events::with_capacity(1024);
        loop {
            let now = Instant::now();
            self.begin_due(now);
            self.go_on_after_pause(now);
            let over = now >= self.end || !self.may_begin();
            if (over && self.under_way == 0) || now > self.end + GRACE {
                break;
            }
            let patience = self.next_alarm().saturating_duration_since(Instant::now());
            match self.poll.poll(&mut events, Some(patience)) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                polled => polled?,
            }
            for event in &events {
                self.ring(event.token().0 / self.servers, event.is_writable());
            }
        }
        let unanswered = u64::try_from(self.under_way)?;
        if unanswered > 0 {
            self.tally.fail(|| format!("{unanswered} requests were not answered in {GRACE:?}"));
        }
        Ok(self.tally)
    }

    /// Whether anybody is left who could begin a wish.
    fn may_begin(&self) -> bool {
        !self.idle.is_empty() || self.under_way > 0
    }

    fn next_alarm(&self) -> Instant {
        let mut alarm = if self.under_way > 0 { self.end + GRACE } else { self.end };
        if matches!(self.pace, Pace::PerSecond(_)) && !self.idle.is_empty() && self.due < self.end {
            alarm = alarm.min(self.due);
        }
        if let Some(Reverse((at, _))) = self.later.peek() {
            alarm = alarm.min(*at);
        }
        alarm
    }

    /// Begins wishes that are due while there are free connections.
    fn begin_due(&mut self, now: Instant) {
        while let Some(&number) = self.idle.last() {
            let began = match self.pace {
                Pace::Closed if now < self.end => now,
                Pace::PerSecond(rate) if self.due <= now && self.due < self.end => {
                    let due = self.due;
                    self.due += Duration::from_secs(1) / rate.max(1);
                    due
                }
                Pace::Closed | Pace::PerSecond(_) => return,
            };
            self.idle.pop();
            self.begin(number, began);
        }
    }

    fn begin(&mut self, number: usize, at: Instant) {
        if let Some(connection) = self.connections.get_mut(number) {
            connection.wished_at = at;
            self.under_way += 1;
            self.ask(number);
        }
    }

    fn ask(&mut self, number: usize) {
        let Some(connection) = self.connections.get_mut(number) else { return };
        match connection.ask() {
            Ok(true) => {}
            Ok(false) => self.under_way -= 1, // and never comes back to the idle ones
            Err(error) => self.broken(&error),
        }
    }

    fn go_on_after_pause(&mut self, now: Instant) {
        while let Some(Reverse((at, number))) = self.later.peek().copied() {
            if at > now {
                return;
            }
            self.later.pop();
            self.ask(number);
        }
    }

    /// The connection has something to say, or room to be told more.
    fn ring(&mut self, number: usize, writable: bool) {
        let Some(connection) = self.connections.get_mut(number) else { return };
        if !connection.waiting {
            return;
        }
        let received = if writable { connection.flush() } else { Ok(()) };
        match received.and_then(|()| connection.receive()) {
            Ok(None) => {}
            Ok(Some((verdict, words))) => self.judge(number, verdict, words),
            Err(error) => {
                connection.waiting = false;
                self.broken(&error);
            }
        }
    }

    fn judge(&mut self, number: usize, verdict: Verdict, words: String) {
        let now = Instant::now();
        match verdict {
            Verdict::Accepted => {
                let began = self.connections.get(number).map_or(now, |c| c.wished_at);
                self.tally.accept(now - began, now - self.start);
            }
            Verdict::Refused => self.tally.refused += 1,
            Verdict::Failed => self.tally.fail(|| words),
            Verdict::Continued => return self.ask(number),
            Verdict::Later(pause) => return self.later.push(Reverse((now + pause, number))),
        }
        self.under_way -= 1;
        match self.pace {
            Pace::Closed if now < self.end => self.begin(number, now),
            Pace::Closed => {}
            Pace::PerSecond(_) => {
                self.idle.push(number);
                self.begin_due(now);
            }
        }
    }

    fn broken(&mut self, error: &anyhow::Error) {
        self.under_way -= 1;
        self.tally.fail(|| format!("{error:#}"));
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::{Ipv4Addr, TcpListener},
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use super::*;
    use crate::load::Holder;

    /// A server with so many places: 201 while there are some, then 409.
    fn server(places: usize) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let taken = Arc::new(AtomicUsize::new(0));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, taken) = (stream.unwrap(), Arc::clone(&taken));
                std::thread::spawn(move || {
                    let mut request = [0; 4096];
                    while stream.read(&mut request).is_ok_and(|read| read > 0) {
                        let free = taken.fetch_add(1, Ordering::Relaxed) < places;
                        let status = if free { "201 Created" } else { "409 Conflict" };
                        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nok");
                        stream.write_all(answer.as_bytes()).unwrap();
                    }
                });
            }
        });
        address
    }

    fn holders(count: u64) -> Vec<Holder> {
        (0..count).map(|number| Holder::new("/x", "type", number, count, 0)).collect()
    }

    #[tokio::test]
    async fn buys_until_everybody_was_refused_once() {
        let plan = Plan {
            servers: vec![server(100)],
            pace: Pace::Closed,
            at_most: Duration::from_secs(30),
        };
        let tally = drive(plan, holders(7)).await.unwrap().sound().unwrap();
        assert_eq!((tally.accepted, tally.refused), (100, 7));
        assert!(tally.elapsed > Duration::ZERO && tally.elapsed < Duration::from_secs(30));
    }

    #[tokio::test]
    async fn keeps_the_pace_it_was_told() {
        let at_most = Duration::from_millis(500);
        let plan = Plan { servers: vec![server(10_000)], pace: Pace::PerSecond(400), at_most };
        let tally = drive(plan, holders(8)).await.unwrap().sound().unwrap();
        assert_eq!((tally.accepted, tally.refused), (200, 0));
    }

    #[tokio::test]
    async fn counts_broken_connections() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || drop(listener.accept().unwrap()));
        let plan =
            Plan { servers: vec![address], pace: Pace::Closed, at_most: Duration::from_secs(5) };
        let tally = drive(plan, holders(1)).await.unwrap();
        assert_eq!((tally.accepted, tally.failed), (0, 1));
        assert!(tally.sound().is_err());
    }
}
