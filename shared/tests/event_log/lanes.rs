//! Shards that share a lane share transactions, and nothing else about them changes.

use futures::future::join_all;
use shared::{
    event_log::{AppendError, EventLog, Lanes, LogPosition, Shard, read, verify},
    testing::TestDatabase,
};
use sqlx::Acquire;

use crate::samples::{
    AN_APPEND_WAITS, append, append_repeatedly, hold_up, start, stream_in, until,
};

fn lanes(count: &str) -> Lanes {
    count.parse().unwrap()
}

/// All shards in one lane.
fn one_lane(database: &TestDatabase) -> EventLog {
    EventLog::start_in(database.command().clone(), lanes("1"))
}

async fn transactions(database: &TestDatabase) -> i64 {
    sqlx::query_scalar("SELECT count(DISTINCT xmin::text) FROM es.events")
        .fetch_one(database.owner())
        .await
        .unwrap()
}

async fn all_shards_verify(database: &TestDatabase) {
    let mut connection = database.owner().acquire().await.unwrap();
    for shard in Shard::all() {
        verify::shard(connection.acquire().await.unwrap(), shard, |_, _| {}).await.unwrap();
    }
}

#[tokio::test]
async fn streams_of_all_shards_that_wait_together_share_one_transaction() {
    let database = TestDatabase::create().await;
    let log = one_lane(&database);
    // Two streams in each shard exist already, with one event.
    for shard in 0..16 {
        log.append(append(stream_in(shard, 1), 0, &[1])).await.unwrap();
        log.append(append(stream_in(shard, 2), 0, &[1])).await.unwrap();
    }
    let before = transactions(&database).await;
    let held = hold_up(database.owner(), 7).await;
    let first = start(&log, [append(stream_in(7, 9), 0, &[1])]);
    until(database.owner(), AN_APPEND_WAITS).await;
    // Of each shard an old stream that grows by three, and a new one.
    let appends = (0..16).rev().flat_map(|shard| {
        [append(stream_in(shard, 2), 1, &[2, 3, 4]), append(stream_in(shard, 3), 0, &[5, 6])]
    });
    let waiting = start(&log, appends);
    held.rollback().await.unwrap();
    join_all(first).await.remove(0).unwrap().unwrap();
    let appended: Vec<_> =
        join_all(waiting).await.into_iter().map(|appended| appended.unwrap().unwrap()).collect();
    assert_eq!(transactions(&database).await - before, 2, "the one that waited, and the rest");

    for (number, pair) in appended.chunks(2).enumerate() {
        let shard = i16::try_from(15 - number).unwrap();
        let start = if shard == 7 { 4 } else { 3 };
        let at = |position: i64| LogPosition { shard: stream_in(shard, 1).shard(), position };
        assert_eq!((pair[0].first, pair[0].last), (at(start), at(start + 2)));
        assert_eq!((pair[1].first, pair[1].last), (at(start + 3), at(start + 4)));
        let events = log.read_stream(stream_in(shard, 2), 0, 10).await.unwrap();
        let recorded: Vec<_> =
            events[1..].iter().map(|event| (event.version, event.log_position)).collect();
        assert_eq!(recorded, [(2, at(start)), (3, at(start + 1)), (4, at(start + 2))]);
        assert_eq!(events[3].recorded_at, pair[0].recorded_at);
    }
    all_shards_verify(&database).await;
}

#[tokio::test]
async fn stale_streams_of_several_shards_are_named_and_the_rest_is_recorded() {
    let database = TestDatabase::create().await;
    let log = one_lane(&database);
    log.append(append(stream_in(2, 1), 0, &[1])).await.unwrap();
    log.append(append(stream_in(4, 1), 0, &[1])).await.unwrap();
    let held = hold_up(database.owner(), 7).await;
    let first = start(&log, [append(stream_in(7, 9), 0, &[1])]);
    until(database.owner(), AN_APPEND_WAITS).await;
    // That of shard 2 is too old, that of 3 too new, the others are right.
    let waiting = start(
        &log,
        [(1, 0), (2, 0), (3, 5), (4, 1), (5, 0)].map(|(n, v)| append(stream_in(n, 1), v, &[7, 8])),
    );
    held.rollback().await.unwrap();
    join_all(first).await.remove(0).unwrap().unwrap();
    let results: Vec<_> = join_all(waiting).await.into_iter().map(Result::unwrap).collect();
    let stale: Vec<bool> =
        results.iter().map(|result| matches!(result, Err(AppendError::Stale))).collect();
    assert_eq!(stale, [false, true, true, false, false]);
    for (shard, version) in [(1, 2), (2, 1), (3, 0), (4, 3), (5, 2)] {
        let events = log.read_stream(stream_in(shard, 1), 0, 10).await.unwrap();
        assert_eq!(events.len(), version, "shard {shard}");
    }
    all_shards_verify(&database).await;
}

