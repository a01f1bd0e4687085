//! Real connections, well and badly behaved.

use std::{net::SocketAddr, time::Instant};

use axum::{
    Router,
    response::IntoResponse,
    routing::{get, post},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::Semaphore,
    task::JoinHandle,
};
use utoipa_axum::router::OpenApiRouter;

use super::*;
use crate::http::{EdgeSettings, Problem, testing::edge_before};

struct Server {
    address: SocketAddr,
    shutdown: CancellationToken,
    running: JoinHandle<()>,
}

/// A server of three routes: `/` answers, `/refuse` refuses without reading, `/wait` announces
/// itself on the semaphore and answers when it is told to.
async fn a_server(settings: ServeSettings, waiting: Arc<Semaphore>, go: Arc<Semaphore>) -> Server {
    let wait = move || async move {
        waiting.add_permits(1);
        go.acquire().await.unwrap().forget();
        "waited"
    };
    let open = Router::new()
        .route("/", get(async || "hello"))
        .route("/refuse", post(async || Problem::too_large(1).into_response()))
        .route("/wait", get(wait));
    let edge = edge_before(OpenApiRouter::new(), open, EdgeSettings::default()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(serve(listener, edge, settings, shutdown.clone()));
    Server { address, shutdown, running }
}

async fn a_plain_server() -> Server {
    let never = Arc::new(Semaphore::new(0));
    a_server(ServeSettings::default(), never.clone(), never).await
}

fn a_get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n")
}

/// Reads until the text ends with `end`.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        let mut buffer = [0; 4096];
        let length = stream.read(&mut buffer).await.unwrap();
        assert!(length > 0, "closed after {text}");
        text.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
    }
    text
}

async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn a_connection_is_used_again_and_again() {
    let server = a_plain_server().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    for _ in 0..3 {
        stream.write_all(a_get("/").as_bytes()).await.unwrap();
        let answer = read_until(&mut stream, "hello").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = a_plain_server().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let requests = format!("{}{}", a_get("/nothing"), a_get("/"));
    stream.write_all(requests.as_bytes()).await.unwrap();
    let answers = read_until(&mut stream, "hello").await;
    assert!(answers.starts_with("HTTP/1.1 404"), "{answers}");
}

#[tokio::test]
async fn a_client_that_is_still_sending_sees_why_it_was_refused() {
    let server = a_plain_server().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = "POST /refuse HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..1000 {
        stream.write_all(&[b' '; 10_000]).await.unwrap();
    }
    let answer = read_to_end(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("payload-too-large"), "{answer}");
}

#[tokio::test]
async fn a_refused_body_that_comes_soon_leaves_the_connection_open() {
    let server = a_plain_server().await;
    for (framing, body) in [
        ("content-length: 6", "{\"a\":1"),
        ("transfer-encoding: chunked", "6\r\n{\"a\":1\r\n0\r\n\r\n"),
    ] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        for path in ["/refuse", "/nothing"] {
            let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\n{framing}\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
            stream.write_all(body.as_bytes()).await.unwrap();
            let answer = read_until(&mut stream, "}").await;
            assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
            assert!(!answer.contains("connection: close"), "{answer}");
        }
        stream.write_all(a_get("/").as_bytes()).await.unwrap();
        read_until(&mut stream, "hello").await;
    }
}

#[tokio::test]
async fn an_answer_before_the_end_of_the_body_says_that_the_connection_ends() {
    let server = a_plain_server().await;
    for framing in [
        "content-length: 262145",
        "content-length: 6",
        "transfer-encoding: chunked",
        "content-length: 6\r\nexpect: 100-continue",
    ] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let head = format!("POST /refuse HTTP/1.1\r\nhost: localhost\r\n{framing}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let began = Instant::now();
        let answer = read_until(&mut stream, "}").await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{framing}: {answer}");
        assert!(answer.contains("connection: close"), "{framing}: {answer}");
        assert!(began.elapsed() < Duration::from_secs(4), "{framing}");
    }
}

#[tokio::test]
async fn what_is_no_http_is_refused_and_closed() {
    let server = a_plain_server().await;
    for garbage in ["\u{16}\u{3}\u{1} tls hello\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(garbage.as_bytes()).await.unwrap();
        let answer = read_to_end(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let server = a_plain_server().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let cookie = "x".repeat(BUFFER_BYTES);
    let request = format!("GET / HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let answer = read_to_end(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn a_head_that_never_ends_is_given_up() {
    let server = a_plain_server().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: loc").await.unwrap();
    let began = Instant::now();
    let answer = read_to_end(&mut stream).await;
    assert_eq!(answer, "");
    assert!(began.elapsed() >= Duration::from_secs(5), "{:?}", began.elapsed());
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
}

#[tokio::test]
async fn shutdown_lets_requests_finish_and_accepts_no_more() {
    let (waiting, go) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let server = a_server(ServeSettings::default(), waiting.clone(), go.clone()).await;
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(a_get("/").as_bytes()).await.unwrap();
    read_until(&mut idle, "hello").await;
    let mut busy = TcpStream::connect(server.address).await.unwrap();
    busy.write_all(a_get("/wait").as_bytes()).await.unwrap();
    waiting.acquire().await.unwrap().forget();
    server.shutdown.cancel();
    assert_eq!(read_to_end(&mut idle).await, "", "an idle connection is closed at once");
    assert!(TcpStream::connect(server.address).await.is_err());
    go.add_permits(1);
    let answer = read_to_end(&mut busy).await;
    assert!(answer.ends_with("waited"), "{answer}");
    drop((idle, busy));
    server.running.await.unwrap();
}

#[tokio::test]
async fn shutdown_cuts_off_what_does_not_finish() {
    let (waiting, go) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let settings = ServeSettings { drain: Duration::from_millis(50), ..ServeSettings::default() };
    let server = a_server(settings, waiting.clone(), go).await;
    let mut busy = TcpStream::connect(server.address).await.unwrap();
    busy.write_all(a_get("/wait").as_bytes()).await.unwrap();
    waiting.acquire().await.unwrap().forget();
    let began = Instant::now();
    server.shutdown.cancel();
    server.running.await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(read_to_end(&mut busy).await, "");
}

#[tokio::test]
async fn more_connections_than_the_limit_wait_their_turn() {
    let never = Arc::new(Semaphore::new(0));
    let settings = ServeSettings { max_connections: 1, ..ServeSettings::default() };
    let server = a_server(settings, never.clone(), never).await;
    let mut first = TcpStream::connect(server.address).await.unwrap();
    first.write_all(a_get("/").as_bytes()).await.unwrap();
    read_until(&mut first, "hello").await;
    let mut second = TcpStream::connect(server.address).await.unwrap();
    second.write_all(a_get("/").as_bytes()).await.unwrap();
    let too_early = tokio::time::timeout(Duration::from_millis(50), second.readable()).await;
    assert!(too_early.is_err());
    drop(first);
    read_until(&mut second, "hello").await;
}
