//! Threads that hash passwords: a few, which give way to everything else, behind a short queue.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread,
};

use thiserror::Error;
use tokio::sync::oneshot;

/// Hashes at once, and how many more may wait: each takes a core for a tenth of a second.
const AT_ONCE: usize = 2;
const WAITING: usize = 32;

/// How far the threads stand back. Beside work that takes all cores, a thread of this niceness gets a
/// third of what another gets; on an idle machine it gets all it wants. More would keep everybody
/// from logging in on a machine that stays busy.
const NICENESS: i32 = 5;

type Work = Box<dyn FnOnce() + Send>;

/// Why something was not hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotHashed {
    /// Too many are waiting already. Nothing was done.
    #[error("too many are waiting")]
    Busy,
    /// The work panicked, or there is no thread.
    #[error("the work was interrupted")]
    Interrupted,
}

/// The threads and their queue. Clones share them; they end with the last clone.
#[derive(Clone)]
pub struct Hashing {
    queue: Sender<Work>,
    taken: Arc<AtomicUsize>,
}

impl Default for Hashing {
    fn default() -> Self {
        let (queue, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..AT_ONCE {
            let waiting = Arc::clone(&waiting);
            let started = thread::Builder::new()
                .name("password".to_owned())
                .spawn(move || work_through(&waiting));
            if let Err(error) = started {
                tracing::error!(%error, "a thread for passwords can't be started");
            }
        }
        Self { queue, taken: Arc::default() }
    }
}

impl Hashing {
    /// Whether all places are taken.
    pub fn is_full(&self) -> bool {
        self.taken.load(Ordering::Relaxed) >= AT_ONCE + WAITING
    }

    /// Does the work on one of the threads. Work that nobody waits for any more is left out.
    ///
    /// # Errors
    ///
    /// [`NotHashed`].
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NotHashed> {
        let place = Place::take(&self.taken).ok_or(NotHashed::Busy)?;
        let (answer, answered) = oneshot::channel();
        let work = Box::new(move || {
            // Owned by the work: a request that is given up doesn't make room before its hash is
            // done.
            let _place = place;
            if !answer.is_closed() {
                let _ = answer.send(work());
            }
        });
        self.queue.send(work).map_err(|_| NotHashed::Interrupted)?;
        answered.await.map_err(|_| NotHashed::Interrupted)
    }
}

fn work_through(waiting: &Mutex<Receiver<Work>>) {
    // Of this thread only. Without the right to it the threads compete, which is slower for others.
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::warn!(%error, "hashing passwords can't give way to other work");
    }
    loop {
        let next = match waiting.lock() {
            Ok(waiting) => waiting.recv(),
            Err(_) => return,
        };
        let Ok(work) = next else { return };
        // The thread outlives a panic; whoever waits learns that there is no answer.
        let _ = catch_unwind(AssertUnwindSafe(work));
    }
}

/// A place among those that are hashed or wait, given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(taken: &Arc<AtomicUsize>) -> Option<Self> {
        let before = taken.fetch_add(1, Ordering::Relaxed);
        let place = Self(Arc::clone(taken));
        (before < AT_ONCE + WAITING).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn a_flood_is_refused_beyond_the_queue() {
        let hashing = Hashing::default();
        let held = Arc::new(Barrier::new(2));
        let all = (0..AT_ONCE + WAITING + 10).map(|number| {
            let held = Arc::clone(&held);
            // The first one is done only after the last one was refused.
            hashing.run(move || if number == 0 { held.wait().is_leader() } else { true })
        });
        let (hashing, held) = (&hashing, Arc::clone(&held));
        let release = async move {
            while !hashing.is_full() {
                tokio::task::yield_now().await;
            }
            tokio::task::spawn_blocking(move || held.wait()).await.unwrap();
        };
        let (answers, ()) = tokio::join!(join_all(all), release);
        assert_eq!(answers.iter().filter(|a| **a == Err(NotHashed::Busy)).count(), 10);
        assert!(!hashing.is_full(), "the places are given back");
        assert_eq!(hashing.run(|| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn the_threads_give_way_to_all_others() {
        let niceness = || rustix::process::getpriority_process(None).unwrap();
        let before = niceness();
        assert!(Hashing::default().run(niceness).await.unwrap() >= NICENESS);
        assert_eq!(niceness(), before, "this thread stays as it is");
    }

    #[tokio::test]
    async fn a_thread_outlives_a_panic() {
        let hashing = Hashing::default();
        for _ in 0..AT_ONCE * 2 {
            let broken: Result<(), _> = hashing.run(|| panic!("a test")).await;
            assert_eq!(broken, Err(NotHashed::Interrupted));
        }
        assert_eq!(hashing.run(|| 7).await, Ok(7));
    }
}
