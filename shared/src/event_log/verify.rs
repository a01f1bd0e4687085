//! Verifying the log: recomputes the hash chain from the rows.
//!
//! A change of any stored byte, a missing or an added row shows. What can't show is a tail that was
//! cut off together with its batches and heads: for that, keep the [`Verified`] ends of earlier runs
//! where the database's administrator can't reach them.

use futures::TryStreamExt;
use sqlx::{PgConnection, Row, postgres::PgRow};

use super::{
    Shard,
    digest::{self, BatchDigest, Fields},
};
use crate::clock::Timestamp;

/// Batches whose rows are read with one query.
const PAGE: i64 = 200;

/// A shard whose history is what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub shard: Shard,
    /// The last position that was verified.
    pub position: i64,
    pub batches: u64,
    /// The end of the hash chain at that position.
    pub chain: Vec<u8>,
}

/// A shard is not known to be intact.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It isn't intact. `first` and `last` are the positions of the first batch that is broken.
    #[error("shard {shard}, positions {first} to {last}: {fault}")]
    Broken { shard: Shard, first: i64, last: i64, fault: Fault },
    /// A stream's version isn't that of its last event.
    #[error("shard {shard}, stream {stream_type}/{stream_id}: its version isn't its last event's")]
    StreamVersion { shard: Shard, stream_type: String, stream_id: String },
    /// The database can't be reached or refused.
    #[error("the log can't be read")]
    Unavailable(#[from] sqlx::Error),
}

/// What is wrong with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("it doesn't begin where the batch before it ended")]
    NotAdjacent,
    #[error("events are missing, or stand at wrong positions")]
    Positions,
    #[error("an event doesn't bear the time of its batch")]
    RecordedAt,
    #[error("the events are not those that were written")]
    Digest,
    #[error("the hash chain is interrupted")]
    Chain,
    #[error("the head of the shard doesn't match the last batch")]
    Head,
    #[error("there are events that belong to no batch")]
    Stray,
}

struct StoredBatch {
    first: i64,
    last: i64,
    digest: Vec<u8>,
    chain: Vec<u8>,
    recorded_at: Timestamp,
}

/// Recomputes the chain of one shard up to the present head. Tells `progress` the verified and the
/// last position from time to time.
///
/// # Errors
///
/// [`VerifyError::Broken`] names the first batch that isn't what was written.
pub async fn shard(
    connection: &mut PgConnection,
    shard: Shard,
    mut progress: impl FnMut(i64, i64),
) -> Result<Verified, VerifyError> {
    let (head, head_chain): (i64, Vec<u8>) =
        sqlx::query_as("SELECT position, chain FROM es.log_heads WHERE shard = $1")
            .bind(shard.number())
            .fetch_one(&mut *connection)
            .await?;
    let mut at =
        Verified { shard, position: 0, batches: 0, chain: digest::genesis(shard).to_vec() };
    while at.position < head {
        let page = batches(connection, shard, at.position, head).await?;
        if page.is_empty() {
            return Err(at.broken(at.position + 1, head, Fault::Head));
        }
        at.verify_page(connection, &page).await?;
        progress(at.position, head);
    }
    if at.position != head || at.chain != head_chain {
        return Err(at.broken(head, head, Fault::Head));
    }
    if let Some(position) = stray(connection, shard).await? {
        return Err(at.broken(position, position, Fault::Stray));
    }
    streams(connection, shard).await?;
    Ok(at)
}

