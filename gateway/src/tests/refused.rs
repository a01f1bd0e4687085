//! Requests that a service refuses before it has read their bodies.

use std::{net::SocketAddr, time::Duration};

use axum::Router;
use shared::{
    auth::{AccessTokens, ApiKeys, Authenticator},
    clock::Clock,
    config::SecretKey,
    http::{Edge, EdgeSettings, ServeSettings, listen, serve},
};
use sqlx::postgres::PgPoolOptions;
use tokio_util::sync::CancellationToken;
use utoipa_axum::router::OpenApiRouter;

use super::{
    rig::{Rig, ok, post, service, wide_limits},
    wire::Wire,
};

const CLIENTS: usize = 4;
const REQUESTS_EACH: usize = 700;

/// A server as both services have it, without any route.
fn a_real_server() -> SocketAddr {
    let pool = PgPoolOptions::new().connect_lazy("postgres://nobody@127.0.0.1:1/none").unwrap();
    let tokens = AccessTokens::new(&SecretKey::new([3; 32]));
    let authenticator = Authenticator::new(ApiKeys::new(pool, Clock::system()), tokens);
    let settings = EdgeSettings::default();
    let edge = Edge::try_new(OpenApiRouter::new(), Router::new(), authenticator, settings).unwrap();
    let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, edge, ServeSettings::default(), CancellationToken::new()));
    address
}

/// Sends heads and bodies apart, as a browser does, one request after the other.
async fn is_refused_again_and_again(mut client: Wire) {
    let body = "x".repeat(900);
    let head =
        format!("POST /nothing HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n", body.len());
    for number in 0..REQUESTS_EACH {
        client.send(head.as_str()).await;
        for _ in 0..number % 5 {
            tokio::task::yield_now().await;
        }
        let answer = client.ask(body.as_str()).await;
        assert_eq!(answer.status(), 404, "request {number}: {}", answer.body);
        assert_eq!(answer.header("connection"), None, "request {number}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_refused_bodies_cost_no_connection() {
    let rig = Rig::with(a_real_server(), a_real_server(), wide_limits());
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(is_refused_again_and_again(rig.client().await));
    }
    clients.join_all().await;
}

#[tokio::test]
async fn an_answer_that_came_whole_is_passed_on_though_the_service_closed_early() {
    let address = service(|mut wire| async move {
        wire.head().await;
        wire.send(ok("enough")).await;
        // Dropped with unread bytes: the connection is reset.
    })
    .await;
    for number in 0..50 {
        let rig = Rig::before(address);
        let mut client = rig.client().await;
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n").await;
        for _ in 0..9 {
            if !client.try_send("x".repeat(90)).await {
                break;
            }
            tokio::time::sleep(Duration::from_micros(50)).await;
        }
        let _ = client.try_send("x".repeat(90)).await;
        let answer = client.message().await;
        assert_eq!((answer.status(), answer.body.as_str()), (200, "enough"), "{number}");
    }
}

#[tokio::test]
async fn a_connection_with_an_unread_body_is_said_to_end() {
    let address = service(|mut wire| async move {
        wire.head().await;
        wire.send(ok("early")).await;
        wire.rest().await;
    })
    .await;
    let rig = Rig::before(address);
    let mut client = rig.client().await;
    let answer = client.ask("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n").await;
    assert_eq!((answer.body.as_str(), answer.header("connection")), ("early", Some("close")));
    let whole = rig.client().await.ask(post("{}")).await;
    assert_eq!((whole.body.as_str(), whole.header("connection")), ("early", None));
}
