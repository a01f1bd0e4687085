//! What the subscribers of a process share.

use std::{sync::Arc, time::Duration};

use shared::event_log::{EventLog, subscription::Feed};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::recorder::{a_database, record};
use crate::samples::{append, stream_in};

#[tokio::test]
async fn a_feed_of_some_types_leaves_the_others_out() {
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    let mut mixed = append(stream_in(1, 1), 0, &[1, 2, 3]);
    mixed.events[1].event_type = "Other";
    log.append(mixed).await.unwrap();
    let stop = CancellationToken::new();
    let wanted = Some(vec!["Other"]);
    let feed = Feed::start(database.projection().clone(), wanted, stop.clone());
    let shard = stream_in(1, 1).shard();
    feed.heads().wait_for(|heads| heads.of(shard) == 3).await.unwrap();
    let batch = feed.read(shard, 0, 10).await.unwrap();
    let positions: Vec<i64> = batch.events.iter().map(|e| e.log_position.position).collect();
    assert_eq!((positions, batch.through), (vec![2], 3));
    stop.cancel();
}

#[tokio::test]
async fn a_reader_far_behind_gets_only_what_it_wants() {
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    let mut mixed = append(stream_in(1, 1), 0, &[1, 2, 3]);
    mixed.events[1].event_type = "Other";
    log.append(mixed).await.unwrap();
    record(&log, &[(1, 2, 5000)]).await;
    let stop = CancellationToken::new();
    let feed = Feed::start(database.projection().clone(), None, stop.clone());
    let shard = stream_in(1, 1).shard();
    feed.heads().wait_for(|heads| heads.of(shard) == 5003).await.unwrap();
    let batch = feed.read_wanted(shard, 0, 10, Some(&["Other"])).await.unwrap();
    let positions: Vec<i64> = batch.events.iter().map(|e| e.log_position.position).collect();
    assert_eq!((positions, batch.through), (vec![2], 10));
    stop.cancel();
}

#[tokio::test]
async fn subscribers_of_a_process_share_what_was_fetched() {
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    record(&log, &[(1, 1, 10)]).await;
    let stop = CancellationToken::new();
    let feed = Feed::start(database.projection().clone(), None, stop.clone());
    let shard = stream_in(1, 1).shard();
    feed.heads().wait_for(|heads| heads.of(shard) == 10).await.unwrap();
    let first = feed.read(shard, 0, 10).await.unwrap();
    let second = feed.read(shard, 4, 3).await.unwrap();
    assert_eq!(second.through, 7);
    assert!(Arc::ptr_eq(&first.events[4], &second.events[0]));
    record(&log, &[(1, 2, 10)]).await;
    feed.heads().wait_for(|heads| heads.of(shard) == 20).await.unwrap();
    let positions = async |after, limit| -> Vec<i64> {
        let batch = feed.read(shard, after, limit).await.unwrap();
        batch.events.iter().map(|event| event.log_position.position).collect()
    };
    assert_eq!(positions(8, 5).await, [9, 10, 11, 12, 13]);
    assert_eq!(positions(19, 5).await, [20]);
    assert_eq!(positions(20, 5).await, Vec::<i64>::new());
    assert_eq!(positions(0, 2).await, [1, 2]);
    stop.cancel();
}

#[tokio::test]
async fn readers_are_notified_of_a_commit() {
    let database = a_database().await;
    let mut listener =
        sqlx::postgres::PgListener::connect_with(database.projection()).await.unwrap();
    listener.listen("es").await.unwrap();
    let log = EventLog::start(database.command().clone());
    for version in 0..50 {
        log.append(append(stream_in(1, 1), version, &[1])).await.unwrap();
    }
    timeout(Duration::from_secs(5), listener.recv()).await.unwrap().unwrap();
}
