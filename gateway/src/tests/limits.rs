//! What a client may do, and for how long.

use std::time::Duration;

use tokio::time::Instant;

use super::rig::{GET, Rig, nobody, ok, post, recorder, service, wide_limits};

const SHORT: Duration = Duration::from_millis(300);
// A machine may be busy.
const SLACK: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_body_known_to_be_too_large_is_refused_at_once() {
    let rig = Rig::before(nobody().await);
    let head = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1025\r\n\r\n";
    let answer = rig.client().await.ask(head).await;
    assert_eq!((answer.status(), answer.code().as_str()), (413, "payload-too-large"));
}

#[tokio::test]
async fn a_body_that_grows_too_large_is_refused_when_it_does() {
    let (address, _requests) = recorder("").await;
    let rig = Rig::before(address);
    let chunk = format!("200\r\n{}\r\n", "a".repeat(0x200));
    let answer = rig
        .client()
        .await
        .ask(format!(
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}{chunk}1\r\na\r\n0\r\n\r\n"
        ))
        .await;
    assert_eq!((answer.status(), answer.code().as_str()), (413, "payload-too-large"));
}

#[tokio::test]
async fn a_client_that_sends_on_after_a_refusal_still_reads_it() {
    let rig = Rig::before(nobody().await);
    let mut client = rig.client().await;
    let megabytes = 8 << 20;
    client.send(format!("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {megabytes}\r\n\r\n")).await;
    client.send(vec![b'a'; megabytes]).await;
    assert_eq!(client.message().await.status(), 413);
}

#[tokio::test]
async fn a_client_that_does_not_hang_up_is_hung_up_on() {
    let mut limits = wide_limits();
    limits.times.linger = SHORT;
    let rig = Rig::with(nobody().await, nobody().await, limits);
    let mut client = rig.client().await;
    assert_eq!(client.ask("GET / HTTP/1.1\r\n\r\n").await.status(), 400);
    let begun = Instant::now();
    while client.try_send("more").await {
        tokio::time::sleep(SHORT / 10).await;
        assert!(begun.elapsed() < SHORT + SLACK, "it is still read");
    }
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_passes() {
    let (address, mut requests) = recorder("").await;
    let rig = Rig::before(address);
    let body = "a".repeat(1024);
    assert_eq!(rig.client().await.ask(post(&body)).await.status(), 200);
    assert_eq!(requests.recv().await.unwrap().body, body);
}

#[tokio::test]
async fn a_head_that_does_not_end_in_time_ends_the_connection() {
    let mut limits = wide_limits();
    limits.times.request_head = SHORT;
    let rig = Rig::with(nobody().await, nobody().await, limits);
    let mut client = rig.client().await;
    client.send("GET / HTTP/1.1\r\nHost: ").await;
    assert_ended_within(&mut client, SHORT).await;
}

#[tokio::test]
async fn an_idle_connection_is_closed_in_time() {
    let (address, _requests) = recorder("ok").await;
    let mut limits = wide_limits();
    limits.times.idle = SHORT;
    let rig = Rig::with(address, address, limits);
    let mut silent = rig.client().await;
    assert_ended_within(&mut silent, SHORT).await;
    let mut client = rig.client().await;
    assert_eq!(client.ask(GET).await.body, "ok");
    assert_ended_within(&mut client, SHORT).await;
}

#[tokio::test]
async fn a_busy_connection_is_not_idle() {
    let address = service(|mut wire| async move {
        wire.message().await;
        tokio::time::sleep(SHORT * 3).await;
        wire.send(ok("late")).await;
    })
    .await;
    let mut limits = wide_limits();
    limits.times.idle = SHORT;
    limits.times.request_head = SHORT;
    let rig = Rig::with(address, address, limits);
    assert_eq!(rig.client().await.ask(GET).await.body, "late");
}

#[tokio::test]
async fn a_body_that_does_not_end_in_time_is_refused() {
    let address = service(|mut wire| async move {
        wire.rest().await;
    })
    .await;
    let mut limits = wide_limits();
    limits.times.request_body = SHORT;
    let rig = Rig::with(address, address, limits);
    let mut client = rig.client().await;
    let answer = client.ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf").await;
    assert_eq!((answer.status(), answer.code().as_str()), (408, "request-timeout"));
}

#[tokio::test]
async fn a_client_that_stops_reading_is_dropped() {
    let address = service(|mut wire| async move {
        wire.message().await;
        wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n").await;
        let event = format!("data: {}\n\n", "a".repeat(1 << 16));
        while wire.try_send(&event).await {}
    })
    .await;
    let mut limits = wide_limits();
    limits.times.stalled = SHORT;
    let rig = Rig::with(address, address, limits);
    let mut client = rig.client().await;
    client.send(GET).await;
    client.head().await;
    tokio::time::sleep(SHORT * 4).await;
    client.rest().await; // ends, for nothing more is sent
}

#[tokio::test]
async fn one_connection_too_many_is_told_to_come_back() {
    let (address, _requests) = recorder("ok").await;
    let mut limits = wide_limits();
    limits.connections_per_address = 2;
    let rig = Rig::with(address, address, limits);
    let mut first = rig.client().await;
    let mut second = rig.client().await;
    assert_eq!((first.ask(GET).await.status(), second.ask(GET).await.status()), (200, 200));
    let refusal = rig.client().await.rest().await;
    assert!(
        refusal.starts_with("HTTP/1.1 503 ") && refusal.contains("Retry-After: 1"),
        "{refusal}"
    );
    drop(first);
    let begun = Instant::now();
    loop {
        let mut client = rig.client().await;
        client.try_send(GET).await;
        if client.message().await.status() == 200 {
            return;
        }
        assert!(begun.elapsed() < SLACK, "there is no room though one has left");
    }
}

async fn assert_ended_within(client: &mut super::wire::Wire, limit: Duration) {
    let begun = Instant::now();
    assert_eq!(client.rest().await, "");
    let took = begun.elapsed();
    assert!(took >= limit / 2 && took < limit + SLACK, "it took {took:?}");
}
