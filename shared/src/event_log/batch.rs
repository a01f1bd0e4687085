//! One transaction of the log: many streams of one shard in one call of `es.append`, or of several
//! shards in one call of `es.append_to_shards`.

use sqlx::PgConnection;

use super::{
    NewEvent, Shard, StreamAppend,
    digest::{BatchDigest, Fields},
};
use crate::clock::Timestamp;

/// What the database answers to one append, for each shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recorded {
    pub(super) shard: Shard,
    pub(super) first_position: i64,
    /// When the database took them.
    pub(super) at: Timestamp,
}

/// Appends to several streams, all or none, in one round trip. Each stream appears once; those of a
/// shard stand together.
///
/// # Errors
///
/// What the database says; `ES002` if streams aren't at their expected version.
pub(super) async fn append(
    connection: &mut PgConnection,
    appends: &[&StreamAppend],
) -> Result<Vec<Recorded>, sqlx::Error> {
    let streams = Streams::of(appends)?;
    let shards: Vec<&[&StreamAppend]> =
        appends.chunk_by(|one, next| one.stream.shard() == next.stream.shard()).collect();
    match shards.as_slice() {
        [appends] => append_to_shard(connection, appends, &streams).await,
        shards => append_to_shards(connection, shards, &streams).await,
    }
}

/// What is said about each stream, column by column.
struct Streams<'a> {
    types: Vec<&'a str>,
    ids: Vec<String>,
    expected: Vec<i64>,
    deadlines: Vec<Option<Timestamp>>,
    counts: Vec<i32>,
}

impl<'a> Streams<'a> {
    fn of(appends: &[&'a StreamAppend]) -> Result<Self, sqlx::Error> {
        let count = |append: &&StreamAppend| i32::try_from(append.events.len());
        let counts: Result<_, _> = appends.iter().map(count).collect();
        Ok(Self {
            types: appends.iter().map(|append| append.stream.stream_type).collect(),
            ids: appends.iter().map(|append| append.stream.id.to_string()).collect(),
            expected: appends.iter().map(|append| append.expected_version).collect(),
            deadlines: appends.iter().map(|append| append.next_deadline).collect(),
            counts: counts.map_err(|error| sqlx::Error::Encode(Box::new(error)))?,
        })
    }
}

async fn append_to_shard(
    connection: &mut PgConnection,
    appends: &[&StreamAppend],
    streams: &Streams<'_>,
) -> Result<Vec<Recorded>, sqlx::Error> {
    let shard = appends.first().ok_or(sqlx::Error::RowNotFound)?.stream.shard();
    // All rows, and not only the first: the row arrives before the commit, the end after it.
    let rows: Vec<(i64, Timestamp)> = sqlx::query_as(
        "SELECT first_position, recorded_at
           FROM es.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(shard.number())
    .bind(digest(appends, &streams.ids).as_slice())
    .bind(&streams.types)
    .bind(&streams.ids)
    .bind(&streams.expected)
    .bind(&streams.counts)
    .bind(&streams.deadlines)
    .bind(column(appends, |event| event.event_type))
    .bind(column(appends, |event| event.event_version))
    .bind(column(appends, |event| &event.payload))
    .bind(column(appends, |event| &event.metadata))
    .fetch_all(connection)
    .await?;
    let &(first_position, at) = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    Ok(vec![Recorded { shard, first_position, at }])
}

async fn append_to_shards(
    connection: &mut PgConnection,
    shards: &[&[&StreamAppend]],
    streams: &Streams<'_>,
) -> Result<Vec<Recorded>, sqlx::Error> {
    let appends = shards.concat();
    let (mut numbers, mut digests, mut ids) = (Vec::new(), Vec::new(), streams.ids.as_slice());
    for appends in shards {
        let (own, others) = ids.split_at(appends.len());
        numbers.extend(appends.first().map(|append| append.stream.shard().number()));
        digests.push(digest(appends, own).to_vec());
        ids = others;
    }
    let rows: Vec<(i16, i64, Timestamp)> = sqlx::query_as(
        "SELECT shard, first_position, recorded_at
           FROM es.append_to_shards($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(numbers)
    .bind(digests)
    .bind(appends.iter().map(|append| append.stream.shard().number()).collect::<Vec<_>>())
    .bind(&streams.types)
    .bind(&streams.ids)
    .bind(&streams.expected)
    .bind(&streams.counts)
    .bind(&streams.deadlines)
    .bind(stream_numbers(&streams.counts))
    .bind(column(&appends, |event| event.event_type))
    .bind(column(&appends, |event| event.event_version))
    .bind(column(&appends, |event| &event.payload))
    .bind(column(&appends, |event| &event.metadata))
    .fetch_all(connection)
    .await?;
    let recorded = |(shard, first_position, at)| {
        Some(Recorded { shard: Shard::try_new(shard)?, first_position, at })
    };
    rows.into_iter().map(recorded).collect::<Option<_>>().ok_or(sqlx::Error::RowNotFound)
}

/// For each event the number of its stream, from 1.
fn stream_numbers(counts: &[i32]) -> Vec<i32> {
    let of_stream = |(number, &count): (i32, &i32)| (0..count).map(move |_| number);
    (1..).zip(counts).flat_map(of_stream).collect()
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
