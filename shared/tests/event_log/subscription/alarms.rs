//! What an operator has to see.

use std::{sync::atomic::AtomicU32, time::Duration};

use metrics_exporter_prometheus::PrometheusBuilder;
use shared::event_log::EventLog;
use sqlx::{Connection, Executor, PgConnection};

use super::recorder::{Recorder, Running, a_database, checkpoint, record, seen};

#[tokio::test]
async fn a_hole_stops_its_shard_and_raises_an_alarm() {
    let prometheus = PrometheusBuilder::new().build_recorder();
    let alarm = prometheus.handle();
    metrics::set_global_recorder(prometheus).unwrap();
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    record(&log, &[(1, 1, 5)]).await;
    let mut superuser = PgConnection::connect(&database.owner_url()).await.unwrap();
    superuser.execute("SET session_replication_role = replica").await.unwrap();
    superuser.execute("DELETE FROM es.events WHERE shard = 1 AND position = 5").await.unwrap();
    let running = Running::start(&database, Recorder::default());
    record(&log, &[(2, 1, 2)]).await;
    running.reached("2:2").await;
    let hole = r#"subscription_hole{subscriber="recorder",version="1",shard="1"} 1"#;
    for _ in 0..500 {
        if alarm.render().contains(hole) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(alarm.render().contains(hole), "{}", alarm.render());
    running.stop().await;
    assert_eq!(checkpoint(&database, 1).await, 0);
    assert_eq!(seen(&database, 1).await, Vec::<i64>::new());
}

#[tokio::test]
async fn what_waits_for_a_stuck_subscriber_is_measured() {
    let prometheus = PrometheusBuilder::new().build_recorder();
    let told = prometheus.handle();
    metrics::set_global_recorder(prometheus).unwrap();
    let database = a_database().await;
    let log = EventLog::start(database.command().clone());
    record(&log, &[(1, 1, 5)]).await;
    let recorder = Recorder { not_now: AtomicU32::new(u32::MAX), ..Recorder::default() };
    let running = Running::start(&database, recorder);
    let labels = r#"{subscriber="recorder",version="1",shard="1"}"#;
    let lag = format!("subscription_lag_events{labels} 5");
    let none = format!("subscription_lag_seconds{labels} 0\n");
    let late = format!("subscription_lag_seconds{labels} ");
    for _ in 0..500 {
        let text = told.render();
        if text.contains(&lag) && text.contains(&late) && !text.contains(&none) {
            running.stop().await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{}", told.render());
}
