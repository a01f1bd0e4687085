//! The writer of one lane, which is one shard or several: merges what is waiting into one transaction
//! after the other.

use std::{
    collections::{HashMap, HashSet},
    mem,
    sync::Arc,
    time::Duration,
};

use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout},
};

use super::{
    AppendError, Appended, LogPosition, Shard, StreamAppend,
    batch::{self, Recorded},
    notify::Notifier,
};

/// A batch ends with the append that reaches one of these.
const MAX_EVENTS: usize = 1000;
const MAX_BYTES: usize = 1 << 20;
/// Longer than the server lets a statement run: only a silent connection takes this long.
const LIMIT: Duration = Duration::from_secs(20);
/// A writer without work gives its connection back.
const IDLE: Duration = Duration::from_mins(1);

/// An append and who waits for it.
#[derive(Debug)]
pub(super) struct Submission {
    pub(super) append: StreamAppend,
    pub(super) answer: oneshot::Sender<Result<Appended, AppendError>>,
}

/// Writes until the queue is closed and empty.
pub(super) async fn run(
    options: Arc<PgConnectOptions>,
    mut waiting: mpsc::Receiver<Submission>,
    notifier: Notifier,
) {
    let mut writer = Writer { options, notifier, connection: None };
    let mut queue = Vec::new();
    loop {
        match timeout(IDLE, waiting.recv_many(&mut queue, MAX_EVENTS)).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(_) => {
                writer.connection = None;
                continue;
            }
        }
        // Whatever arrives while a batch is written is the next batch.
        while !queue.is_empty() {
            let batch = take_batch(&mut queue);
            writer.write(batch).await;
            fill(&mut queue, &mut waiting);
        }
    }
}

/// Takes what has come in the meantime.
fn fill(queue: &mut Vec<Submission>, waiting: &mut mpsc::Receiver<Submission>) {
    while queue.len() < MAX_EVENTS {
        match waiting.try_recv() {
            Ok(submission) => queue.push(submission),
            Err(_) => return,
        }
    }
}

/// Takes the first batch off the queue, shard by shard. A stream appears in a batch once: a second
/// append of it was decided on the first one and waits for the next batch.
fn take_batch(queue: &mut Vec<Submission>) -> Vec<Submission> {
    let (mut events, mut bytes) = (0, 0);
    let mut streams = HashSet::new();
    let (mut batch, mut rest) = (Vec::with_capacity(queue.len()), Vec::new());
    for submission in queue.drain(..) {
        let full = events >= MAX_EVENTS || bytes >= MAX_BYTES;
        let append = &submission.append;
        if full || !streams.insert(append.stream) {
            rest.push(submission);
            continue;
        }
        events += append.events.len();
        bytes += append.events.iter().map(|e| e.payload.len() + e.metadata.len()).sum::<usize>();
        batch.push(submission);
    }
    *queue = rest;
    batch.sort_by_key(|submission| submission.append.stream.shard());
    batch
}

struct Writer {
    options: Arc<PgConnectOptions>,
    notifier: Notifier,
    connection: Option<PgConnection>,
}

/// What became of one transaction.
enum Outcome {
    Recorded(Vec<Recorded>),
    /// Nothing was recorded, because of the appends with these numbers.
    Stale(Vec<usize>),
    /// Nothing was recorded, because the database didn't like something in it.
    Refused(sqlx::Error),
    NotCommitted(sqlx::Error),
    Unknown(sqlx::Error),
}

impl Writer {
    /// Writes a batch and answers everyone in it.
    async fn write(&mut self, mut batch: Vec<Submission>) {
        while !batch.is_empty() {
            // An append whose caller has gone is written all the same: it was accepted.
            match self.attempt(&batch).await {
                Outcome::Recorded(recorded) => {
                    self.notifier.notify();
                    answer_all(batch, &recorded);
                    return;
                }
                Outcome::Stale(numbers) => batch = without(batch, &numbers),
                Outcome::Refused(error) if batch.len() == 1 => {
                    return fail_all(batch, AppendError::NotCommitted(Arc::new(error)));
                }
                // One of them is at fault: alone, it fails alone.
                Outcome::Refused(_) => return self.write_each(batch).await,
                Outcome::NotCommitted(error) => {
                    return fail_all(batch, AppendError::NotCommitted(Arc::new(error)));
                }
                Outcome::Unknown(error) => {
                    return fail_all(batch, AppendError::Unknown(Arc::new(error)));
                }
            }
        }
    }

    async fn write_each(&mut self, batch: Vec<Submission>) {
        for submission in batch {
            Box::pin(self.write(vec![submission])).await;
        }
    }

    async fn attempt(&mut self, batch: &[Submission]) -> Outcome {
        let started = Instant::now();
        let outcome = self.transact(batch).await;
        let events: usize = batch.iter().map(|submission| submission.append.events.len()).sum();
        measure(&outcome, events, started.elapsed());
        outcome
    }