impl Verified {
    async fn verify_page(
        &mut self,
        connection: &mut PgConnection,
        page: &[StoredBatch],
    ) -> Result<(), VerifyError> {
        let last = page.last().map_or(self.position, |batch| batch.last);
        let mut rows = sqlx::query(
            "SELECT position, aggregate_type, aggregate_id, sequence, event_type, event_version,
                    payload::text, metadata::text, recorded_at
               FROM es.events
              WHERE shard = $1 AND position > $2 AND position <= $3
              ORDER BY position",
        )
        .bind(self.shard.number())
        .bind(self.position)
        .bind(last)
        .fetch(connection);
        for batch in page {
            let broken = |fault| VerifyError::Broken {
                shard: self.shard,
                first: batch.first,
                last: batch.last,
                fault,
            };
            if batch.first != self.position + 1 || batch.last < batch.first {
                return Err(broken(Fault::NotAdjacent));
            }
            let mut computed = BatchDigest::default();
            for position in batch.first..=batch.last {
                let row = rows.try_next().await?.ok_or_else(|| broken(Fault::Positions))?;
                add(&mut computed, &row, position, batch)?.map_err(broken)?;
            }
            if computed.finish().as_slice() != batch.digest {
                return Err(broken(Fault::Digest));
            }
            let chain = digest::chain(&self.chain, &batch.digest, batch.last, batch.recorded_at);
            if chain.as_slice() != batch.chain {
                return Err(broken(Fault::Chain));
            }
            self.chain = chain.to_vec();
            self.position = batch.last;
            self.batches += 1;
        }
        Ok(())
    }

    fn broken(&self, first: i64, last: i64, fault: Fault) -> VerifyError {
        VerifyError::Broken { shard: self.shard, first, last, fault }
    }
}

/// Adds a row to the digest. The inner error is a fault of the row.
fn add(
    digest: &mut BatchDigest,
    row: &PgRow,
    position: i64,
    batch: &StoredBatch,
) -> Result<Result<(), Fault>, sqlx::Error> {
    if row.try_get::<i64, _>(0)? != position {
        return Ok(Err(Fault::Positions));
    }
    if row.try_get::<Timestamp, _>(8)? != batch.recorded_at {
        return Ok(Err(Fault::RecordedAt));
    }
    digest.add(&Fields {
        stream_type: row.try_get(1)?,
        stream_id: row.try_get(2)?,
        version: row.try_get(3)?,
        event_type: row.try_get(4)?,
        event_version: row.try_get(5)?,
        payload: row.try_get(6)?,
        metadata: row.try_get(7)?,
    });
    Ok(Ok(()))
}

async fn batches(
    connection: &mut PgConnection,
    shard: Shard,
    after: i64,
    through: i64,
) -> Result<Vec<StoredBatch>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT first_position, last_position, digest, chain, recorded_at FROM es.log_batches
          WHERE shard = $1 AND last_position > $2 AND last_position <= $3
          ORDER BY last_position LIMIT $4",
    )
    .bind(shard.number())
    .bind(after)
    .bind(through)
    .bind(PAGE)
    .fetch_all(connection)
    .await?;
    rows.iter().map(batch).collect()
}

fn batch(row: &PgRow) -> Result<StoredBatch, sqlx::Error> {
    Ok(StoredBatch {
        first: row.try_get(0)?,
        last: row.try_get(1)?,
        digest: row.try_get(2)?,
        chain: row.try_get(3)?,
        recorded_at: row.try_get(4)?,
    })
}

/// An event outside of the positions that were ever given out.
async fn stray(connection: &mut PgConnection, shard: Shard) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT min(e.position) FROM es.events e JOIN es.log_heads h USING (shard)
          WHERE e.shard = $1 AND (e.position > h.position OR e.position < 1)",
    )
    .bind(shard.number())
    .fetch_one(connection)
    .await
}

async fn streams(connection: &mut PgConnection, shard: Shard) -> Result<(), VerifyError> {
    let wrong: Option<(String, String)> = sqlx::query_as(
        "SELECT s.aggregate_type, s.aggregate_id FROM es.streams s
          WHERE s.shard = $1 AND s.version IS DISTINCT FROM (
                SELECT max(e.sequence) FROM es.events e
                 WHERE e.aggregate_type = s.aggregate_type AND e.aggregate_id = s.aggregate_id)
          LIMIT 1",
    )
    .bind(shard.number())
    .fetch_optional(connection)
    .await?;
    wrong.map_or(Ok(()), |(stream_type, stream_id)| {
        Err(VerifyError::StreamVersion { shard, stream_type, stream_id })
    })
}
