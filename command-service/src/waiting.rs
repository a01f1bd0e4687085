//! A worker over rows that wait for their next attempt.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

/// Rows are looked for this often even if nobody says that there are new ones.
const POLL: Duration = Duration::from_secs(1);
/// A row that was taken and not finished is free again after this long.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(60);

/// Rows that wait.
pub(crate) trait Waiting: Clone + Send + 'static {
    type Row: Send + 'static;

    /// How many are worked on at once.
    const AT_ONCE: usize;
    /// What the rows are, for the log.
    const WHAT: &'static str;

    /// Told when there may be new rows.
    fn news(&self) -> &Notify;

    /// Takes up to `limit` due rows for [`LEASE`] and counts the attempt.
    fn take(&self, limit: i64) -> impl Future<Output = Result<Vec<Self::Row>, sqlx::Error>> + Send;

    /// Works on one row and writes down what came of it.
    fn work(self, row: Self::Row) -> impl Future<Output = Result<(), sqlx::Error>> + Send;
}

/// Works on rows as they become due, until `stop`; then finishes those begun.
pub(crate) async fn run<W: Waiting>(waiting: W, stop: CancellationToken) {
    let mut begun = JoinSet::new();
    let mut is_hungry = true;
    loop {
        // Half of the places are filled at once rather than one by one.
        if is_hungry && begun.len() <= W::AT_ONCE / 2 {
            let free = W::AT_ONCE - begun.len();
            match waiting.take(i64::try_from(free).unwrap_or(1)).await {
                Ok(rows) => {
                    is_hungry = rows.len() == free;
                    for row in rows {
                        begun.spawn(waiting.clone().work(row));
                    }
                }
                Err(error) => {
                    is_hungry = false;
                    tracing::warn!(%error, what = W::WHAT, "waiting work can't be read; soon again");
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = waiting.news().notified() => is_hungry = true,
            Some(done) = begun.join_next(), if !begun.is_empty() => finished::<W>(done),
            () = tokio::time::sleep(POLL) => is_hungry = true,
        }
    }
    while let Some(done) = begun.join_next().await {
        finished::<W>(done);
    }
}

fn finished<W: Waiting>(done: Result<Result<(), sqlx::Error>, tokio::task::JoinError>) {
    match done {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, what = W::WHAT, "what came of it can't be written; it is repeated");
        }
        Err(error) => tracing::error!(%error, what = W::WHAT, "work broke off; it is repeated"),
    }
}

/// How long to wait after so many attempts: 1, 2, 4 … up to `longest` seconds.
pub(crate) fn pause(attempts: i32, longest: TimeDelta) -> TimeDelta {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(20);
    TimeDelta::seconds(1_i64 << doublings).min(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let longest = TimeDelta::seconds(300);
        let seconds: Vec<i64> =
            [1, 2, 3, 9, 10, 1_000].map(|attempts| pause(attempts, longest).num_seconds()).to_vec();
        assert_eq!(seconds, [1, 2, 4, 256, 300, 300]);
    }
}
