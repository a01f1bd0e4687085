//! Bodies pass as they come, and a client that goes is missed.

use std::time::Duration;

use tokio::{io::AsyncWriteExt, sync::mpsc, time::timeout};

use super::rig::{GET, Rig, ok, post, recorder, service, wide_limits};

const EVENTS: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
    Transfer-Encoding: chunked\r\n\r\n";

#[tokio::test]
async fn events_pass_one_by_one_for_as_long_as_they_come() {
    let (next, events) = mpsc::unbounded_channel::<&str>();
    let events = std::sync::Arc::new(tokio::sync::Mutex::new(events));
    let address = service(move |mut wire| {
        let events = events.clone();
        async move {
            wire.message().await;
            wire.send(EVENTS).await;
            while let Some(event) = events.lock().await.recv().await {
                wire.send(format!("{:x}\r\n{event}\r\n", event.len())).await;
            }
            wire.send("0\r\n\r\n").await;
        }
    })
    .await;
    // Limits on a response's head don't apply to what follows it.
    let mut limits = wide_limits();
    limits.times.response_head = Duration::from_millis(700);
    let rig = Rig::with(address, address, limits);
    let mut client = rig.client().await;
    client.send(GET).await;
    assert!(client.head().await.contains("\r\ncontent-type: text/event-stream"));
    for event in ["data: 1\n\n", "data: 2\n\n"] {
        next.send(event).unwrap();
        assert_eq!(client.chunk().await, event);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    drop(next);
    assert_eq!(client.chunk().await, "");
}

#[tokio::test]
async fn a_service_learns_that_its_client_has_gone() {
    let (told, mut ended) = mpsc::unbounded_channel();
    let address = service(move |mut wire| {
        let told = told.clone();
        async move {
            wire.message().await;
            wire.send(EVENTS).await;
            wire.rest().await;
            told.send(()).unwrap();
        }
    })
    .await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    client.send(GET).await;
    client.head().await;
    drop(client);
    timeout(Duration::from_secs(5), ended.recv()).await.expect("the service was not told");
}

#[tokio::test]
async fn a_service_learns_that_nobody_waits_for_its_answer() {
    let (told, mut stages) = mpsc::unbounded_channel();
    let address = service(move |mut wire| {
        let told = told.clone();
        async move {
            wire.message().await;
            told.send("asked").unwrap();
            wire.rest().await;
            told.send("told").unwrap();
        }
    })
    .await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    client.send(post("{}")).await;
    assert_eq!(stages.recv().await, Some("asked"));
    client.stream.shutdown().await.unwrap(); // half closed is closed here
    let stage = timeout(Duration::from_secs(5), stages.recv()).await;
    assert_eq!(stage.expect("the service was not told"), Some("told"));
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_up_its_service() {
    const MEGABYTE: usize = 1 << 20;
    let (told, mut sent) = mpsc::unbounded_channel();
    let address = service(move |mut wire| {
        let told = told.clone();
        async move {
            wire.message().await;
            wire.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 64 * MEGABYTE))
                .await;
            let piece = vec![b'a'; MEGABYTE];
            for _ in 0..64 {
                wire.send(&piece).await;
                told.send(()).unwrap();
            }
        }
    })
    .await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    client.send(GET).await;
    client.head().await;
    let mut megabytes = 0;
    while timeout(Duration::from_millis(500), sent.recv()).await.is_ok() {
        megabytes += 1;
    }
    assert!(megabytes < 32, "{megabytes} MB were stored somewhere");
    assert_eq!(client.text(64 * MEGABYTE).await.len(), 64 * MEGABYTE);
}

#[tokio::test]
async fn a_body_is_passed_on_before_its_end() {
    let (told, mut received) = mpsc::unbounded_channel();
    let address = service(move |mut wire| {
        let told = told.clone();
        async move {
            wire.head().await;
            for _ in 0..2 {
                told.send(wire.text(5).await).unwrap();
            }
            wire.send(ok("")).await;
        }
    })
    .await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nfirst").await;
    assert_eq!(received.recv().await.unwrap(), "first");
    client.send("later").await;
    assert_eq!(received.recv().await.unwrap(), "later");
    assert_eq!(client.message().await.status(), 200);
}

#[tokio::test]
async fn an_answer_may_come_before_the_body_has_ended() {
    let address = service(|mut wire| async move {
        wire.head().await;
        wire.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno").await;
        wire.rest().await;
    })
    .await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\nfirst").await;
    let answer = client.message().await;
    assert_eq!((answer.status(), answer.body.as_str()), (401, "no"));
    assert_eq!(rig.client().await.ask(GET).await.status(), 401, "nothing else is held up");
}

#[tokio::test]
async fn a_client_that_waits_to_be_asked_for_its_body_is_asked() {
    let (address, mut requests) = recorder("").await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    client
        .send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        .await;
    assert_eq!(client.head().await, "HTTP/1.1 100 Continue");
    assert_eq!(client.ask("ok").await.status(), 200);
    let seen = requests.recv().await.unwrap();
    assert_eq!((seen.header("expect"), seen.body.as_str()), (None, "ok"));
}

#[tokio::test]
async fn a_response_that_ends_with_its_connection_is_passed_on_in_chunks() {
    let address = service(|mut wire| async move {
        wire.message().await;
        wire.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end").await;
    })
    .await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    assert_eq!(client.ask(GET).await.body, "to the end");
    assert_eq!(client.ask(GET).await.body, "to the end");
}

#[tokio::test]
async fn interim_answers_are_not_taken_for_the_answer() {
    let address = service(|mut wire| async move {
        wire.message().await;
        wire.send(format!("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n{}", ok("final"))).await;
    })
    .await;
    let rig = Rig::before(address);
    assert_eq!(rig.client().await.ask(GET).await.body, "final");
}
