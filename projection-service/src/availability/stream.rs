//! The stream of server-sent events of one listener: the figures now, then whenever they change.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use clap::{Args, value_parser};
use futures::{Stream, stream};
use shared::event_log::LogPosition;
use tokio::{
    sync::watch,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use super::memory::{Answer, Watched};

/// How often a listener is told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// At most one event in this time: changes in between are one change.
    pub pace: Duration,
    /// A comment after so much silence keeps the connection open.
    pub heartbeat: Duration,
    /// How long a listener that knows more than we do is left waiting for us.
    pub catching_up: Duration,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            pace: Duration::from_millis(PACE_MS),
            heartbeat: Duration::from_secs(10),
            catching_up: Duration::from_secs(2),
        }
    }
}

/// Five a second: a change that comes while a listener waits for its turn is then told within 250 ms,
/// the way to it included.
const PACE_MS: u64 = 200;

/// Settings of the streams.
#[derive(Clone, Copy, Debug, Args)]
pub struct StreamArgs {
    /// Milliseconds between two changes that one listener of availability is told, at least.
    #[arg(long, env = "FULLHOUSE_LIVE_PACE_MS", default_value_t = PACE_MS, value_parser = value_parser!(u64).range(20..=5_000))]
    pub live_pace_ms: u64,
}

impl From<StreamArgs> for Rhythm {
    fn from(args: StreamArgs) -> Self {
        Self { pace: Duration::from_millis(args.live_pace_ms), ..Self::default() }
    }
}

const COME_BACK: &[u8] = b"retry: 1000\n";
const COMMENT: Bytes = Bytes::from_static(b":\n\n");

/// What a listener asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listening {
    /// What it has seen before, if it comes back.
    pub seen: Option<LogPosition>,
    /// Nothing follows the first event for now: come back in a second.
    pub only_once: bool,
    pub rhythm: Rhythm,
}

/// One listener.
struct Listener {
    answers: watch::Receiver<Arc<Answer>>,
    /// Kept for as long as somebody listens.
    _watched: Arc<Watched>,
    listening: Listening,
    not_before: Instant,
    begun: bool,
    stop: CancellationToken,
}

/// Sends the answer as it is now and then each newer one, at the pace of the
/// rhythm. A listener that comes back with the last position it saw isn't told the same again. Slow
/// listeners get the newest answer, and nothing is kept for them.
pub fn events(
    watched: Arc<Watched>,
    listening: Listening,
    stop: CancellationToken,
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    let listener = Listener {
        answers: watched.subscribe(),
        _watched: watched,
        listening,
        not_before: Instant::now(),
        begun: false,
        stop,
    };
    stream::unfold(listener, |mut listener| async move {
        let stop = listener.stop.clone();
        let next = stop.run_until_cancelled(listener.next()).await.flatten()?;
        Some((Ok(next), listener))
    })
}

impl Listener {
    async fn next(&mut self) -> Option<Bytes> {
        if !self.begun {
            self.begun = true;
            return Some(self.first().await);
        }
        if self.listening.only_once {
            return None;
        }
        sleep_until(self.not_before).await;
        match timeout(self.listening.rhythm.heartbeat, self.answers.changed()).await {
            Ok(Ok(())) => Some(self.newest()),
            Ok(Err(_)) => None,
            Err(_) => Some(COMMENT),
        }
    }

    async fn first(&mut self) -> Bytes {
        let present = self.answers.borrow_and_update().log_position;
        if self.listening.only_once {
            return [COME_BACK, &self.newest()].concat().into();
        }
        match self.listening.seen {
            Some(seen) if seen == present => COMMENT,
            Some(seen) if seen.shard == present.shard && seen.position > present.position => {
                let caught_up =
                    self.answers.wait_for(|answer| answer.log_position.position >= seen.position);
                // Whoever waits in vain has seen a position that never was.
                let _ = timeout(self.listening.rhythm.catching_up, caught_up).await;
                self.newest()
            }
            Some(_) | None => self.newest(),
        }
    }

