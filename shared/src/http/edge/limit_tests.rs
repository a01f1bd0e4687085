//! What the edge lets through, how often, and from where.

use axum::{http::HeaderName, response::Html, routing::get};
use http::{HeaderMap, HeaderValue, Request};
use serde_json::Value;
use utoipa_axum::routes;
use uuid::Uuid;

use super::*;
use crate::{
    auth::{AccessTokens, Action, ApiKeys},
    clock::Clock,
    config::SecretKey,
    http::{Body, guarded, testing::access_tokens},
    id::ReservationId,
    testing::TestDatabase,
};

#[utoipa::path(get, path = "/events", responses((status = 200)))]
async fn list(client: Option<ClientAddress>) -> String {
    client.map(|client| client.ip().to_string()).unwrap_or_default()
}

#[utoipa::path(post, path = "/events/{event_id}/reservations",
    params(("event_id" = Uuid, Path)), request_body = Value, responses((status = 200)))]
async fn hold(_: Body<Value>) {}

#[utoipa::path(post, path = "/auth/login", request_body = Value, responses((status = 200)))]
async fn login(_: Body<Value>) {}

#[utoipa::path(post, path = "/webhooks/test", responses((status = 200)))]
async fn webhook() {}

/// Limits that are reached soon: a question costs 1 unit, a hold 2, an attempt 10.
fn soon() -> EdgeArgs {
    let limit = |text: &str| text.parse().unwrap();
    let rates = RateArgs {
        rate_limits: Switch::On,
        rate_limit_address: limit("1/h,60"),
        rate_limit_holds: limit("1/h,5"),
        rate_limit_caller: limit("off"),
        rate_limit_holder: limit("1/h,4"),
        rate_limit_event: limit("1/h,8"),
        rate_limit_credentials: limit("1/h,3"),
        rate_limit_attempts: limit("1/h,2"),
    };
    EdgeArgs { rates, ..EdgeArgs::default() }
}

fn edge_of(args: EdgeArgs, counting_in: Option<sqlx::PgPool>) -> Edge {
    let routes = OpenApiRouter::new()
        .routes(guarded(Action::BrowseCatalogue, routes!(list)))
        .routes(guarded(Action::ReserveTickets, routes!(hold)))
        .routes(guarded(Action::BrowseCatalogue, routes!(login)))
        .routes(guarded(Action::DeliverWebhook, routes!(webhook)));
    let open = Router::new()
        .route("/healthz", get(async || "alive"))
        .route("/page", get(async || Html("<p>")))
        .route("/scanner", get(async || ([("permissions-policy", "camera=(self)")], Html("<p>"))));
    let pool = sqlx::postgres::PgPoolOptions::new()
        .connect_lazy("postgres://nobody@127.0.0.1:1/none")
        .unwrap();
    let tokens = AccessTokens::new(&SecretKey::new([3; 32]));
    let authenticator = Authenticator::new(ApiKeys::new(pool, Clock::system()), tokens);
    let settings = EdgeSettings { counting_in, ..EdgeSettings::new(args, 100) };
    Edge::try_new(routes, open, authenticator, settings).unwrap()
}

/// What is sent, from `203.0.113.<host>`.
struct Sent<'a> {
    host: u8,
    method: Method,
    path: &'a str,
    headers: &'a [(&'static str, &'a str)],
}

fn from(host: u8, path: &str) -> Sent<'_> {
    Sent { host, method: Method::GET, path, headers: &[] }
}

fn post(host: u8, path: &str) -> Sent<'_> {
    Sent { method: Method::POST, ..from(host, path) }
}

async fn send(edge: &Edge, sent: Sent<'_>) -> Response {
    let mut request = Request::builder()
        .method(sent.method)
        .uri(format!("/api/v1{}", sent.path))
        .header("content-type", "application/json");
    for (name, value) in sent.headers {
        request = request.header(*name, *value);
    }
    let request = request.body(axum::body::Body::from("{}")).unwrap();
    edge.respond_to(request, Some([203, 0, 113, sent.host].into())).await
}

