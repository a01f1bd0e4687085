//! How sending goes: metrics, and one row for the platform's health.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::sender::Sender;

const EVERY: Duration = Duration::from_secs(15);

impl Sender {
    /// Counts what waits and what failed, now and then, until `stop`.
    pub(super) async fn report(self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.report_once().await {
                tracing::warn!(%error, "mails can't be counted; soon again");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    pub(super) async fn report_once(&self) -> Result<(), sqlx::Error> {
        let parts = self.parts();
        sqlx::query(
            "INSERT INTO outbox.sender (has_server, seen_at) VALUES ($1, $2)
             ON CONFLICT (singleton)
             DO UPDATE SET has_server = excluded.has_server, seen_at = excluded.seen_at",
        )
        .bind(parts.post.is_some())
        .bind(parts.clock.now())
        .execute(&parts.pool)
        .await?;
        let (waiting, failed): (i64, i64) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM outbox.messages WHERE status = 'waiting'),
                    (SELECT count(*) FROM outbox.messages WHERE status = 'failed')",
        )
        .fetch_one(&parts.pool)
        .await?;
        let gauge = |count: i64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        metrics::gauge!("mail_waiting").set(gauge(waiting));
        metrics::gauge!("mail_failed").set(gauge(failed));
        Ok(())
    }
}
