//! What is appended is recorded once, in order, without gaps.

use futures::future::join_all;
use shared::{
    event_log::{AppendError, EventLog, LogPosition, read},
    events::box_office::BoxOfficeEvent,
    testing::TestDatabase,
};

use crate::samples::{
    AN_APPEND_WAITS, append, append_repeatedly, event, hold_up, start, stream_in, until,
};

#[tokio::test]
async fn what_was_appended_is_read_back() {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    let stream = stream_in(7, 1);
    let first = log.append(append(stream, 0, &[1, 2])).await.unwrap();
    let second = log.append(append(stream, 2, &[3])).await.unwrap();
    assert_eq!((first.first.to_string(), first.last.to_string()), ("7:1".into(), "7:2".into()));
    assert_eq!((second.first.to_string(), second.last.to_string()), ("7:3".into(), "7:3".into()));
    assert!(second.recorded_at >= first.recorded_at);

    let events = log.read_stream(stream, 0, 10).await.unwrap();
    let third = &events[2];
    assert_eq!(third.version, 3);
    assert_eq!(third.log_position, second.last);
    assert_eq!(third.recorded_at, second.recorded_at);
    assert_eq!(*third.box_office().unwrap(), BoxOfficeEvent::CapacitySet { total_capacity: 3 });
    assert_eq!(third.metadata().unwrap().actor, "organizer:1");
    assert_eq!(third.at().unwrap(), third.metadata().unwrap().at);
    assert_eq!(third.payload, event(3).payload);
}

