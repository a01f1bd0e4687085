//! One transaction of the log: many streams of one shard in one call of `es.append`.

use sqlx::PgConnection;

use super::{
    NewEvent, Shard, StreamAppend,
    digest::{BatchDigest, Fields},
};
use crate::clock::Timestamp;

/// What the database answers to one append.
pub(super) struct Recorded {
    pub(super) first_position: i64,
    pub(super) recorded_at: Timestamp,
}

/// Appends to several streams of one shard, all or none, in one round trip. Each stream appears once.
///
/// # Errors
///
/// What the database says; `ES002` if streams aren't at their expected version.
pub(super) async fn append(
    connection: &mut PgConnection,
    shard: Shard,
    appends: &[&StreamAppend],
) -> Result<Recorded, sqlx::Error> {
    let ids: Vec<String> = appends.iter().map(|append| append.stream.id.to_string()).collect();
    let types: Vec<&str> = appends.iter().map(|append| append.stream.stream_type).collect();
    let expected: Vec<i64> = appends.iter().map(|append| append.expected_version).collect();
    let deadlines: Vec<Option<Timestamp>> =
        appends.iter().map(|append| append.next_deadline).collect();
    let counts = appends
        .iter()
        .map(|append| i32::try_from(append.events.len()))
        .collect::<Result<Vec<i32>, _>>()
        .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;

    // All rows, and not only the first: the row arrives before the commit, the end after it.
    let rows: Vec<(i64, Timestamp)> = sqlx::query_as(
        "SELECT first_position, recorded_at
           FROM es.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(shard.number())
    .bind(digest(appends, &ids).as_slice())
    .bind(&types)
    .bind(&ids)
    .bind(&expected)
    .bind(&counts)
    .bind(&deadlines)
    .bind(column(appends, |event| event.event_type))
    .bind(column(appends, |event| event.event_version))
    .bind(column(appends, |event| &event.payload))
    .bind(column(appends, |event| &event.metadata))
    .fetch_all(connection)
    .await?;
    let &(first_position, recorded_at) = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    Ok(Recorded { first_position, recorded_at })
}

fn column<'a>(appends: &[&'a StreamAppend], field: fn(&'a NewEvent) -> &'a str) -> Vec<&'a str> {
    appends.iter().flat_map(|append| &append.events).map(field).collect()
}

fn digest(appends: &[&StreamAppend], ids: &[String]) -> [u8; 32] {
    let mut digest = BatchDigest::default();
    for (append, stream_id) in appends.iter().zip(ids) {
        for (event, version) in append.events.iter().zip(append.expected_version + 1..) {
            digest.add(&Fields {
                stream_type: append.stream.stream_type,
                stream_id,
                version,
                event_type: event.event_type,
                event_version: event.event_version,
                payload: &event.payload,
                metadata: &event.metadata,
            });
        }
    }
    digest.finish()
}
