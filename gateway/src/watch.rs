//! Time limits of client connections, without a timer for each: every connection notes what it
//! is doing and since when, and a tick per worker ends those that take too long.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
    task::{Context, Waker},
    time::{Duration, Instant},
};

use crate::config::Times;

/// How far apart ticks are, and so how exact the limits.
pub(crate) const TICK: Duration = Duration::from_millis(100);

/// What a client connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing: between two requests.
    Idle,
    /// Sending a request's head.
    RequestHead,
    /// Sending a request's body, or waiting for the head of the response.
    Exchange,
    /// Receiving a response that ends.
    Response,
    /// Receiving an event stream, which doesn't.
    Stream,
    /// Being hung up on.
    Closing,
}

/// The notes of one client connection.
pub(crate) struct Watch {
    ticks: Rc<Ticks>,
    id: u64,
    phase: Cell<Phase>,
    since: Cell<Instant>,
    stalled_since: Cell<Option<Instant>>,
    condemned: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Watch {
    /// Notes what the connection does from now on.
    pub(crate) fn enter(&self, phase: Phase) {
        self.phase.set(phase);
        self.since.set(self.ticks.now.get());
    }

    /// The client sent something: the end of idleness.
    pub(crate) fn note_read(&self) {
        if self.phase.get() == Phase::Idle {
            self.enter(Phase::RequestHead);
        }
    }

    /// The client takes what it is sent, or has stopped to.
    pub(crate) fn note_write(&self, taken: bool) {
        match (taken, self.stalled_since.get()) {
            (true, Some(_)) => self.stalled_since.set(None),
            (false, None) => self.stalled_since.set(Some(self.ticks.now.get())),
            (true, None) | (false, Some(_)) => {}
        }
    }

    /// Whether the present phase has lasted longer than `limit`.
    pub(crate) fn lasts_longer_than(&self, limit: Duration) -> bool {
        self.ticks.now.get().saturating_duration_since(self.since.get()) > limit
    }

    /// Limits on how long things may take.
    pub(crate) fn times(&self) -> &Times {
        &self.ticks.times
    }

    /// Whether the connection is to be dropped now.
    pub(crate) fn is_condemned(&self) -> bool {
        self.condemned.get()
    }

    /// Whether the worker is stopping: no request after the present one.
    pub(crate) fn is_draining(&self) -> bool {
        self.ticks.draining.get()
    }

    /// Has the connection polled by `cx` when a limit is reached.
    pub(crate) fn remember(&self, cx: &Context<'_>) {
        let mut waker = self.waker.borrow_mut();
        if !waker.as_ref().is_some_and(|known| known.will_wake(cx.waker())) {
            *waker = Some(cx.waker().clone());
        }
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.borrow().as_ref() {
            waker.wake_by_ref();
        }
    }

    fn check(&self) {
        let times = &self.ticks.times;
        let stalled = self
            .stalled_since
            .get()
            .is_some_and(|since| self.ticks.now.get() > since + times.stalled);
        let late = match self.phase.get() {
            Phase::Idle => self.lasts_longer_than(times.idle),
            Phase::RequestHead => self.lasts_longer_than(times.request_head),
            Phase::Exchange => {
                // The exchange itself decides how to answer.
                if self.lasts_longer_than(times.request_body.min(times.response_head)) {
                    self.wake();
                }
                false
            }
            Phase::Closing => self.lasts_longer_than(times.linger),
            Phase::Response | Phase::Stream => false,
        };
        if stalled || late {
            self.condemn();
        }
    }

    fn condemn(&self) {
        self.condemned.set(true);
        self.wake();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.ticks.watches.borrow_mut().remove(&self.id);
    }
}

/// The clock of one worker and the connections it looks after.
pub(crate) struct Ticks {
    times: Times,
    now: Cell<Instant>,
    draining: Cell<bool>,
    next_id: Cell<u64>,
    watches: RefCell<HashMap<u64, std::rc::Weak<Watch>>>,
}

impl Ticks {
    pub(crate) fn new(times: Times) -> Rc<Self> {
        Rc::new(Self {
            times,
            now: Cell::new(Instant::now()),
            draining: Cell::new(false),
            next_id: Cell::new(0),
            watches: RefCell::default(),
        })
    }

    /// The time of the last tick.
    pub(crate) fn now(&self) -> Instant {
        self.now.get()
    }

    /// Starts to look after a new connection.
    pub(crate) fn watch(self: &Rc<Self>) -> Rc<Watch> {
        let id = self.next_id.get();
        self.next_id.set(id.wrapping_add(1));
        let watch = Rc::new(Watch {
            ticks: Rc::clone(self),
            id,
            phase: Cell::new(Phase::Idle),
            since: Cell::new(self.now.get()),
            stalled_since: Cell::new(None),
            condemned: Cell::new(false),
            waker: RefCell::new(None),
        });
        self.watches.borrow_mut().insert(id, Rc::downgrade(&watch));
        watch
    }

    /// Ends what takes too long.
    pub(crate) fn tick(&self) {
        self.now.set(Instant::now());
        for watch in self.all() {
            watch.check();
        }
    }

    /// Lets requests under way finish, ends event streams and idle connections.
    pub(crate) fn drain(&self) {
        self.draining.set(true);
        for watch in self.all() {
            match watch.phase.get() {
                Phase::Stream => watch.condemn(),
                Phase::Idle
                | Phase::RequestHead
                | Phase::Exchange
                | Phase::Response
                | Phase::Closing => watch.wake(),
            }
        }
    }

    fn all(&self) -> Vec<Rc<Watch>> {
        self.watches.borrow().values().filter_map(std::rc::Weak::upgrade).collect()
    }
}
