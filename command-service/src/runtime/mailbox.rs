//! The task behind one event: takes what waits, decides it, commits it, answers.

use std::time::Duration;

use shared::{
    clock::Clock,
    event_log::{AppendError, StreamAppend},
    id::EventId,
};
use tokio::{sync::mpsc, time::Instant};

use super::{
    batch::Batch,
    message::{ExecuteError, Message},
    registry::Surroundings,
    resident::Resident,
};

/// Messages taken at once.
const MAX_BATCH: usize = 500;

/// How often a batch is decided anew before its commands are refused.
const MAX_ATTEMPTS: u32 = 6;

/// A snapshot is due after this many events, or when the stream has grown by half: it costs what the
/// whole state weighs. Not more often than every [`SNAPSHOT_PAUSE`].
const SNAPSHOT_EVERY: i64 = 50_000;
const SNAPSHOT_PAUSE: Duration = Duration::from_secs(10);

/// Once commands pause for this long, a snapshot is taken if this many events are new, or a fiftieth.
const QUIET: Duration = Duration::from_secs(3);
const SNAPSHOT_TAIL: i64 = 1_000;

pub(super) struct Mailbox {
    event: EventId,
    receiver: mpsc::Receiver<Message>,
    around: Surroundings,
    idle: Duration,
    resident: Option<Resident>,
    snapshot_taken: Instant,
}

/// Why the mailbox stopped waiting.
enum Woken {
    ByMessages,
    ByDeadline,
    ByQuiet,
    ToEnd,
}

impl Mailbox {
    pub fn new(
        event: EventId,
        receiver: mpsc::Receiver<Message>,
        around: Surroundings,
        idle: Duration,
    ) -> Self {
        let (resident, snapshot_taken) = (None, Instant::now());
        Self { event, receiver, around, idle, resident, snapshot_taken }
    }

    /// Runs until the event was idle for long or the service stops.
    pub async fn run(mut self) {
        let mut waiting = Vec::with_capacity(MAX_BATCH);
        let mut last_message = Instant::now();
        loop {
            match self.wait(&mut waiting, last_message).await {
                Woken::ByMessages => last_message = Instant::now(),
                Woken::ByDeadline => {}
                Woken::ByQuiet => self.snapshot_if_unsaved(),
                Woken::ToEnd => break,
            }
            self.work_off(&mut waiting).await;
            if self.resident.as_ref().is_none_or(|resident| resident.version() == 0) {
                break; // no such event, or the log is out of reach: nothing worth keeping
            }
        }
        // What came in before the door closed is still answered.
        self.receiver.close();
        while self.receiver.recv_many(&mut waiting, MAX_BATCH).await > 0 {
            self.work_off(&mut waiting).await;
        }
        self.snapshot_if_unsaved();
    }

