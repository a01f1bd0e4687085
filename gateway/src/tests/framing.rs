//! Messages that could mean two things to two parsers, and long or broken ones.

use super::rig::{GET, Rig, nobody, ok, post, recorder, service};

// Each of these is refused before any service is asked, and ends the connection.
const REFUSED: &[(&str, &str)] = &[
    (
        "length and chunks",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks and length",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks and a wrong length",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: x\r\n\r\n0\r\n\r\n",
    ),
    (
        "two lengths",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    ),
    ("a list of lengths", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4, 4\r\n\r\nabcd"),
    ("a signed length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +4\r\n\r\nabcd"),
    ("a negative length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -4\r\n\r\nabcd"),
    ("a length in hexadecimal", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x4\r\n\r\nabcd"),
    (
        "a length beyond 64 bits",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551617\r\n\r\na",
    ),
    ("an empty length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \r\n\r\n"),
    ("another coding", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n"),
    (
        "another coding first",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks twice",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks on two lines",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks then identity",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    ),
    (
        "a coding that looks like chunks",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks with a control character",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks in an old version",
        "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    ("a read with a body", "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd"),
    (
        "a read with chunks",
        "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    ("a folded line", "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n"),
    ("a folded first line", "GET / HTTP/1.1\r\n Host: h\r\n\r\n"),
    (
        "a space before the colon",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    ),
    ("a name with a space", "GET / HTTP/1.1\r\nHost: h\r\nX Y: 1\r\n\r\n"),
    ("no name", "GET / HTTP/1.1\r\nHost: h\r\n: 1\r\n\r\n"),
    ("no colon", "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding\r\n\r\n"),
    ("a zero byte", "GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n"),
    ("a lone carriage return", "GET / HTTP/1.1\r\nHost: h\r\nX: a\rY: b\r\n\r\n"),
    ("no host", "GET / HTTP/1.1\r\n\r\n"),
    ("two hosts", "GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n"),
    ("no path", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"),
    ("an authority as target", "GET h:80 HTTP/1.1\r\nHost: h\r\n\r\n"),
    ("a user in the target", "GET http://u@h/ HTTP/1.1\r\nHost: h\r\n\r\n"),
    ("two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n"),
    ("a space in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"),
    ("no version", "GET /\r\nHost: h\r\n\r\n"),
    ("a version to come", "GET / HTTP/1.2\r\nHost: h\r\n\r\n"),
];

#[tokio::test]
async fn ambiguous_and_broken_requests_reach_no_service() {
    let (address, mut requests) = recorder("").await;
    let rig = Rig::before(address);
    for (name, request) in REFUSED {
        let mut client = rig.client().await;
        // What follows must not be taken for a request of its own.
        client.send(format!("{request}GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n")).await;
        let answer = client.rest().await;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert_eq!(status, "400", "{name}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{name}: {answer}");
    }
    assert!(requests.try_recv().is_err(), "a service was asked");
}

#[tokio::test]
async fn another_version_of_the_protocol_is_hung_up_on() {
    let rig = Rig::before(nobody().await);
    let mut client = rig.client().await;
    client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert_eq!(client.rest().await, "");
    let upgrade = "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\n\
        Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n";
    assert_eq!(rig.client().await.ask(upgrade).await.status(), 503, "it is a request like others");
}

#[tokio::test]
async fn heads_beyond_the_limits_are_refused() {
    let (address, mut requests) = recorder("").await;
    let rig = Rig::before(address);
    let long = "a".repeat(17 * 1024);
    let many = "X: 1\r\n".repeat(101);
    for head in [
        format!("GET / HTTP/1.1\r\nHost: h\r\nX: {long}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: h\r\n{many}\r\n"),
        format!("GET /{long} HTTP/1.1\r\nHost: h\r\n\r\n"),
    ] {
        let answer = rig.client().await.ask(head).await;
        assert_eq!(answer.status(), 431);
    }
    let endless = "a".repeat(70 * 1024);
    let mut client = rig.client().await;
    client.try_send(format!("GET / HTTP/1.1\r\nHost: h\r\nX: {endless}")).await;
    assert!(client.rest().await.starts_with("HTTP/1.1 431 "));
    assert!(requests.try_recv().is_err(), "a service was asked");
}

#[tokio::test]
async fn lines_that_end_in_a_bare_line_feed_are_passed_on_as_proper_ones() {
    let (address, mut requests) = recorder("").await;
    let rig = Rig::before(address);
    let answer = rig.client().await.ask("POST / HTTP/1.1\nHost: h\nContent-Length: 2\n\nok").await;
    assert_eq!(answer.status(), 200);
    let seen = requests.recv().await.unwrap();
    assert!(!seen.head.replace("\r\n", "").contains('\n'));
    assert_eq!((seen.header("content-length"), seen.body.as_str()), (Some("2"), "ok"));
}

#[tokio::test]
async fn a_chunked_body_arrives_without_its_extensions_and_trailers() {
    let (address, mut requests) = recorder("").await;
    let rig = Rig::before(address);
    let request = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\
        2;a=b\r\nok\r\n0A\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n";
    let mut client = rig.client().await;
    assert_eq!(client.ask(request).await.status(), 200);
    let seen = requests.recv().await.unwrap();
    assert_eq!(seen.body, "ok0123456789");
    assert_eq!(
        (seen.header("transfer-encoding"), seen.header("content-length")),
        (Some("chunked"), None)
    );
    assert_eq!(client.ask(GET).await.status(), 200, "the connection is still in step");
}

#[tokio::test]
async fn broken_chunks_end_the_request_at_both_ends() {
    for chunks in [
        "x\r\nok\r\n0\r\n\r\n",
        "2\nok\r\n0\r\n\r\n",
        "2\r\nokk\r\n0\r\n\r\n",
        "2 \r\nok0\r\n\r\n",
        "-2\r\nok\r\n0\r\n\r\n",
        "0x2\r\nok\r\n0\r\n\r\n",
        "fffffffffffffffff\r\nok\r\n0\r\n\r\n",
        "2;a=\nb\r\nok\r\n0\r\n\r\n",
    ] {
        let address = service(|mut wire| async move {
            // Whatever part of it comes, it never comes to an end.
            let received = wire.rest().await;
            assert!(!received.contains("\r\n0\r\n\r\n"), "{received}");
        })
        .await;
        let rig = Rig::before(address);
        let mut client = rig.client().await;
        client
            .send(format!(
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"
            ))
            .await;
        let answer = client.rest().await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{chunks}: {answer}");
    }
}

#[tokio::test]
async fn requests_sent_at_once_are_answered_one_by_one_in_order() {
    let address = service(|mut wire| async move {
        loop {
            let request = wire.message().await;
            let target = request.head.split(' ').nth(1).unwrap().to_owned();
            wire.send(ok(&format!("{target}{}", request.body))).await;
        }
    })
    .await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    let second = post("GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
    client.send(format!("{GET}{second}GET /c HTTP/1.1\r\nHost: h\r\n\r\n")).await;
    assert_eq!(client.message().await.body, "/a");
    assert_eq!(client.message().await.body, "/aGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(client.message().await.body, "/c");
}

#[tokio::test]
async fn a_request_may_come_byte_by_byte() {
    let (address, mut requests) = recorder("slow").await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    for byte in post("{\"a\":1}").bytes() {
        client.send([byte]).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(client.message().await.body, "slow");
    assert_eq!(requests.recv().await.unwrap().body, "{\"a\":1}");
}

#[tokio::test]
async fn chunks_after_a_body_with_a_length_are_no_contradiction() {
    let (address, mut requests) = recorder("").await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    client.ask(post("first")).await;
    let chunked =
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nsecond\r\n0\r\n\r\n";
    assert_eq!(client.ask(chunked).await.status(), 200);
    assert_eq!(requests.recv().await.unwrap().body, "first");
    assert_eq!(requests.recv().await.unwrap().body, "second");
}