async fn status(edge: &Edge, sent: Sent<'_>) -> u16 {
    send(edge, sent).await.status().as_u16()
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn two_processes_limit_an_address_together() {
    let database = TestDatabase::create().await;
    let mut args = soon();
    args.rates.rate_limit_address = "1/h,400".parse().unwrap();
    let one = edge_of(args.clone(), Some(database.command().clone()));
    let other = edge_of(args, Some(database.projection().clone()));
    let pause = tokio::time::sleep;
    pause(Duration::from_millis(300)).await;
    let mut taken = 0;
    while taken < 400 {
        match status(&one, from(1, "/events")).await {
            200 => taken += 1,
            _ => pause(Duration::from_millis(5)).await,
        }
    }
    let (mut more, began) = (0, Instant::now());
    while began.elapsed() < Duration::from_secs(2) {
        match status(&other, from(1, "/events")).await {
            200 => more += 1,
            _ => pause(Duration::from_millis(20)).await,
        }
    }
    assert!(more <= 100, "{more}");
    let refused = send(&other, from(1, "/events")).await;
    assert_eq!(refused.status(), 429);
    let told = header(&refused, "ratelimit").unwrap();
    assert!(told.starts_with("\"address\";r=0;"), "{told}");
    assert_eq!(status(&other, from(2, "/events")).await, 200, "another address");
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_when_to_come_back() {
    let edge = edge_of(soon(), None);
    for left in (0..60_u32).rev() {
        let response = send(&edge, from(1, "/events")).await;
        assert_eq!(response.status(), 200);
        let told = header(&response, "ratelimit").map(ToOwned::to_owned);
        let expected =
            (left < 30).then(|| format!("\"address\";r={left};t={}", (60 - left) * 3600));
        assert_eq!(told, expected);
    }
    let refused = send(&edge, from(1, "/events")).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(header(&refused, "ratelimit-policy"), Some("\"address\";q=60;w=216000"));
    assert_eq!(header(&refused, "ratelimit"), Some("\"address\";r=0;t=216000"));
    assert_eq!(header(&refused, "retry-after"), Some("3600"));
    let body = axum::body::to_bytes(refused.into_body(), 10_000).await.unwrap();
    let problem: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (&problem["code"], &problem["limit"]),
        (&"too-many-requests".into(), &"address".into())
    );
    assert_eq!(status(&edge, from(2, "/events")).await, 200, "another address");
    assert_eq!(status(&edge, post(1, "/webhooks/test")).await, 200, "a webhook");
    let health = Request::get("/healthz").body(axum::body::Body::empty()).unwrap();
    assert_eq!(edge.respond_to(health, Some([203, 0, 113, 1].into())).await.status(), 200);
}

#[tokio::test]
async fn the_client_counts_and_not_its_proxy() {
    let trusted_proxies = "203.0.113.1".parse().unwrap();
    let edge = edge_of(EdgeArgs { trusted_proxies, ..soon() }, None);
    let through = |host, headers| Sent { headers, ..from(host, "/events") };
    let (one, other) = ([("x-forwarded-for", "10.0.0.1")], [("x-forwarded-for", "10.0.0.2")]);
    let seen = send(&edge, through(1, &one)).await;
    let body = axum::body::to_bytes(seen.into_body(), 100).await.unwrap();
    assert_eq!(body, "10.0.0.1");
    for _ in 0..59 {
        assert_eq!(status(&edge, through(1, &one)).await, 200);
    }
    assert_eq!(status(&edge, through(1, &one)).await, 429);
    assert_eq!(status(&edge, through(1, &other)).await, 200);
    assert_eq!(status(&edge, through(9, &one)).await, 200, "a stranger's word counts nothing");
    for _ in 0..61 {
        assert_eq!(status(&edge, from(1, "/events")).await, 200, "a proxy is nobody's address");
    }
}

#[tokio::test]
async fn holds_are_limited_by_address_and_by_event() {
    let edge = edge_of(soon(), None);
    let path = |event: &str| format!("/events/{event}/reservations");
    let event = Uuid::from_u128(0xE0);
    let hyphenated = path(&event.to_string());
    for _ in 0..5 {
        assert_eq!(status(&edge, post(1, &hyphenated)).await, 200);
    }
    assert_eq!(status(&edge, post(1, &hyphenated)).await, 429, "the address");
    assert_eq!(status(&edge, from(1, "/events")).await, 200, "may look on");
    let upper = path(&event.simple().to_string().to_uppercase());
    for written in [&hyphenated, &upper, &hyphenated] {
        assert_eq!(status(&edge, post(2, written)).await, 200);
    }
    assert_eq!(status(&edge, post(3, &upper)).await, 429, "the event");
    assert_eq!(status(&edge, post(3, &path(&Uuid::nil().to_string()))).await, 200, "another one");
}

#[tokio::test]
async fn a_caller_is_limited_wherever_it_comes_from() {
    let edge = edge_of(soon(), None);
    let bearer =
        |id| format!("Bearer {}", access_tokens().issue(ReservationId::new(Uuid::from_u128(id))));
    let (one, other) = (bearer(7), bearer(8));
    for host in 1..=4 {
        let headers = [("authorization", one.as_str())];
        assert_eq!(status(&edge, Sent { headers: &headers, ..from(host, "/events") }).await, 200);
    }
    let headers = [("authorization", one.as_str())];
    assert_eq!(status(&edge, Sent { headers: &headers, ..from(5, "/events") }).await, 429);
    let headers = [("authorization", other.as_str())];
    assert_eq!(status(&edge, Sent { headers: &headers, ..from(5, "/events") }).await, 200);
}

#[tokio::test]
async fn many_wrong_credentials_of_an_address_do_no_harm_to_right_ones() {
    let edge = edge_of(soon(), None);
    let wrong = [("authorization", "Bearer nonsense")];
    for expected in [401, 401, 401, 429, 429] {
        assert_eq!(status(&edge, Sent { headers: &wrong, ..from(1, "/events") }).await, expected);
    }
    let token = access_tokens().issue(ReservationId::new(Uuid::from_u128(7)));
    let bearer = format!("Bearer {token}");
    let right = [("authorization", bearer.as_str())];
    assert_eq!(status(&edge, Sent { headers: &right, ..from(1, "/events") }).await, 200);
}

#[tokio::test]
async fn attempts_at_what_can_be_guessed_count_for_all_processes() {
    let database = TestDatabase::create().await;
    let process = || edge_of(soon(), Some(database.command().clone()));
    let (one, other) = (process(), process());
    assert_eq!(status(&one, post(1, "/auth/login")).await, 200);
    assert_eq!(status(&other, post(1, "/auth/login")).await, 200);
    for edge in [&one, &other] {
        let refused = send(edge, post(1, "/auth/login")).await;
        assert_eq!(refused.status(), 429);
        assert!(header(&refused, "ratelimit").unwrap().starts_with("\"attempts\";r=0;t=7"));
    }
    assert_eq!(status(&one, post(2, "/auth/login")).await, 200);
}

#[tokio::test]
async fn all_limits_can_be_lifted() {
    let mut args = soon();
    args.rates.rate_limits = Switch::Off;
    let edge = edge_of(args, None);
    for _ in 0..200 {
        assert_eq!(status(&edge, from(1, "/events")).await, 200);
    }
}

#[tokio::test]
async fn cookies_from_a_page_of_another_site_change_nothing() {
    let edge = edge_of(EdgeArgs::default(), None);
    let path = format!("/events/{}/reservations", Uuid::nil());
    let send = async |headers: &[(&'static str, &str)]| {
        let response = send(&edge, Sent { headers, ..post(1, &path) }).await;
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
        problem["code"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(send(&[("cookie", "a=b")]).await, "cross-site");
    assert_eq!(send(&[("cookie", "a=b"), ("sec-fetch-site", "cross-site")]).await, "cross-site");
    assert_eq!(send(&[("cookie", "a=b"), ("sec-fetch-site", "same-origin")]).await, "");
    assert_eq!(send(&[("sec-fetch-site", "cross-site")]).await, "");
}

#[tokio::test]
async fn pages_of_listed_origins_may_use_the_api_and_no_others() {
    let cors_origins = vec!["https://partner.example".parse().unwrap()];
    let edge = edge_of(EdgeArgs { cors_origins, ..EdgeArgs::default() }, None);
    let asks = |origin| [("origin", origin), ("access-control-request-method", "POST")];
    let preflight = async |origin| {
        let headers = asks(origin);
        let sent = Sent { method: Method::OPTIONS, headers: &headers, ..from(1, "/anything") };
        send(&edge, sent).await
    };
    let allowed = preflight("https://partner.example").await;
    assert_eq!(allowed.status(), 204);
    assert_eq!(header(&allowed, "access-control-allow-origin"), Some("https://partner.example"));
    assert!(header(&allowed, "access-control-allow-methods").unwrap().contains("DELETE"));
    let refused = preflight("https://evil.example").await;
    assert_eq!(refused.status(), 404);
    assert_eq!(header(&refused, "access-control-allow-origin"), None);
    for (origin, expected) in [
        ("https://partner.example", Some("https://partner.example")),
        ("https://evil.example", None),
    ] {
        let headers = [("origin", origin)];
        let answer = send(&edge, Sent { headers: &headers, ..from(1, "/events") }).await;
        assert_eq!(header(&answer, "access-control-allow-origin"), expected);
        assert_eq!(header(&answer, "vary").is_some(), expected.is_some());
        assert_eq!(header(&answer, "access-control-allow-credentials"), None);
    }
}

async fn headers_of(edge: &Edge, path: &str) -> HeaderMap {
    let request = Request::get(path).body(axum::body::Body::empty()).unwrap();
    edge.respond(request).await.headers().clone()
}

#[tokio::test]
async fn pages_are_kept_apart_and_may_say_more() {
    let tls = "https://tickets.example".parse().unwrap();
    let edge = edge_of(EdgeArgs { own_origin: Some(tls), ..EdgeArgs::default() }, None);
    let names = ["cross-origin-opener-policy", "permissions-policy", "strict-transport-security"];
    let values =
        |headers: &HeaderMap| names.map(|name| headers.get(HeaderName::from_static(name)).cloned());
    let value = |text| Some(HeaderValue::from_static(text));
    let hsts = value("max-age=31536000; includeSubDomains");
    let [opener, policy, transport] = values(&headers_of(&edge, "/page").await);
    assert_eq!((opener, &transport), (value("same-origin"), &hsts));
    assert!(policy.unwrap().to_str().unwrap().contains("camera=()"));
    assert_eq!(values(&headers_of(&edge, "/scanner").await)[1], value("camera=(self)"));
    assert_eq!(values(&headers_of(&edge, "/healthz").await), [None, None, hsts]);
    let plain = edge_of(EdgeArgs::default(), None);
    assert_eq!(values(&headers_of(&plain, "/healthz").await), [None, None, None]);
}

#[tokio::test]
async fn a_route_takes_no_more_than_it_needs() {
    let edge = edge_of(EdgeArgs::default(), None);
    let path = format!("/api/v1/events/{}/reservations", Uuid::nil());
    let send = async |path: &str, body: String| {
        let request = Request::post(path).header("content-type", "application/json");
        edge.respond(request.body(body.into()).unwrap()).await.status().as_u16()
    };
    let of_length = |length: usize| format!("\"{}\"", "x".repeat(length - 2));
    let nested = |depth| ["[".repeat(depth), "]".repeat(depth)].concat();
    assert_eq!(send(&path, of_length(32 * 1024)).await, 200);
    assert_eq!(send(&path, of_length(32 * 1024 + 1)).await, 413);
    assert_eq!((send(&path, nested(8)).await, send(&path, nested(9)).await), (200, 422));
    assert_eq!(send("/api/v1/auth/login", of_length(8 * 1024 + 1)).await, 413);
}
