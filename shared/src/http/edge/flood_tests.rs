//! What a flood of log-ins leaves to others.

use std::{future::Future, pin::Pin, task::Poll};

use axum::Extension;
use http::Request;
use tokio::sync::Semaphore;
use utoipa_axum::routes;

use super::*;
use crate::{
    auth::Action,
    http::{guarded, testing::edge_before},
    testing::TestDatabase,
};

/// A log-in that lasts until it is let go.
#[utoipa::path(post, path = "/auth/login", responses((status = 200)))]
async fn log_in(held: Extension<Held>) {
    let Extension(Held { begun, may_end }) = held;
    begun.add_permits(1);
    may_end.acquire().await.unwrap().forget();
}

/// Log-ins that have begun, and how many of them may end.
#[derive(Clone)]
struct Held {
    begun: Arc<Semaphore>,
    may_end: Arc<Semaphore>,
}

impl Held {
    fn new() -> Self {
        Self { begun: Arc::new(Semaphore::new(0)), may_end: Arc::new(Semaphore::new(0)) }
    }
}

fn edge_of(held: &Held, args: EdgeArgs, counting_in: Option<sqlx::PgPool>) -> Edge {
    let routes = OpenApiRouter::new()
        .routes(guarded(Action::BrowseCatalogue, routes!(log_in)))
        .layer(Extension(held.clone()));
    let settings = EdgeSettings { counting_in, ..EdgeSettings::new(args, 100) };
    edge_before(routes, Router::new(), settings).unwrap()
}

/// A log-in from `203.0.113.<host>`.
fn log_in_from(edge: &Edge, host: u8) -> Pin<Box<dyn Future<Output = u16> + Send>> {
    let (edge, request) = (edge.clone(), Request::post("/api/v1/auth/login"));
    let request = request.body(axum::body::Body::empty()).unwrap();
    Box::pin(async move {
        edge.respond_to(request, Some([203, 0, 113, host].into())).await.status().as_u16()
    })
}

/// What is said at once; nothing of what found a place and lasts.
async fn at_once(log_in: &mut (impl Future<Output = u16> + Unpin)) -> Option<u16> {
    std::future::poll_fn(|context| match Pin::new(&mut *log_in).poll(context) {
        Poll::Ready(status) => Poll::Ready(Some(status)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

#[tokio::test]
async fn a_flood_from_one_address_leaves_places_to_others() {
    let held = Held::new();
    let edge = edge_of(&held, EdgeArgs::default(), None);
    let mut lasting = Vec::new();
    let mut refused = 0;
    for _ in 0..1_000 {
        let mut flood = log_in_from(&edge, 1);
        match at_once(&mut flood).await {
            None => lasting.push(flood),
            Some(status) => {
                assert_eq!(status, 503);
                refused += 1;
            }
        }
    }
    assert_eq!((lasting.len(), refused), (16, 984), "half of 32 places");
    let mut honest = log_in_from(&edge, 2);
    assert_eq!(at_once(&mut honest).await, None, "let in");
    held.may_end.add_permits(100);
    assert_eq!(honest.await, 200);
    assert_eq!(futures::future::join_all(lasting).await, [200; 16]);
}

/// One place, two attempts an hour for each address.
async fn narrow(held: &Held) -> (Edge, TestDatabase) {
    let database = TestDatabase::create().await;
    let mut args = EdgeArgs::default();
    args.rates.rate_limits = Switch::On;
    args.rates.rate_limit_attempts = "2/h,2".parse().unwrap();
    args.lanes.max_in_flight_passwords = 1;
    (edge_of(held, args, Some(database.command().clone())), database)
}

/// A log-in that has the only place.
async fn a_lasting_one(edge: &Edge, held: &Held, host: u8) -> tokio::task::JoinHandle<u16> {
    let lasting = tokio::spawn(log_in_from(edge, host));
    held.begun.acquire().await.unwrap().forget();
    lasting
}

async fn counted(database: &TestDatabase) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM edge.attempts")
        .fetch_one(database.owner())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_flood_that_finds_no_place_is_told_that_it_is_too_much() {
    let held = Held::new();
    let (edge, database) = narrow(&held).await;
    let lasting = a_lasting_one(&edge, &held, 2).await;
    let mut told = Vec::new();
    for _ in 0..100 {
        told.push(log_in_from(&edge, 1).await);
    }
    let (waits, too_many) = told.split_at(20);
    assert!(waits.iter().all(|status| *status == 503), "ten tries for each attempt: {told:?}");
    assert!(too_many.iter().all(|status| *status == 429), "{told:?}");
    assert_eq!(counted(&database).await, 1, "the one that lasts");
    held.may_end.add_permits(2);
    assert_eq!(lasting.await.unwrap(), 200);
    assert_eq!(log_in_from(&edge, 1).await, 429, "though there is a place");
    assert_eq!(log_in_from(&edge, 3).await, 200);
}

#[tokio::test]
async fn whoever_found_no_place_has_all_attempts_left() {
    let held = Held::new();
    let (edge, _database) = narrow(&held).await;
    let lasting = a_lasting_one(&edge, &held, 2).await;
    for _ in 0..18 {
        assert_eq!(log_in_from(&edge, 1).await, 503);
    }
    held.may_end.add_permits(3);
    assert_eq!(lasting.await.unwrap(), 200);
    assert_eq!(log_in_from(&edge, 1).await, 200);
    assert_eq!(log_in_from(&edge, 1).await, 200);
    assert_eq!(log_in_from(&edge, 1).await, 429);
}
