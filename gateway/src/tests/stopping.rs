//! What stopping does to whom.

use std::{sync::Arc, time::Duration};

use tokio::{
    net::TcpStream,
    sync::{Notify, mpsc},
    time::timeout,
};

use super::rig::{GET, Rig, ok, post, recorder, service, wide_limits};

const SOON: Duration = Duration::from_secs(8);

#[tokio::test]
async fn a_request_under_way_is_answered_and_then_the_connection_closed() {
    let (told, mut asked) = mpsc::unbounded_channel();
    let go = Arc::new(Notify::new());
    let may_answer = Arc::clone(&go);
    let address = service(move |mut wire| {
        let (told, may_answer) = (told.clone(), Arc::clone(&may_answer));
        async move {
            wire.message().await;
            told.send(()).unwrap();
            may_answer.notified().await;
            wire.send(ok("still answered")).await;
        }
    })
    .await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    client.send(post("{}")).await;
    asked.recv().await.unwrap();
    let stopping = tokio::spawn(rig.gateway.stop());
    go.notify_one();
    let answer = client.message().await;
    assert_eq!(answer.body, "still answered");
    assert_eq!(client.rest().await, "");
    timeout(SOON, stopping).await.expect("it did not end").unwrap();
}

#[tokio::test]
async fn idle_connections_and_event_streams_do_not_hold_it_up() {
    let (address, _requests) = recorder("ok").await;
    let events = service(|mut wire| async move {
        wire.message().await;
        wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n").await;
        wire.rest().await;
    })
    .await;
    let rig = Rig::with(address, events, wide_limits());
    let mut idle = rig.client().await;
    idle.ask(post("{}")).await;
    let mut listener = rig.client().await;
    listener.send(GET).await;
    listener.head().await;
    timeout(SOON, rig.gateway.stop()).await.expect("it did not end");
    idle.rest().await;
    listener.rest().await;
}

#[tokio::test]
async fn what_takes_longer_than_the_grace_is_cut_off() {
    let (told, mut asked) = mpsc::unbounded_channel();
    let address = service(move |mut wire| {
        let told = told.clone();
        async move {
            wire.message().await;
            told.send(()).unwrap();
            wire.rest().await;
        }
    })
    .await;
    let mut limits = wide_limits();
    limits.times.grace = Duration::from_millis(300);
    let rig = Rig::with(address, address, limits);
    let mut client = rig.client().await;
    client.send(post("{}")).await;
    asked.recv().await.unwrap();
    timeout(SOON, rig.gateway.stop()).await.expect("it did not end");
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn nobody_is_let_in_any_more() {
    let (address, _requests) = recorder("ok").await;
    let rig = Rig::before(address);
    let at = rig.gateway.address();
    rig.gateway.stop().await;
    assert!(TcpStream::connect(at).await.is_err());
}
