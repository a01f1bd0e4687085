//! Finds, starts and stops the mailboxes of events.

use std::{sync::Arc, time::Duration};

use dashmap::DashMap;
use shared::{
    auth::Withdrawn,
    clock::Clock,
    event_log::{EventLog, LogPosition, RecordedEvent, StreamId},
    events::box_office::STREAM_TYPE,
    id::EventId,
};
use tokio::sync::{mpsc, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    mailbox::Mailbox,
    message::{CommandContext, Committed, ExecuteError, Message, Reply},
    snapshot::Snapshots,
};
use crate::{
    box_office::{BoxOffice, BoxOfficeCommand},
    vault::Persons,
};

/// Bounds of one mailbox.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Commands that may wait; one more is refused.
    pub waiting: usize,
    /// A box office without commands for this long leaves memory.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { waiting: 4096, idle: Duration::from_mins(10) }
    }
}

/// All box offices: hands a command to the one of its event and waits for the durable answer.
#[derive(Clone)]
pub struct BoxOffices {
    inner: Arc<Inner>,
}

struct Inner {
    mailboxes: DashMap<EventId, mpsc::Sender<Message>>,
    surroundings: Surroundings,
    limits: Limits,
    tasks: TaskTracker,
}

/// What every mailbox needs from outside.
#[derive(Clone)]
pub(super) struct Surroundings {
    pub log: EventLog,
    pub persons: Persons,
    pub snapshots: Snapshots,
    pub withdrawn: Withdrawn,
    pub clock: Clock,
    pub stop: CancellationToken,
}

pub(super) fn stream_of(event: EventId) -> StreamId {
    StreamId { stream_type: STREAM_TYPE, id: event.uuid() }
}

impl BoxOffices {
    pub fn new(
        log: EventLog,
        pool: sqlx::PgPool,
        persons: Persons,
        clock: Clock,
        limits: Limits,
    ) -> Self {
        let snapshots = Snapshots::new(pool, log.clone());
        let stop = CancellationToken::new();
        let withdrawn = Withdrawn::default();
        Self::with(Surroundings { log, persons, snapshots, withdrawn, clock, stop }, limits)
    }

    fn with(surroundings: Surroundings, limits: Limits) -> Self {
        let tasks = TaskTracker::new();
        Self { inner: Arc::new(Inner { mailboxes: DashMap::new(), surroundings, limits, tasks }) }
    }

    /// The same, selling nothing for organisations that are suspended. To be said before anything is
    /// asked of them.
    #[must_use]
    pub fn heeding(self, withdrawn: Withdrawn) -> Self {
        let surroundings = Surroundings { withdrawn, ..self.inner.surroundings.clone() };
        Self::with(surroundings, self.inner.limits)
    }

    /// Has `command` decided and waits until the decision is durable.
    ///
    /// A command id that was decided in the last 24 hours is not decided again: the answer then
    /// carries the events of the first time.
    ///
    /// # Errors
    ///
    /// See [`ExecuteError`]. After [`ExecuteError::Unavailable`] the command may or may not have
    /// been recorded; repeat it with the same id.
    pub async fn execute(
        &self,
        event: EventId,
        command: BoxOfficeCommand,
        context: CommandContext,
    ) -> Result<Committed, ExecuteError> {
        let (reply, answer) = oneshot::channel();
        self.send(event, Message::Command { command, context, reply })?;
        match answer.await.map_err(|_| ExecuteError::Unavailable)?? {
            Reply::Decided(committed) => Ok(committed),
            Reply::Repeated { first_version, count, at, currency } => {
                let (stream, after) = (stream_of(event), first_version - 1);
                let log = &self.inner.surroundings.log;
                let recorded = log
                    .read_stream(stream, after, i64::from(count))
                    .await
                    .map_err(|_| ExecuteError::Unavailable)?;
                let log_position = recorded.last().map(|event| event.log_position);
                let at = recorded.first().and_then(|event| event.at().ok()).unwrap_or(at);
                let events = recorded.into_iter().map(RecordedEvent::into_box_office);
                let events = events.collect::<Result<_, _>>();
                let events = events.map_err(|_| ExecuteError::Unavailable)?;
                Ok(Committed { events, at, log_position, currency, replayed: true })
            }
        }
    }

    /// Asks a question of the durable state, after every command that was sent before.
    ///
    /// # Errors
    ///
    /// [`ExecuteError::Overloaded`] or [`ExecuteError::Unavailable`].
    pub async fn inspect<T: Send + 'static>(
        &self,
        event: EventId,
        question: impl FnOnce(&BoxOffice, Option<LogPosition>) -> T + Send + 'static,
    ) -> Result<T, ExecuteError> {
        let (reply, answer) = oneshot::channel();
        let inspection = Box::new(move |office: &BoxOffice, position| {
            // The asker may have gone.
            let _ = reply.send(question(office, position));
        });
        self.send(event, Message::Inspect(inspection))?;
        answer.await.map_err(|_| ExecuteError::Unavailable)
    }

    /// Has the holds of `event` that are due recorded as expired.
    pub fn wake(&self, event: EventId) {
        // A full mailbox expires what is due by itself.
        let _ = self.send(event, Message::Wake);
    }

    /// How many box offices are in memory.
    pub fn resident(&self) -> usize {
        self.inner.mailboxes.len()
    }

    /// Lets every mailbox finish what waits in it, then returns.
    pub async fn stop(&self) {
        self.inner.surroundings.stop.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        self.inner.surroundings.snapshots.settle().await;
    }

    fn send(&self, event: EventId, mut message: Message) -> Result<(), ExecuteError> {
        for _ in 0..3 {
            let mailbox = self.mailbox(event);
            match mailbox.try_send(message) {
                Ok(()) => return Ok(()),
                Err(mpsc::error::TrySendError::Full(_)) => return Err(ExecuteError::Overloaded),
                // It left memory between our look and our send: take the next one.
                Err(mpsc::error::TrySendError::Closed(back)) => {
                    self.inner.mailboxes.remove_if(&event, |_, kept| kept.same_channel(&mailbox));
                    message = back;
                }
            }
        }
        Err(ExecuteError::Unavailable)
    }

    fn mailbox(&self, event: EventId) -> mpsc::Sender<Message> {
        if let Some(sender) = self.inner.mailboxes.get(&event) {
            return sender.clone();
        }
        let inner = &self.inner;
        let start = || {
            let (sender, receiver) = mpsc::channel(inner.limits.waiting);
            let mailbox =
                Mailbox::new(event, receiver, inner.surroundings.clone(), inner.limits.idle);
            let (weak, ours) = (Arc::downgrade(inner), sender.downgrade());
            inner.tasks.spawn(async move {
                mailbox.run().await;
                if let (Some(inner), Some(ours)) = (weak.upgrade(), ours.upgrade()) {
                    inner.mailboxes.remove_if(&event, |_, kept| kept.same_channel(&ours));
                }
            });
            sender
        };
        inner.mailboxes.entry(event).or_insert_with(start).clone()
    }
}
