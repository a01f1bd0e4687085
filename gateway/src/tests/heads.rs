//! What of a head passes, what doesn't, and what is added.

use super::rig::{Rig, ok, recorder, service};

#[tokio::test]
async fn target_host_and_other_headers_arrive_as_they_were_sent() {
    let (address, mut requests) = recorder("").await;
    let rig = Rig::before(address);
    let request = "GET /api/v1/events/%7e/x%2Fy?q=a+b&c HTTP/1.1\r\nHost: tickets.example:8080\r\n\
        Authorization: Bearer fhk_1\r\nX-Thing: one\r\nX-Thing: two\r\n\r\n";
    rig.client().await.ask(request).await;
    let seen = requests.recv().await.unwrap();
    assert!(seen.head.starts_with("GET /api/v1/events/%7e/x%2Fy?q=a+b&c HTTP/1.1\r\n"));
    assert_eq!(seen.header("host"), Some("tickets.example:8080"));
    assert_eq!(seen.header("authorization"), Some("Bearer fhk_1"));
    assert_eq!(seen.all("x-thing"), ["one", "two"]);
}

#[tokio::test]
async fn claims_of_another_origin_are_replaced_by_the_truth() {
    let (address, mut requests) = recorder("").await;
    let rig = Rig::before(address);
    let request = "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.2.3.4\r\nx-forwarded-for: 5.6.7.8\r\n\
        X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Port: 1\r\n\
        Forwarded: for=1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\n\r\n";
    rig.client().await.ask(request).await;
    let seen = requests.recv().await.unwrap();
    assert_eq!(seen.header("x-forwarded-for"), Some("127.0.0.1"));
    assert_eq!(seen.header("x-forwarded-proto"), Some("http"));
    for name in ["x-forwarded-host", "x-forwarded-port", "forwarded", "x-real-ip"] {
        assert_eq!(seen.header(name), None, "{name}");
    }
}

#[tokio::test]
async fn headers_of_one_hop_do_not_reach_a_service() {
    let (address, mut requests) = recorder("").await;
    let rig = Rig::before(address);
    let request = "GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, X-Mine\r\nConnection: X-Other\r\n\
        X-Mine: 1\r\nX-Other: 2\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n\
        Proxy-Authorization: Basic eA==\r\nTE: trailers\r\nTrailer: X\r\nUpgrade: websocket\r\n\r\n";
    rig.client().await.ask(request).await;
    let seen = requests.recv().await.unwrap();
    for name in [
        "connection",
        "x-mine",
        "x-other",
        "keep-alive",
        "proxy-connection",
        "proxy-authorization",
        "te",
        "trailer",
        "upgrade",
    ] {
        assert_eq!(seen.header(name), None, "{name}");
    }
}

#[tokio::test]
async fn naming_host_or_length_in_connection_takes_neither_away() {
    let (address, mut requests) = recorder("").await;
    let rig = Rig::before(address);
    let request = "POST / HTTP/1.1\r\nHost: h\r\nConnection: host, content-length, content-type\r\n\
        Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    rig.client().await.ask(request).await;
    let seen = requests.recv().await.unwrap();
    assert_eq!(seen.header("host"), Some("h"));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!((seen.header("content-length"), seen.body.as_str()), (Some("2"), "{}"));
}

#[tokio::test]
async fn headers_of_one_hop_do_not_reach_a_client() {
    let address = service(|mut wire| async move {
        wire.message().await;
        wire.send(
            "HTTP/1.1 200 OK\r\nConnection: X-Mine, close\r\nX-Mine: 1\r\nKeep-Alive: max=1\r\n\
            X-Kept: 1\r\nContent-Length: 2\r\n\r\nok",
        )
        .await;
    })
    .await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    let answer = client.ask(super::rig::GET).await;
    for name in ["connection", "x-mine", "keep-alive"] {
        assert_eq!(answer.header(name), None, "{name}");
    }
    assert_eq!((answer.header("x-kept"), answer.body.as_str()), (Some("1"), "ok"));
    assert_eq!(client.ask(super::rig::GET).await.status(), 200, "only the service closed");
}

#[tokio::test]
async fn only_a_proxy_that_is_trusted_is_believed_about_its_client() {
    let (address, mut requests) = recorder("").await;
    let request =
        "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 203.0.113.9\r\nX-Real-IP: 1.1.1.1\r\n\r\n";
    for (rig, expected) in [
        (Rig::before(address), "127.0.0.1"),
        (Rig::behind_a_proxy(address), "203.0.113.9, 127.0.0.1"),
    ] {
        rig.client().await.ask(request).await;
        let seen = requests.recv().await.unwrap();
        assert_eq!(
            (seen.header("x-forwarded-for"), seen.header("x-real-ip")),
            (Some(expected), None)
        );
    }
}

#[tokio::test]
async fn an_absolute_target_becomes_a_path_and_a_host() {
    let (address, mut requests) = recorder("").await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    client.ask("GET http://other.example/a?b HTTP/1.1\r\nHost: h\r\n\r\n").await;
    let seen = requests.recv().await.unwrap();
    assert!(seen.head.starts_with("GET /a?b HTTP/1.1\r\n"), "{}", seen.head);
    assert_eq!(seen.header("host"), Some("other.example"));
    client.ask("GET http://other.example HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(requests.recv().await.unwrap().head.starts_with("GET / HTTP/1.1\r\n"));
}

#[tokio::test]
async fn an_old_client_is_spoken_to_in_its_version() {
    let (address, mut requests) = recorder("old").await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    client.send("GET / HTTP/1.0\r\nHost: h\r\n\r\n").await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n") && answer.ends_with("\r\n\r\nold"));
    assert!(requests.recv().await.unwrap().head.starts_with("GET / HTTP/1.1\r\n"));
}

#[tokio::test]
async fn answers_without_a_body_leave_the_connection_in_step() {
    let address = service(|mut wire| async move {
        for status in ["204 No Content", "304 Not Modified"] {
            wire.message().await;
            wire.send(format!("HTTP/1.1 {status}\r\nETag: \"1\"\r\n\r\n")).await;
        }
        wire.message().await;
        wire.send(ok("third")).await;
    })
    .await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    assert_eq!(client.ask(super::rig::GET).await.status(), 204);
    assert_eq!(client.ask(super::rig::GET).await.status(), 304);
    assert_eq!(client.ask(super::rig::GET).await.body, "third");
}