    fn newest(&mut self) -> Bytes {
        self.not_before = Instant::now() + self.listening.rhythm.pace;
        self.answers.borrow_and_update().sent.clone()
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;
    use shared::events::box_office::BoxOfficeEvent;

    use super::*;
    use crate::{
        availability::stock::Stock,
        samples::{self, fact},
    };

    fn answer(position: i64) -> Arc<Answer> {
        let mut stock = Stock::drafted(&fact(1, samples::drafted())).unwrap();
        let published = fact(position, BoxOfficeEvent::EventPublished {});
        stock.apply(&published, &std::collections::HashMap::new()).unwrap();
        Arc::new(Answer::of(&stock))
    }

    async fn next(events: &mut (impl Stream<Item = Result<Bytes, Infallible>> + Unpin)) -> String {
        let bytes = events.next().await.unwrap().unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    fn a_watched_event(position: i64) -> Arc<Watched> {
        Arc::new(Watched::new(answer(position)))
    }

    fn seen(position: i64) -> LogPosition {
        LogPosition { position, ..answer(1).log_position }
    }

    const QUICK: Rhythm = Rhythm {
        pace: Duration::from_millis(20),
        heartbeat: Duration::from_millis(40),
        catching_up: Duration::from_mins(1),
    };

    fn listen(
        watched: &Arc<Watched>,
        seen: Option<LogPosition>,
    ) -> impl Stream<Item = Result<Bytes, Infallible>> + Send + Unpin + use<> {
        let listening = Listening { seen, only_once: false, rhythm: QUICK };
        Box::pin(events(watched.clone(), listening, CancellationToken::new()))
    }

    #[tokio::test]
    async fn the_first_event_is_the_present_state() {
        let watched = a_watched_event(3);
        let first = next(&mut listen(&watched, None)).await;
        assert!(first.starts_with("id: 7:3\nevent: availability\ndata: {"), "{first}");
        assert!(first.ends_with("}\n\n"));
    }

    #[tokio::test]
    async fn changes_come_at_the_pace_and_the_newest_wins() {
        let watched = a_watched_event(3);
        let mut events = listen(&watched, None);
        let began = Instant::now();
        next(&mut events).await;
        watched.publish(answer(4));
        watched.publish(answer(5));
        assert!(next(&mut events).await.starts_with("id: 7:5\n"));
        assert!(began.elapsed() >= QUICK.pace);
    }

    #[tokio::test]
    async fn whoever_comes_back_is_not_told_the_same_again() {
        let watched = a_watched_event(3);
        let mut events = listen(&watched, Some(seen(3)));
        assert_eq!(next(&mut events).await, ":\n\n");
        watched.publish(answer(4));
        assert!(next(&mut events).await.starts_with("id: 7:4\n"));
    }

    #[tokio::test]
    async fn whoever_missed_something_gets_the_present_state() {
        let watched = a_watched_event(9);
        assert!(next(&mut listen(&watched, Some(seen(3)))).await.starts_with("id: 7:9\n"));
    }

    #[tokio::test]
    async fn whoever_knows_more_never_sees_less() {
        let watched = a_watched_event(3);
        let mut events = listen(&watched, Some(seen(5)));
        let first = tokio::spawn(async move { next(&mut events).await });
        tokio::task::yield_now().await;
        watched.publish(answer(4));
        tokio::task::yield_now().await;
        watched.publish(answer(5));
        assert!(first.await.unwrap().starts_with("id: 7:5\n"));
    }

    #[tokio::test]
    async fn silence_is_broken_by_comments() {
        let watched = a_watched_event(3);
        let mut events = listen(&watched, None);
        next(&mut events).await;
        assert_eq!(next(&mut events).await, ":\n\n");
    }

    #[tokio::test]
    async fn whoever_comes_before_the_log_is_followed_is_asked_to_come_back() {
        let listening = Listening { only_once: true, ..Listening::default() };
        let stop = CancellationToken::new();
        let mut events = Box::pin(events(a_watched_event(3), listening, stop));
        assert!(next(&mut events).await.starts_with("retry: 1000\nid: 7:3\n"));
        assert!(events.next().await.is_none());
    }

    #[tokio::test]
    async fn stopping_ends_the_stream() {
        let watched = a_watched_event(3);
        let stop = CancellationToken::new();
        let mut events = Box::pin(events(watched.clone(), Listening::default(), stop.clone()));
        next(&mut events).await;
        stop.cancel();
        assert!(events.next().await.is_none());
    }
}
