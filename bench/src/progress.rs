//! How far projections are behind the log, watched from outside.

use std::time::{Duration, Instant};

use anyhow::ensure;
use sqlx::PgPool;

use crate::figure;

const LOOK_EVERY: Duration = Duration::from_millis(5);

/// The end of the log, and how many recorded facts the slowest projection lacks.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    pub recorded: u64,
    pub behind: u64,
}

/// Looks once.
///
/// # Errors
///
/// If the database can't be read.
pub async fn look(pool: &PgPool) -> anyhow::Result<Progress> {
    let (recorded, behind): (i64, i64) = sqlx::query_as(
        "SELECT sum(head.position)::bigint,
                coalesce(max(lag.behind), sum(head.position))::bigint
           FROM es.log_heads AS head
           LEFT JOIN (SELECT sum(head.position - coalesce(seen.position, 0)) AS behind
                        FROM read.active AS active
                       CROSS JOIN es.log_heads AS head
                        LEFT JOIN read.checkpoints AS seen
                          ON seen.name = active.name AND seen.version = active.version
                         AND seen.shard = head.shard
                       GROUP BY active.name) AS lag ON true
          GROUP BY lag.behind ORDER BY 2 DESC LIMIT 1",
    )
    .fetch_one(pool)
    .await?;
    Ok(Progress { recorded: u64::try_from(recorded)?, behind: u64::try_from(behind)? })
}

/// Waits until every projection has seen everything; how many facts a second that was, from the
/// first that was seen on.
///
/// # Errors
///
/// If nothing moves any more.
pub async fn caught_up(pool: &PgPool) -> anyhow::Result<f64> {
    let mut began: Option<(Instant, u64)> = None;
    let mut moved = (Instant::now(), u64::MAX);
    loop {
        let Progress { recorded, behind } = look(pool).await?;
        let now = Instant::now();
        if behind < recorded && began.is_none() {
            began = Some((now, behind));
        }
        if behind == 0 {
            let (start, left) = began.unwrap_or((now, 0));
            return Ok(figure::per_second(left, now - start));
        }
        if behind != moved.1 {
            moved = (now, behind);
        }
        ensure!(moved.0.elapsed() < Duration::from_mins(1), "projections stand still");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Waits until every policy of the command service has passed everything.
///
/// # Errors
///
/// If nothing moves any more.
pub async fn policies_caught_up(pool: &PgPool) -> anyhow::Result<()> {
    let mut moved = (Instant::now(), i64::MAX);
    loop {
        let behind: i64 = sqlx::query_scalar(
            "SELECT coalesce(sum(greatest(head.position - seen.position, 0)), 0)::bigint
               FROM policy.checkpoints AS seen JOIN es.log_heads AS head USING (shard)",
        )
        .fetch_one(pool)
        .await?;
        if behind == 0 {
            return Ok(());
        }
        if behind != moved.1 {
            moved = (Instant::now(), behind);
        }
        ensure!(moved.0.elapsed() < Duration::from_mins(1), "policies stand still");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
