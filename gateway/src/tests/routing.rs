//! Which service a request reaches.

use super::rig::{self, Rig, recorder, wide_limits};
use crate::UpstreamAddress;

#[tokio::test]
async fn the_method_picks_the_service() {
    let (command, _commands) = recorder("command").await;
    let (projection, _queries) = recorder("projection").await;
    let rig = Rig::with(command, projection, wide_limits());
    let mut client = rig.client().await;
    for method in ["GET", "OPTIONS"] {
        let answer = client.ask(format!("{method} /a HTTP/1.1\r\nHost: h\r\n\r\n")).await;
        assert_eq!(answer.body, "projection", "{method}");
    }
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let answer = client.ask(format!("{method} /a HTTP/1.1\r\nHost: h\r\n\r\n")).await;
        assert_eq!(answer.body, "command", "{method}");
    }
}

#[tokio::test]
async fn head_is_a_read_whose_length_is_kept() {
    let (projection, mut queries) = recorder("projection").await;
    let rig = Rig::with(rig::nobody().await, projection, wide_limits());
    let mut client = rig.client().await;
    client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n").await;
    let head = client.head().await;
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(head.contains("\r\ncontent-length: 10"), "{head}");
    assert!(queries.recv().await.unwrap().head.starts_with("HEAD /a HTTP/1.1"));
}

#[tokio::test]
async fn other_methods_are_refused_without_asking_a_service() {
    let rig = Rig::before(rig::nobody().await);
    for request in [
        "TRACE / HTTP/1.1\r\nHost: h\r\n\r\n",
        "BREW /pot HTTP/1.1\r\nHost: h\r\n\r\n",
        "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n",
        "get / HTTP/1.1\r\nHost: h\r\n\r\n",
    ] {
        let answer = rig.client().await.ask(request).await;
        assert_eq!((answer.status(), answer.code().as_str()), (405, "method-not-allowed"));
        assert!(answer.header("allow").unwrap().contains("PATCH"));
    }
}

#[tokio::test]
async fn it_answers_for_its_own_health_alone() {
    let rig = Rig::before(rig::nobody().await);
    let mut client = rig.client().await;
    let answer = client.ask("GET /gateway/healthz HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert_eq!((answer.status(), answer.body.as_str()), (200, r#"{"status":"ok"}"#));
}

#[tokio::test]
async fn a_service_may_listen_on_a_unix_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("service.sock");
    let listener = tokio::net::UnixListener::bind(&path).unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = [0; 64];
        tokio::io::AsyncReadExt::read(&mut stream, &mut head).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, rig::ok("unix").as_bytes()).await.unwrap();
    });
    let unix = UpstreamAddress::Unix(path);
    let rig = Rig::start(unix.clone(), unix, wide_limits());
    assert_eq!(rig.client().await.ask(rig::GET).await.body, "unix");
}