#[tokio::test]
async fn a_stream_is_read_from_a_version_on_and_no_further_than_asked() {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    let stream = stream_in(7, 1);
    log.append(append(stream, 0, &[1, 2, 3, 4])).await.unwrap();
    let events = log.read_stream(stream, 1, 2).await.unwrap();
    assert_eq!(events.iter().map(|event| event.version).collect::<Vec<_>>(), [2, 3]);
    assert!(log.read_stream(stream, 4, 2).await.unwrap().is_empty());
    assert!(log.read_stream(stream_in(7, 2), 0, 2).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_append_on_another_version_is_stale() {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    let stream = stream_in(7, 1);
    log.append(append(stream, 0, &[1, 2])).await.unwrap();
    for expected in [0, 1, 3] {
        let result = log.append(append(stream, expected, &[9])).await;
        assert!(matches!(result, Err(AppendError::Stale)), "{expected}: {result:?}");
    }
    assert_eq!(log.read_stream(stream, 0, 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_append_of_nothing_is_refused() {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    let result = log.append(append(stream_in(7, 1), 0, &[])).await;
    assert!(matches!(result, Err(AppendError::NotCommitted(_))), "{result:?}");
}

#[tokio::test]
async fn streams_that_wait_together_share_one_transaction() {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    let held = hold_up(database.owner(), 7).await;
    let waiting: Vec<_> = start(&log, (1..=5).map(|n| append(stream_in(7, n), 0, &[1, 2])));
    until(database.owner(), AN_APPEND_WAITS).await;
    held.rollback().await.unwrap();
    for appended in join_all(waiting).await {
        appended.unwrap().unwrap();
    }
    let batches: i64 = sqlx::query_scalar("SELECT count(*) FROM es.log_batches")
        .fetch_one(database.owner())
        .await
        .unwrap();
    // The first may have gone alone, the others waited for it.
    assert!(batches <= 2, "{batches}");
}

#[tokio::test]
async fn stale_streams_are_named_and_the_rest_of_their_batch_is_recorded() {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    log.append(append(stream_in(7, 2), 0, &[1])).await.unwrap();
    log.append(append(stream_in(7, 4), 0, &[1])).await.unwrap();

    let held = hold_up(database.owner(), 7).await;
    let first = start(&log, [append(stream_in(7, 9), 0, &[1])]);
    until(database.owner(), AN_APPEND_WAITS).await;
    // 2 is too old, 3 too new, the others are right.
    let waiting = start(
        &log,
        [(1, 0), (2, 0), (3, 5), (4, 1), (5, 0)].map(|(n, v)| append(stream_in(7, n), v, &[7, 8])),
    );
    held.rollback().await.unwrap();
    for appended in join_all(first).await {
        appended.unwrap().unwrap();
    }
    let results: Vec<_> = join_all(waiting).await.into_iter().map(Result::unwrap).collect();
    let stale: Vec<bool> =
        results.iter().map(|result| matches!(result, Err(AppendError::Stale))).collect();
    assert_eq!(stale, [false, true, true, false, false]);
    for (stream, version) in [(1, 2), (2, 1), (3, 0), (4, 3), (5, 2)] {
        let events = log.read_stream(stream_in(7, stream), 0, 10).await.unwrap();
        assert_eq!(events.len(), version, "stream {stream}");
    }
}

#[tokio::test]
async fn appends_of_one_stream_may_follow_each_other_at_once() {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    let held = hold_up(database.owner(), 7).await;
    let waiting = start(&log, (0..20).map(|n| append(stream_in(7, 1), i64::from(n), &[n])));
    until(database.owner(), AN_APPEND_WAITS).await;
    held.rollback().await.unwrap();
    let mut last = 0;
    for appended in join_all(waiting).await {
        let appended = appended.unwrap().unwrap();
        assert_eq!(appended.first.position, last + 1);
        last = appended.last.position;
    }
    log.append(append(stream_in(7, 1), 20, &[20])).await.unwrap();
}

#[tokio::test]
async fn one_call_of_the_append_names_a_stream_once_and_all_its_events() {
    let database = TestDatabase::create().await;
    let id = stream_in(7, 1).id;
    for (ids, counts) in [(vec![id, id], vec![1, 1]), (vec![id], vec![1]), (vec![id], vec![3])] {
        let streams = ids.len();
        let error = sqlx::query(
            "SELECT es.append(7::smallint, '', $1, $2, $3, $4, $5, '{E,E}', '{1.0,1.0}',
                              array['{}', '{}'], array['{}', '{}'])",
        )
        .bind(vec!["box_office"; streams])
        .bind(ids.iter().map(ToString::to_string).collect::<Vec<_>>())
        .bind(vec![0_i64; streams])
        .bind(counts)
        .bind(vec![None::<chrono::DateTime<chrono::Utc>>; streams])
        .execute(database.command())
        .await
        .unwrap_err();
        let code = error.as_database_error().unwrap().code().unwrap().into_owned();
        assert!(["22023", "23502"].contains(&code.as_str()), "{error}");
    }
    let events: i64 = sqlx::query_scalar("SELECT count(*) FROM es.events")
        .fetch_one(database.command())
        .await
        .unwrap();
    assert_eq!(events, 0);
}

#[tokio::test]
async fn what_the_database_refuses_fails_alone() {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    let held = hold_up(database.owner(), 7).await;
    let mut broken = append(stream_in(7, 2), 0, &[1]);
    broken.events[0].payload = "{".to_owned();
    let waiting =
        start(&log, [append(stream_in(7, 1), 0, &[1]), broken, append(stream_in(7, 3), 0, &[1])]);
    until(database.owner(), AN_APPEND_WAITS).await;
    held.rollback().await.unwrap();
    let results: Vec<_> = join_all(waiting).await.into_iter().map(Result::unwrap).collect();
    assert!(results[0].is_ok(), "{results:?}");
    assert!(matches!(results[1], Err(AppendError::NotCommitted(_))), "{results:?}");
    assert!(results[2].is_ok(), "{results:?}");
}

#[tokio::test]
async fn a_deadline_is_kept_with_the_stream_and_replaced() {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    let deadline = "2027-01-02T03:04:05.678901Z".parse().unwrap();
    let kept = async || -> Option<chrono::DateTime<chrono::Utc>> {
        sqlx::query_scalar("SELECT next_deadline FROM es.streams")
            .fetch_one(database.command())
            .await
            .unwrap()
    };
    let mut with_deadline = append(stream_in(7, 1), 0, &[1]);
    with_deadline.next_deadline = Some(deadline);
    log.append(with_deadline).await.unwrap();
    assert_eq!(kept().await, Some(deadline));
    log.append(append(stream_in(7, 1), 1, &[2])).await.unwrap();
    assert_eq!(kept().await, None);
}

/// Two processes append to the same streams. Whoever is stale reads and tries again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_writers_neither_lose_nor_reorder_anything() {
    let database = TestDatabase::create().await;
    let logs = [1, 2].map(|_| EventLog::start(database.command().clone()));
    let appended = join_all(logs.iter().flat_map(|log| {
        (1..=4).map(|stream| tokio::spawn(append_repeatedly(log.clone(), stream_in(3, stream), 40)))
    }))
    .await;
    let mut acknowledged: Vec<(LogPosition, i64)> =
        appended.into_iter().flat_map(Result::unwrap).collect();
    acknowledged.sort_by_key(|(at, _)| at.position);

    let shard = stream_in(3, 1).shard();
    let head = read::heads(database.command()).await.unwrap()[3].log_position.position;
    assert_eq!(head, 2 * 4 * 40);
    let events =
        read::shard(database.command(), shard, 0..head, &read::Selection::All).await.unwrap();
    let recorded: Vec<(LogPosition, i64)> =
        events.iter().map(|event| (event.log_position, event.version)).collect();
    assert_eq!(recorded, acknowledged);
    for stream in 1..=4 {
        assert_eq!(logs[0].read_stream(stream_in(3, stream), 0, 1000).await.unwrap().len(), 80);
    }
}
