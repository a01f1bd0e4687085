//! Threads that hash passwords: a few, which give way to everything else, behind a short queue.

use std::{
    num::NonZero,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use thiserror::Error;
use tokio::sync::oneshot;

/// How many may wait for a turn.
const WAITING: usize = 32;

/// How far the threads stand back behind others of this process.
const NICENESS: i32 = 10;

/// How long a thread rests after a hash, for each moment that it waited for a core meanwhile. The
/// kernel shares cores between process groups first, so niceness alone doesn't protect the database.
/// An idle machine is used to the full; beside work that takes all cores about a tenth is left.
const RESTS: u32 = 4;

/// Some can log in however busy the machine is.
const LONGEST_REST: Duration = Duration::from_millis(500);

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
    at_once: usize,
}

impl Default for Hashing {
    fn default() -> Self {
        let (queue, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let at_once = at_once();
        for _ in 0..at_once {
            let waiting = Arc::clone(&waiting);
            let started = thread::Builder::new()
                .name("password".to_owned())
                .spawn(move || work_through(&waiting));
            if let Err(error) = started {
                tracing::error!(%error, "a thread for passwords can't be started");
            }
        }
        Self { queue, taken: Arc::default(), at_once }
    }
}

impl Hashing {
    /// Whether all places are taken.
    pub fn is_full(&self) -> bool {
        self.taken.load(Ordering::Relaxed) >= self.places()
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
        let place = Place::take(&self.taken, self.places()).ok_or(NotHashed::Busy)?;
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

    /// Turns and places to wait.
    fn places(&self) -> usize {
        self.at_once + WAITING
    }
}

/// Hashes at once: each fills a core, and half of the cores stay free of them, so that nobody else
/// ever waits behind a hash.
fn at_once() -> usize {
    (thread::available_parallelism().map_or(1, NonZero::get) / 2).max(1)
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
        let (began, used) = (Instant::now(), processor_time());
        // The thread outlives a panic; whoever waits learns that there is no answer.
        let _ = catch_unwind(AssertUnwindSafe(work));
        thread::sleep(rest_after(began.elapsed(), processor_time().saturating_sub(used)));
    }
}

/// How long a thread stays away from the cores after work that lasted `elapsed` and for `used` of it
/// had a core.
fn rest_after(elapsed: Duration, used: Duration) -> Duration {
    (elapsed.saturating_sub(used) * RESTS).min(LONGEST_REST)
}

/// What this thread has used so far.
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// A place among those that are hashed or wait, given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(taken: &Arc<AtomicUsize>, most: usize) -> Option<Self> {
        let before = taken.fetch_add(1, Ordering::Relaxed);
        let place = Self(Arc::clone(taken));
        (before < most).then_some(place)
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
        let all = (0..hashing.places() + 10).map(|number| {
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

    #[test]
    fn who_waits_for_a_core_rests() {
        let ms = Duration::from_millis;
        assert_eq!(rest_after(ms(20), ms(20)), Duration::ZERO);
        assert_eq!(rest_after(ms(50), ms(20)), ms(120));
        assert_eq!(rest_after(ms(900), ms(20)), LONGEST_REST, "whoever waits gets a turn");
        assert_eq!(rest_after(ms(20), ms(21)), Duration::ZERO, "clocks differ a little");
    }

    #[test]
    fn only_work_uses_the_processor() {
        let before = processor_time();
        let mut sum: u64 = 0;
        while processor_time() < before + Duration::from_millis(5) {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        let worked = processor_time();
        let waits = Instant::now();
        thread::sleep(Duration::from_millis(50));
        assert!(processor_time().saturating_sub(worked) < waits.elapsed());
    }

    #[tokio::test]
    async fn a_thread_outlives_a_panic() {
        let hashing = Hashing::default();
        for _ in 0..hashing.at_once * 2 {
            let broken: Result<(), _> = hashing.run(|| panic!("a test")).await;
            assert_eq!(broken, Err(NotHashed::Interrupted));
        }
        assert_eq!(hashing.run(|| 7).await, Ok(7));
    }
}
