//! The page of metrics, of a process with one recorder.

use clap::Parser;
use gateway::{Config, Gateway, serve_metrics};
use shared::telemetry;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

#[tokio::test]
async fn the_page_tells_what_was_answered_and_refused() {
    let service = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = service.local_addr().unwrap().to_string();
    let config = Config::parse_from([
        "gateway",
        "--listen=127.0.0.1:0",
        "--workers=1",
        &format!("--projection-upstream={upstream}"),
    ]);
    let metrics = telemetry::install(&config.log).unwrap();
    let page = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let page_address = page.local_addr().unwrap();
    let gateway = Gateway::start(&config).unwrap();
    let asking = async {
        let mut client = TcpStream::connect(gateway.address()).await.unwrap();
        let requests = b"GET / HTTP/1.1\r\nHost: h\r\n\r\nBREW / HTTP/1.1\r\nHost: h\r\n\r\n";
        client.write_all(requests).await.unwrap();
        let (mut answering, _) = service.accept().await.unwrap();
        let mut question = Vec::new();
        while !question.ends_with(b"\r\n\r\n") {
            assert_ne!(answering.read_buf(&mut question).await.unwrap(), 0);
        }
        answering.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        let mut answers = Vec::new();
        while !answers.ends_with(b"}") {
            assert_ne!(client.read_buf(&mut answers).await.unwrap(), 0);
        }
        let mut reader = TcpStream::connect(page_address).await.unwrap();
        reader.write_all(b"GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
        let mut text = String::new();
        reader.read_to_string(&mut text).await.unwrap();
        text
    };
    let text = tokio::select! {
        text = asking => text,
        _ = serve_metrics(page, move || metrics.render()) => String::new(),
    };
    for line in [
        r#"gateway_responses_total{service="projection",class="4xx"} 1"#,
        r#"gateway_connects_total{service="projection"} 1"#,
        r#"gateway_refusals_total{code="method-not-allowed"} 1"#,
        "gateway_connections 1",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}
