//! Services that are not there, break off, hang or talk nonsense.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::rig::{GET, Rig, nobody, ok, post, service, wide_limits};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[tokio::test]
async fn a_service_that_is_down_is_a_problem_to_try_again() {
    let rig = Rig::before(nobody().await);
    let mut client = rig.client().await;
    for method in ["GET", "POST"] {
        let answer = client
            .ask(format!(
                "{method} / HTTP/1.1\r\nHost: h\r\ntraceparent: 00-{TRACE}-00f067aa0ba902b7-01\r\n\r\n"
            ))
            .await;
        assert_eq!((answer.status(), answer.code().as_str()), (503, "unavailable"));
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert_eq!(answer.header("trace-id"), Some(TRACE));
        assert!(answer.body.contains(&format!(r#""trace_id":"{TRACE}""#)), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_service_that_breaks_off_is_a_bad_gateway() {
    for said in [
        "",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 999999 x\r\n\r\n",
    ] {
        let address = service(move |mut wire| async move {
            wire.message().await;
            wire.send(said).await;
        })
        .await;
        let rig = Rig::before(address);
        for request in [GET.to_owned(), post("{}")] {
            let answer = rig.client().await.ask(request).await;
            assert_eq!((answer.status(), answer.code().as_str()), (502, "bad-gateway"), "{said}");
            assert_eq!(answer.header("retry-after"), Some("1"));
        }
    }
}

#[tokio::test]
async fn a_response_that_breaks_off_is_not_made_to_look_whole() {
    for head in ["Content-Length: 10\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n4\r\n"] {
        let address = service(move |mut wire| async move {
            wire.message().await;
            wire.send(format!("HTTP/1.1 200 OK\r\n{head}half")).await;
        })
        .await;
        let rig = Rig::before(address);
        let mut client = rig.client().await;
        client.send(GET).await;
        let answer = client.rest().await;
        // If it breaks off before the gateway has sent anything, nothing is sent at all.
        let is_whole = answer.ends_with(
            "0

",
        ) || answer.contains(
            "content-length: 4
",
        );
        assert!(
            !is_whole && (answer.is_empty() || answer.starts_with("HTTP/1.1 200 ")),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_read_on_a_connection_closed_meanwhile_is_repeated_once() {
    let (address, requests) = service_that_closes_after_one_answer().await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    assert_eq!(client.ask(GET).await.body, "1");
    // Its second request is taken and not answered; the third is the repetition.
    assert_eq!(client.ask(GET).await.body, "3");
    assert_eq!(requests.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_write_that_may_have_been_received_is_never_repeated() {
    let (address, requests) = service_that_closes_after_one_answer().await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    assert_eq!(client.ask(post("{}")).await.body, "1");
    let answer = client.ask(post("{}")).await;
    assert_eq!((answer.status(), answer.code().as_str()), (502, "bad-gateway"));
    assert_eq!(requests.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_kept_connection_seen_closed_is_not_used() {
    let address = service(|mut wire| async move {
        wire.message().await;
        wire.send(ok("fresh")).await;
    })
    .await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    for _ in 0..5 {
        assert_eq!(client.ask(post("{}")).await.body, "fresh");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn an_answer_nobody_asked_for_spoils_a_connection() {
    let address = service(|mut wire| async move {
        wire.message().await;
        wire.send(format!("{}{}", ok("asked"), ok("forged"))).await;
        wire.rest().await;
    })
    .await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    for _ in 0..3 {
        assert_eq!(client.ask(GET).await.body, "asked");
    }
}

#[tokio::test]
async fn connections_are_kept_and_used_again() {
    let opened = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&opened);
    let address = service(move |mut wire| {
        count.fetch_add(1, Ordering::SeqCst);
        async move {
            loop {
                wire.message().await;
                wire.send(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                )
                .await;
                wire.message().await;
                wire.send(ok("ok")).await;
            }
        }
    })
    .await;
    let rig = Rig::before(address);
    for _ in 0..3 {
        let mut client = rig.client().await;
        for _ in 0..4 {
            assert_eq!(client.ask(post("{}")).await.body, "ok");
        }
    }
    assert_eq!(opened.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_service_that_does_not_answer_in_time_is_given_up() {
    let address = service(|mut wire| async move {
        wire.rest().await;
    })
    .await;
    let mut limits = wide_limits();
    limits.times.response_head = Duration::from_millis(300);
    let rig = Rig::with(address, address, limits);
    let answer = rig.client().await.ask(post("{}")).await;
    assert_eq!((answer.status(), answer.code().as_str()), (504, "gateway-timeout"));
    assert_eq!(answer.header("retry-after"), Some("1"));
}

// It takes a second request on its first connection and then closes it without a word.
async fn service_that_closes_after_one_answer() -> (std::net::SocketAddr, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    let address = service(move |mut wire| {
        let count = Arc::clone(&count);
        async move {
            wire.message().await;
            let number = count.fetch_add(1, Ordering::SeqCst) + 1;
            wire.send(ok(&number.to_string())).await;
            wire.message().await;
            count.fetch_add(1, Ordering::SeqCst);
        }
    })
    .await;
    (address, requests)
}
