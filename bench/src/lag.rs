//! How long after it was recorded a reader sees a fact: whoever asks with `Min-Log-Position` waits for it.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use futures::future::try_join_all;
use hyper::Method;
use serde_json::Value;
use sqlx::PgPool;
use tokio::{task::JoinSet, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use crate::{
    load::Tally,
    platform::{Client, Sale},
};

const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Longer than any answer takes that is not lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks for the read tables of all projections.
#[derive(Clone)]
pub struct Reader {
    client: Client,
    paths: Vec<String>,
    log: PgPool,
}

impl Reader {
    /// Will read with `client` what is told of `sale`; `log` tells how long the log is.
    pub fn new(client: Client, sale: &Sale, log: PgPool) -> Self {
        let Sale { organization_id, event_id, .. } = sale;
        // No order has the event's id, so the answer costs next to nothing; it waits for reservations,
        // orders and tickets.
        let timeline = format!("/api/v1/orders/{event_id}/timeline");
        let event = format!("/api/v1/events/{event_id}");
        let report =
            format!("/api/v1/organizations/{organization_id}/reports/sales?event_id={event_id}");
        Self { client, paths: vec![timeline, event, sale.availability_path(), report], log }
    }

    /// Samples every 20 ms how long it takes from the end of the log, as it is then, to answers that
    /// include it from every table, the slowest of them counted; until told to stop.
    ///
    /// # Errors
    ///
    /// If the log can't be read, or anything but a wait keeps a table from answering.
    pub async fn lag_until(self, stop: CancellationToken) -> anyhow::Result<Tally> {
        let (mut lags, start) = (Tally::new()?, Instant::now());
        let mut looks = JoinSet::new();
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // A look doesn't wait for the one before: a long wait is seen by as many as fall into it.
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            let reader = self.clone();
            looks.spawn(async move { reader.look().await });
        }
        while let Some(look) = looks.join_next().await {
            lags.accept(look??, start.elapsed());
        }
        Ok(lags)
    }

    async fn look(&self) -> anyhow::Result<Duration> {
        let asked = Instant::now();
        let end: String = sqlx::query_scalar(
            "SELECT shard || ':' || position FROM es.log_heads ORDER BY position DESC LIMIT 1",
        )
        .fetch_one(&self.log)
        .await?;
        try_join_all(self.paths.iter().map(|path| self.shown(path, &end))).await?;
        Ok(asked.elapsed())
    }

    /// Asks until the answer includes the log up to `end`.
    async fn shown(&self, path: &str, end: &str) -> anyhow::Result<()> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let min = [("Min-Log-Position", end)];
            let answered = self.client.send(Method::GET, path, &min, &Value::Null).await;
            match answered.with_context(|| format!("GET {path}"))?.status {
                200 | 404 => return Ok(()),
                503 => {}
                other => bail!("GET {path}: {other}"),
            }
        }
        bail!("GET {path}: {end} is not included after {PATIENCE:?}")
    }
}
