//! Appending: what callers hand in and get back, and the queues to the writers.

use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::{mpsc, oneshot};

use super::{
    Lanes, LogPosition, ReadError, RecordedEvent, StreamId,
    notify::Notifier,
    read,
    writer::{self, Submission},
};
use crate::{
    clock::Timestamp,
    events::{box_office::BoxOfficeEvent, identity::IdentityEvent},
};

/// Appends that may wait for one writer before callers have to.
const QUEUE: usize = 1024;

/// A fact that was decided and isn't recorded yet.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub event_type: &'static str,
    pub event_version: &'static str,
    /// JSON text.
    pub payload: String,
    /// JSON text, shared by all events of one decision; see [`super::Metadata::to_json`].
    pub metadata: Arc<str>,
}

impl NewEvent {
    /// A fact of a box office.
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "facts have a JSON form")]
    pub fn box_office(event: &BoxOfficeEvent, metadata: Arc<str>) -> Self {
        let payload = serde_json::to_string(event).expect("an event has a JSON form");
        Self { event_type: event.name(), event_version: event.version(), payload, metadata }
    }

    /// A fact about an account or an organisation.
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "facts have a JSON form")]
    pub fn identity(event: &IdentityEvent, metadata: Arc<str>) -> Self {
        let payload = serde_json::to_string(event).expect("an event has a JSON form");
        Self { event_type: event.name(), event_version: event.version(), payload, metadata }
    }
}

/// Events for one stream, to be recorded together or not at all.
#[derive(Clone, Debug)]
pub struct StreamAppend {
    pub stream: StreamId,
    /// The version of the stream they were decided on; 0 if it doesn't exist yet.
    pub expected_version: i64,
    /// When the stream next needs attention though nobody asks; replaces what was said before.
    pub next_deadline: Option<Timestamp>,
    /// At least one.
    pub events: Vec<NewEvent>,
}

/// The events are durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    pub first: LogPosition,
    pub last: LogPosition,
    /// When the database took them.
    pub recorded_at: Timestamp,
}

/// The events are not known to be recorded.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppendError {
    /// The stream isn't at the expected version. Nothing of this append was recorded.
    #[error("the stream isn't at the expected version")]
    Stale,
    /// Nothing was recorded.
    #[error("the events were not recorded")]
    NotCommitted(#[source] Arc<sqlx::Error>),
    /// The connection was lost before the answer came: the events may be recorded or not. Reading
    /// the stream again tells.
    #[error("it is not known whether the events were recorded")]
    Unknown(#[source] Arc<sqlx::Error>),
}

/// The way into the log. Clones share the writers; the last one to go stops them when all that was
/// handed in is written.
#[derive(Clone, Debug)]
pub struct EventLog {
    pool: PgPool,
    lanes: Lanes,
    /// One for each lane.
    queues: Arc<[mpsc::Sender<Submission>]>,
}

impl EventLog {
    /// Starts as many writers as suit this machine; see [`EventLog::start_in`].
    pub fn start(pool: PgPool) -> Self {
        Self::start_in(pool, Lanes::default())
    }

    /// Starts a writer for each lane. A writer connects when there is something to write, with the
    /// options of this pool but not through it: one connection more than there are lanes at most.
    pub fn start_in(pool: PgPool, lanes: Lanes) -> Self {
        let notifier = Notifier::start(&pool);
        let queues = (0..lanes.count())
            .map(|_| {
                let (queue, waiting) = mpsc::channel(QUEUE);
                tokio::spawn(writer::run(pool.connect_options(), waiting, notifier.clone()));
                queue
            })
            .collect();
        Self { pool, lanes, queues }
    }

    /// Records events. Appends of many streams that wait at the same time share one transaction.
    /// Once handed in they are written even if the caller is dropped.
    ///
    /// # Errors
    ///
    /// [`AppendError::Stale`] if the stream has moved: load it and decide again;
    /// [`AppendError::NotCommitted`]; [`AppendError::Unknown`].
    pub async fn append(&self, append: StreamAppend) -> Result<Appended, AppendError> {
        if append.events.is_empty() {
            let error = sqlx::Error::Encode("an append of no events".into());
            return Err(AppendError::NotCommitted(Arc::new(error)));
        }
        let (answer, answered) = oneshot::channel();
        let gone = || Arc::new(sqlx::Error::WorkerCrashed);
        let queue = self.queues.get(self.lanes.of(append.stream.shard()));
        let queue = queue.ok_or_else(|| AppendError::NotCommitted(gone()))?;
        queue
            .send(Submission { append, answer })
            .await
            .map_err(|_| AppendError::NotCommitted(gone()))?;
        answered.await.unwrap_or_else(|_| Err(AppendError::Unknown(gone())))
    }

    /// Reads up to `limit` events of a stream after version `after_version`, in order.
    ///
    /// # Errors
    ///
    /// [`ReadError::Hole`] if the versions aren't contiguous; [`ReadError::Unavailable`].
    pub async fn read_stream(
        &self,
        stream: StreamId,
        after_version: i64,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, ReadError> {
        read::stream(&self.pool, stream, after_version, limit).await
    }
}
