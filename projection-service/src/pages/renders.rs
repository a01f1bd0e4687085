//! Pages that were written a moment ago: one render serves everybody who comes within a second.

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use shared::{http::Problem, id::EventId};
use thiserror::Error;
use tokio::sync::OnceCell;

use super::{encoding::Encoded, language::Language};

/// A page says how things were at most this long ago.
const LIFETIME: Duration = Duration::from_secs(1);
/// Pages kept at once.
const CAPACITY: u64 = 512;

/// What is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// In the language of the reader.
    Home(Language),
    /// The list, before it is known what is looked for.
    Search,
    Event(EventId),
    Sitemap,
}

/// Why there is nothing to show.
#[derive(Clone, Debug, Error)]
pub enum Unwritten {
    /// There is no such thing, for the public.
    #[error("there is nothing to show")]
    Unknown,
    /// It can't be found out at the moment.
    #[error("{0:?}")]
    Unavailable(Problem),
}

impl From<Problem> for Unwritten {
    fn from(problem: Problem) -> Self {
        Self::Unavailable(problem)
    }
}

type Written = Result<Arc<Encoded>, Unwritten>;

/// See the module. Clones share everything.
#[derive(Clone, Debug)]
pub struct Renders(Cache<Key, Arc<OnceCell<Written>>>);

impl Renders {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::with_lifetime(LIFETIME)
    }

    fn with_lifetime(lifetime: Duration) -> Self {
        Self(Cache::builder().max_capacity(CAPACITY).time_to_live(lifetime).build())
    }

    /// The page as it was written a moment ago, or as it is written now, by one for all who wait.
    ///
    /// # Errors
    ///
    /// [`Unwritten`], told to all who waited. That something isn't there is not remembered.
    pub async fn get(
        &self,
        key: Key,
        write: impl Future<Output = Result<Encoded, Unwritten>>,
    ) -> Written {
        let cell = self.0.get_with(key, Arc::default);
        let written = cell.get_or_init(async || write.await.map(Arc::new)).await.clone();
        if written.is_err() {
            self.0.invalidate(&key);
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures::future::join_all;
    use tokio::task::yield_now;

    use super::*;

    const PAGE: Key = Key::Home(Language::English);

    #[tokio::test]
    async fn a_thousand_visitors_are_one_render() {
        let (renders, count) = (Renders::new(), AtomicU32::new(0));
        let write = async || {
            count.fetch_add(1, Ordering::Relaxed);
            yield_now().await;
            Ok(Encoded::text("page"))
        };
        let visits = (0..1000).map(|_| renders.get(PAGE, write()));
        assert!(join_all(visits).await.into_iter().all(|page| page.is_ok()));
        assert_eq!(count.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn whoever_leaves_does_not_take_the_page_away() {
        let renders = Renders::new();
        let mut leaving = Box::pin(renders.get(PAGE, std::future::pending()));
        assert!(futures::poll!(&mut leaving).is_pending());
        let staying = renders.get(PAGE, async { Ok(Encoded::text("page")) });
        drop(leaving);
        assert_eq!(staying.await.unwrap().identity(), "page");
    }

    #[tokio::test]
    async fn a_page_is_written_anew_when_it_is_old_or_was_not_there() {
        let renders = Renders::with_lifetime(Duration::from_millis(1));
        renders.get(PAGE, async { Ok(Encoded::text("old")) }).await.unwrap();
        std::thread::sleep(Duration::from_millis(20));
        let page = renders.get(PAGE, async { Err(Unwritten::Unknown) }).await;
        assert!(matches!(page, Err(Unwritten::Unknown)));

        let renders = Renders::new();
        renders.get(PAGE, async { Err(Unwritten::Unknown) }).await.unwrap_err();
        let page = renders.get(PAGE, async { Ok(Encoded::text("new")) }).await.unwrap();
        assert_eq!(page.identity(), "new");
    }
}