#[tokio::test]
async fn what_the_database_refuses_fails_alone_also_among_shards() {
    let database = TestDatabase::create().await;
    let log = one_lane(&database);
    let held = hold_up(database.owner(), 1).await;
    let first = start(&log, [append(stream_in(1, 9), 0, &[1])]);
    until(database.owner(), AN_APPEND_WAITS).await;
    let mut broken = append(stream_in(2, 1), 0, &[1]);
    broken.events[0].metadata = "{".into();
    let waiting =
        start(&log, [append(stream_in(1, 1), 0, &[1]), broken, append(stream_in(3, 1), 0, &[1])]);
    held.rollback().await.unwrap();
    join_all(first).await.remove(0).unwrap().unwrap();
    let results: Vec<_> = join_all(waiting).await.into_iter().map(Result::unwrap).collect();
    assert!(results[0].is_ok(), "{results:?}");
    assert!(matches!(results[1], Err(AppendError::NotCommitted(_))), "{results:?}");
    assert!(results[2].is_ok(), "{results:?}");
    all_shards_verify(&database).await;
}

#[tokio::test]
async fn one_call_for_several_shards_names_each_shard_stream_and_event_once() {
    let database = TestDatabase::create().await;
    let (one, two) = (stream_in(1, 1).id, stream_in(2, 1).id);
    let right = (vec![1_i16, 2], vec![1_i16, 2], vec![one, two], vec![1, 1], vec![1, 2]);
    let refused = [
        (vec![1, 2, 3], right.1.clone(), right.2.clone(), right.3.clone(), right.4.clone()),
        (vec![1], right.1.clone(), right.2.clone(), right.3.clone(), right.4.clone()),
        (right.0.clone(), vec![1, 1], right.2.clone(), right.3.clone(), right.4.clone()),
        (right.0.clone(), right.1.clone(), vec![one, one], right.3.clone(), right.4.clone()),
        (right.0.clone(), right.1.clone(), right.2.clone(), vec![1, 2], right.4.clone()),
        (right.0.clone(), right.1.clone(), right.2.clone(), vec![2, 1], right.4.clone()),
        (right.0.clone(), right.1.clone(), right.2.clone(), right.3.clone(), vec![2, 1]),
        (right.0.clone(), right.1.clone(), right.2.clone(), right.3.clone(), vec![1, 1]),
    ];
    for (number, arguments) in refused.into_iter().enumerate() {
        let error = call(&database, arguments).await.unwrap_err();
        let code = error.as_database_error().unwrap().code().unwrap().into_owned();
        assert!(["22023", "23505", "23514"].contains(&code.as_str()), "{number}: {error}");
    }
    let events = "SELECT count(*) FROM es.events";
    let recorded: i64 = sqlx::query_scalar(events).fetch_one(database.command()).await.unwrap();
    assert_eq!(recorded, 0);
    call(&database, right).await.unwrap();
}

/// Shards, then of the streams the shards, ids and counts, then the streams of two events.
type Arguments = (Vec<i16>, Vec<i16>, Vec<uuid::Uuid>, Vec<i32>, Vec<i32>);

async fn call(database: &TestDatabase, arguments: Arguments) -> Result<(), sqlx::Error> {
    let (shards, of_streams, ids, counts, of_events) = arguments;
    sqlx::query(
        "SELECT es.append_to_shards($1, array_fill(''::bytea, array[cardinality($1)]), $2,
                    '{box_office,box_office}', $3, '{0,0}', $4, '{null,null}', $5, '{E,E}',
                    '{1.0,1.0}', array['{}', '{}'], array['{}', '{}'])",
    )
    .bind(shards)
    .bind(of_streams)
    .bind(ids.iter().map(ToString::to_string).collect::<Vec<_>>())
    .bind(counts)
    .bind(of_events)
    .execute(database.command())
    .await
    .map(drop)
}

/// Processes with different lanes append to the same streams. Whoever is stale reads and tries again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_with_different_lanes_neither_lose_nor_reorder_anything() {
    let database = TestDatabase::create().await;
    let logs =
        ["1", "2", "16"].map(|count| EventLog::start_in(database.command().clone(), lanes(count)));
    let streams: Vec<_> = [0, 3, 4, 15]
        .into_iter()
        .flat_map(|shard| [stream_in(shard, 1), stream_in(shard, 2)])
        .collect();
    let appended = join_all(logs.iter().flat_map(|log| {
        streams.iter().map(|stream| tokio::spawn(append_repeatedly(log.clone(), *stream, 15)))
    }))
    .await;
    let mut acknowledged: Vec<LogPosition> =
        appended.into_iter().flat_map(Result::unwrap).map(|(at, _)| at).collect();
    acknowledged.sort_by_key(|at| (at.shard, at.position));
    let heads = read::heads(database.command()).await.unwrap();
    let expected: Vec<LogPosition> = heads
        .iter()
        .map(|head| head.log_position)
        .flat_map(|head| (1..=head.position).map(move |position| LogPosition { position, ..head }))
        .collect();
    assert_eq!(acknowledged, expected);
    for stream in streams {
        assert_eq!(logs[0].read_stream(stream, 0, 1000).await.unwrap().len(), 45);
    }
    all_shards_verify(&database).await;
}
