//! Brings noted facts into the log, in the order they were noted.

use std::time::Duration;

use shared::{
    event_log::{AppendError, EventLog, NewEvent, StreamAppend, StreamId},
    events::identity::{IdentityEvent, STREAM_TYPE},
};
use sqlx::{PgPool, Postgres, Transaction};
use thiserror::Error;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const AT_ONCE: i64 = 100;
const PAUSE: Duration = Duration::from_millis(500);
/// One process at a time records, so that the order stays.
const LOCK: i64 = 0x0061_7564_6974;
/// A fact that is in the log already is among the last of its stream.
const LOOK_BACK: i64 = 2 * AT_ONCE;

/// Facts couldn't be brought into the log; they stay noted.
#[derive(Debug, Error)]
enum RecordError {
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
    #[error("a noted fact can't be read")]
    Unreadable(#[from] serde_json::Error),
    #[error("the log refused")]
    Log(#[from] AppendError),
}

row!(
    struct Pending {
        number: i64,
        id: Uuid,
        stream_id: Uuid,
        payload: String,
        metadata: String,
    }
);

/// Records what is noted until `stop`.
pub async fn start_recorder(pool: PgPool, log: EventLog, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let pause = match record(&pool, &log).await {
            Ok(0) => PAUSE,
            Ok(_) => Duration::ZERO,
            Err(error) => {
                tracing::warn!(%error, "security-relevant facts are not recorded yet");
                PAUSE
            }
        };
        tokio::select! {
            () = sleep(pause) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Records some of what is noted; answers how many.
async fn record(pool: &PgPool, log: &EventLog) -> Result<usize, RecordError> {
    let mut tx = pool.begin().await?;
    let alone: bool = sqlx::query_scalar("SELECT pg_try_advisory_xact_lock($1)")
        .bind(LOCK)
        .fetch_one(&mut *tx)
        .await?;
    if !alone {
        return Ok(0);
    }
    let pending: Vec<Pending> = sqlx::query_as(
        "SELECT number, id, stream_id, payload, metadata FROM identity.audit_pending \
         ORDER BY number LIMIT $1",
    )
    .bind(AT_ONCE)
    .fetch_all(&mut *tx)
    .await?;
    for fact in &pending {
        append(&mut tx, log, fact).await?;
    }
    let numbers: Vec<i64> = pending.iter().map(|fact| fact.number).collect();
    sqlx::query("DELETE FROM identity.audit_pending WHERE number = ANY($1)")
        .bind(numbers)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(pending.len())
}

/// Appends a fact, unless it is there from an attempt whose end was not heard.
async fn append(
    tx: &mut Transaction<'_, Postgres>,
    log: &EventLog,
    fact: &Pending,
) -> Result<(), RecordError> {
    let (version, known): (i64, bool) = sqlx::query_as(
        "SELECT coalesce(max(sequence), 0), \
                coalesce(bool_or(metadata ->> 'command_id' = $3), false) \
           FROM (SELECT sequence, metadata FROM es.events \
                  WHERE aggregate_type = $1 AND aggregate_id = $2 \
                  ORDER BY sequence DESC LIMIT $4) AS last",
    )
    .bind(STREAM_TYPE)
    .bind(fact.stream_id.to_string())
    .bind(fact.id.to_string())
    .bind(LOOK_BACK)
    .fetch_one(&mut **tx)
    .await?;
    if known {
        return Ok(());
    }
    let event = IdentityEvent::parse(&fact.payload)?;
    log.append(StreamAppend {
        stream: StreamId { stream_type: STREAM_TYPE, id: fact.stream_id },
        expected_version: version,
        next_deadline: None,
        events: vec![NewEvent::identity(&event, fact.metadata.as_str().into())],
    })
    .await?;
    Ok(())
}

/// Records all that is noted.
///
/// # Panics
///
/// If the database refuses.
#[cfg(test)]
pub async fn record_all(pool: &PgPool, log: &EventLog) {
    while record(pool, log).await.unwrap() > 0 {}
}

#[cfg(test)]
mod tests {
    use shared::{
        clock::Clock,
        event_log::read,
        id::{AccountId, IdSource},
        testing::TestDatabase,
    };

    use super::*;
    use crate::identity::audit::{Audit, Subject};

    async fn noted(database: &TestDatabase, account: AccountId, facts: &[IdentityEvent]) {
        let audit = Audit::new(IdSource, Clock::system());
        let mut connection = database.command().acquire().await.unwrap();
        for fact in facts {
            audit.note(&mut connection, Subject::Account(account), "test", fact).await.unwrap();
        }
    }

    async fn recorded(database: &TestDatabase, account: AccountId) -> Vec<String> {
        let stream = StreamId { stream_type: STREAM_TYPE, id: account.uuid() };
        let events = read::stream(database.projection(), stream, 0, 100).await.unwrap();
        events.into_iter().map(|event| event.event_type).collect()
    }

    #[tokio::test]
    async fn what_is_noted_is_recorded_in_order_once() {
        let database = TestDatabase::create().await;
        let log = EventLog::start(database.command().clone());
        let account = AccountId::new(IdSource.next());
        noted(&database, account, &[IdentityEvent::AccountRegistered {}]).await;
        assert_eq!(record(database.command(), &log).await.unwrap(), 1);
        let more = [IdentityEvent::AddressProved {}, IdentityEvent::PasswordChanged {}];
        noted(&database, account, &more).await;
        assert_eq!(record(database.command(), &log).await.unwrap(), 2);
        assert_eq!(record(database.command(), &log).await.unwrap(), 0);
        let expected = ["AccountRegistered", "AddressProved", "PasswordChanged"];
        assert_eq!(recorded(&database, account).await, expected);
    }

    #[tokio::test]
    async fn a_fact_that_is_in_the_log_is_not_recorded_again() {
        let database = TestDatabase::create().await;
        let log = EventLog::start(database.command().clone());
        let account = AccountId::new(IdSource.next());
        noted(&database, account, &[IdentityEvent::AccountRegistered {}]).await;
        sqlx::query("CREATE TABLE identity.kept AS SELECT * FROM identity.audit_pending")
            .execute(database.owner())
            .await
            .unwrap();
        assert_eq!(record(database.command(), &log).await.unwrap(), 1);
        // As if the process had ended between the append and the commit.
        sqlx::query(
            "INSERT INTO identity.audit_pending (id, stream_id, event_type, payload, metadata)
             SELECT id, stream_id, event_type, payload, metadata FROM identity.kept",
        )
        .execute(database.owner())
        .await
        .unwrap();
        assert_eq!(record(database.command(), &log).await.unwrap(), 1);
        assert_eq!(recorded(&database, account).await, ["AccountRegistered"]);
    }
}