    async fn wait(&mut self, waiting: &mut Vec<Message>, last_message: Instant) -> Woken {
        let deadline = self
            .resident
            .as_ref()
            .and_then(|resident| until(&self.around.clock, resident.office().next_deadline()?));
        let unsaved = self.is_unsaved();
        let patience = if unsaved { QUIET } else { self.idle };
        let quiet_at = last_message + patience;
        let wake_at = deadline.map_or(quiet_at, |deadline| quiet_at.min(deadline));
        tokio::select! {
            biased;
            taken = self.receiver.recv_many(waiting, MAX_BATCH) => {
                if taken == 0 { Woken::ToEnd } else { Woken::ByMessages }
            }
            () = self.around.stop.cancelled() => Woken::ToEnd,
            () = tokio::time::sleep_until(wake_at) => {
                if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                    Woken::ByDeadline
                } else if unsaved {
                    Woken::ByQuiet
                } else {
                    Woken::ToEnd
                }
            }
        }
    }

    /// Decides and commits until nothing of `waiting` is left. Nothing is answered before what it
    /// was decided on is durable: not even a refusal, for the state behind it might not survive.
    async fn work_off(&mut self, waiting: &mut Vec<Message>) {
        let mut attempt = 0;
        while attempt < MAX_ATTEMPTS {
            let Some(mut resident) = self.state().await else {
                attempt += 1;
                pause(attempt).await;
                continue;
            };
            let mut batch = Batch::decide(&mut resident, waiting, &self.around);
            let append = batch.take_append(self.event, &resident);
            let contacts = batch.contacts(waiting);
            // Side by side: one wait for the disk, not two.
            let (recorded, kept) = tokio::join!(
                self.record(append, &mut resident),
                self.around.persons.put_all(contacts)
            );
            if let Err(error) = recorded {
                // The state ran ahead of the log. It is dropped, and everything is decided again
                // on what the log really holds; commands that are in it after all are recognised
                // by their ids.
                self.report(&error);
                attempt += 1;
                pause(attempt).await;
                continue;
            }
            let taken = batch.taken();
            batch.answer(waiting.drain(..taken), &resident, kept.is_ok());
            self.resident = Some(resident);
            attempt = 0;
            if waiting.is_empty() {
                return self.snapshot_if_grown();
            }
        }
        for message in waiting.drain(..) {
            if let Message::Command { reply, .. } = message {
                let _ = reply.send(Err(ExecuteError::Unavailable));
            }
        }
    }

    async fn record(
        &self,
        append: Option<StreamAppend>,
        resident: &mut Resident,
    ) -> Result<(), AppendError> {
        if let Some(append) = append {
            let appended = self.around.log.append(append).await?;
            resident.committed_at(appended.last);
        }
        Ok(())
    }

    /// The state in memory, or rebuilt.
    async fn state(&mut self) -> Option<Resident> {
        if let Some(resident) = self.resident.take() {
            return Some(resident);
        }
        let began = Instant::now();
        match Resident::load(self.event, &self.around.log, &self.around.snapshots).await {
            Ok(mut resident) => {
                metrics::histogram!("box_office_load_seconds").record(began.elapsed());
                if resident.events_since_snapshot() >= SNAPSHOT_EVERY {
                    // Everyone has waited for the replay already; nobody shall again.
                    self.around.snapshots.take_from_memory(self.event, &mut resident);
                }
                Some(resident)
            }
            Err(error) => {
                tracing::error!(%error, event.id = %self.event, "box office can't be rebuilt");
                None
            }
        }
    }

    fn report(&self, error: &AppendError) {
        match error {
            AppendError::Stale => {
                tracing::info!(event.id = %self.event, "another process wrote; deciding again");
            }
            AppendError::NotCommitted(_) | AppendError::Unknown(_) => {
                tracing::warn!(%error, event.id = %self.event, "append failed; deciding again");
            }
        }
    }

    /// Whether a rebuild would have to replay more than a little.
    fn is_unsaved(&self) -> bool {
        self.resident.as_ref().is_some_and(|resident| {
            resident.events_since_snapshot() >= SNAPSHOT_TAIL.max(resident.version() / 50)
        })
    }

    fn snapshot_if_unsaved(&mut self) {
        if self.is_unsaved()
            && let Some(resident) = &mut self.resident
        {
            self.around.snapshots.take(self.event, resident);
            self.snapshot_taken = Instant::now();
        }
    }

    fn snapshot_if_grown(&mut self) {
        if self.snapshot_taken.elapsed() >= SNAPSHOT_PAUSE
            && let Some(resident) = &mut self.resident
            && resident.events_since_snapshot() >= SNAPSHOT_EVERY.max(resident.version() / 3)
        {
            self.around.snapshots.take(self.event, resident);
            self.snapshot_taken = Instant::now();
        }
    }
}

/// When a timer for `deadline` has to ring.
fn until(clock: &Clock, deadline: shared::clock::Timestamp) -> Option<Instant> {
    let left = (deadline - clock.now()).to_std().unwrap_or(Duration::ZERO);
    Instant::now().checked_add(left)
}

/// Waits a little longer after every failed attempt, and a different time in every process.
async fn pause(attempt: u32) {
    let random = getrandom::u32().unwrap_or(0) % 10;
    let millis = 2_u64.saturating_pow(attempt) + u64::from(random);
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