    async fn transact(&mut self, batch: &[Submission]) -> Outcome {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => match timeout(LIMIT, self.options.connect()).await {
                Ok(Ok(connection)) => connection,
                Ok(Err(error)) => return Outcome::NotCommitted(error),
                Err(_) => return Outcome::NotCommitted(sqlx::Error::PoolTimedOut),
            },
        };
        let appends: Vec<&StreamAppend> = batch.iter().map(|waiting| &waiting.append).collect();
        match timeout(LIMIT, batch::append(&mut connection, &appends)).await {
            Ok(Ok(recorded)) => {
                self.connection = Some(connection);
                Outcome::Recorded(recorded)
            }
            Ok(Err(error)) => {
                let outcome = classify(error);
                if matches!(outcome, Outcome::Stale(_) | Outcome::Refused(_)) {
                    self.connection = Some(connection);
                }
                outcome
            }
            Err(_) => Outcome::Unknown(sqlx::Error::PoolTimedOut),
        }
    }
}

/// Tells what an error says about the transaction. An error of the statement means that it was
/// rolled back. An end of the session may have come after the commit, and a lost connection says
/// nothing.
fn classify(error: sqlx::Error) -> Outcome {
    let Some(database) = error.as_database_error() else {
        return match error {
            sqlx::Error::Encode(_) => Outcome::Refused(error),
            error => Outcome::Unknown(error),
        };
    };
    let code = database.code().unwrap_or_default().into_owned();
    match code.as_str() {
        "ES002" => stale(&error).map_or_else(|| Outcome::NotCommitted(error), Outcome::Stale),
        "40003" => Outcome::Unknown(error),
        code if code.starts_with("57P") || code.starts_with("08") => Outcome::Unknown(error),
        code if code.starts_with("22") || code.starts_with("23") => Outcome::Refused(error),
        _ => Outcome::NotCommitted(error),
    }
}

/// The numbers (from 0) of the stale appends.
fn stale(error: &sqlx::Error) -> Option<Vec<usize>> {
    let database = error.as_database_error()?;
    let detail = database.try_downcast_ref::<sqlx::postgres::PgDatabaseError>()?.detail()?;
    let numbers: Option<Vec<usize>> =
        detail.split(',').map(|number| number.parse::<usize>().ok()?.checked_sub(1)).collect();
    numbers.filter(|numbers| !numbers.is_empty())
}

fn without(batch: Vec<Submission>, numbers: &[usize]) -> Vec<Submission> {
    let mut rest = Vec::with_capacity(batch.len());
    for (number, submission) in batch.into_iter().enumerate() {
        if numbers.contains(&number) {
            answer(submission, Err(AppendError::Stale));
        } else {
            rest.push(submission);
        }
    }
    rest
}

fn answer_all(batch: Vec<Submission>, recorded: &[Recorded]) {
    let mut next: HashMap<Shard, Recorded> =
        recorded.iter().map(|recorded| (recorded.shard, *recorded)).collect();
    for submission in batch {
        let shard = submission.append.stream.shard();
        let Some(recorded) = next.get_mut(&shard) else {
            // The database said less than it was asked: reading again tells what it did.
            let unknown = AppendError::Unknown(Arc::new(sqlx::Error::RowNotFound));
            answer(submission, Err(unknown));
            continue;
        };
        let first = recorded.first_position;
        let events = i64::try_from(submission.append.events.len()).unwrap_or(i64::MAX);
        recorded.first_position += events;
        let appended = Appended {
            first: LogPosition { shard, position: first },
            last: LogPosition { shard, position: first + events - 1 },
            recorded_at: recorded.at,
        };
        answer(submission, Ok(appended));
    }
}

fn fail_all(mut batch: Vec<Submission>, error: AppendError) {
    for submission in mem::take(&mut batch) {
        answer(submission, Err(error.clone()));
    }
}

fn answer(submission: Submission, result: Result<Appended, AppendError>) {
    // Nobody to answer if the caller has gone.
    let _ = submission.answer.send(result);
}

fn measure(outcome: &Outcome, events: usize, took: Duration) {
    let result = match outcome {
        Outcome::Recorded(_) => "recorded",
        Outcome::Stale(_) => "stale",
        Outcome::Refused(_) => "refused",
        Outcome::NotCommitted(_) => "not_committed",
        Outcome::Unknown(_) => "unknown",
    };
    metrics::counter!("log_appends_total", "result" => result).increment(1);
    metrics::histogram!("log_append_seconds").record(took);
    let events = u32::try_from(events).unwrap_or(u32::MAX);
    metrics::histogram!("log_append_events").record(events);
    if let Outcome::NotCommitted(error) | Outcome::Unknown(error) = outcome {
        tracing::warn!(%error, result, events, "an append to the log failed");
    }
}
