//! Minimal things to record.

use std::sync::Arc;

use shared::{
    event_log::{
        AppendError, Appended, EventLog, LogPosition, Metadata, NewEvent, Shard, StreamAppend,
        StreamId,
    },
    events::box_office::{BoxOfficeEvent, STREAM_TYPE},
    id::CommandId,
};
use sqlx::PgPool;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// The `number`th stream of a shard.
pub fn stream_in(shard: i16, number: u16) -> StreamId {
    let id = (u128::from(number) << 4) | u128::try_from(shard).unwrap();
    let id = Uuid::from_u128(0x0190_a000_0000_7000_8000_0000_0000_0000 | id);
    assert_eq!(Shard::of(id).number(), shard);
    StreamId { stream_type: STREAM_TYPE, id }
}

/// An event that can be told from others by its number.
pub fn event(number: u32) -> NewEvent {
    NewEvent::box_office(&BoxOfficeEvent::CapacitySet { total_capacity: number }, envelope(1))
}

pub fn envelope(command: u128) -> Arc<str> {
    Metadata {
        command_id: CommandId::new(Uuid::from_u128(command)),
        at: "2027-01-02T03:04:05.678901Z".parse().unwrap(),
        actor: "organizer:1".to_owned(),
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".to_owned(),
        digest: None,
        causation: None,
    }
    .to_json()
}

/// An append of events with these numbers.
pub fn append(stream: StreamId, expected_version: i64, numbers: &[u32]) -> StreamAppend {
    let events = numbers.iter().copied().map(event).collect();
    StreamAppend { stream, expected_version, next_deadline: None, events }
}

/// Makes whatever is appended to the shard meanwhile wait in the queue.
pub async fn hold_up(pool: &PgPool, shard: i16) -> sqlx::Transaction<'static, sqlx::Postgres> {
    let mut tx = pool.begin().await.unwrap();
    sqlx::query("SELECT FROM es.log_heads WHERE shard = $1 FOR UPDATE")
        .bind(shard)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx
}

/// Waits until a condition holds that the database tells of.
pub async fn until(pool: &PgPool, condition: &'static str) {
    for _ in 0..1000 {
        if sqlx::query_scalar(condition).fetch_one(pool).await.unwrap() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("never: {condition}");
}

/// How many appends wait for the head of a shard in this database.
pub const AN_APPEND_WAITS: &str = "SELECT EXISTS (SELECT FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%es.append%')";

/// Appends events one by one, each on what the log has by then.
pub async fn append_repeatedly(
    log: EventLog,
    stream: StreamId,
    times: u32,
) -> Vec<(LogPosition, i64)> {
    let mut done = Vec::new();
    let mut version = 0;
    for number in 0..times {
        loop {
            match log.append(append(stream, version, &[number])).await {
                Ok(appended) => {
                    version += 1;
                    done.push((appended.last, version));
                    break;
                }
                Err(AppendError::Stale) => {
                    let missed = log.read_stream(stream, version, 1000).await.unwrap();
                    version = missed.last().map_or(version, |event| event.version);
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
    done
}

/// Hands appends in at the same time.
pub fn start(
    log: &EventLog,
    appends: impl IntoIterator<Item = StreamAppend>,
) -> Vec<JoinHandle<Result<Appended, AppendError>>> {
    let append_one = |append| {
        let log = log.clone();
        tokio::spawn(async move { log.append(append).await })
    };
    appends.into_iter().map(append_one).collect()
}
