//! What the edge does to requests, seen from outside.

use axum::{body::to_bytes, routing::get};
use http::{HeaderValue, Request};
use serde_json::Value;
use tokio::sync::Semaphore;
use utoipa_axum::{router::UtoipaMethodRouter, routes};
use uuid::Uuid;

use super::{dress::SAFE_HEADERS, *};
use crate::{
    auth::{Action, Resource},
    http::{
        Body, Ids, guarded,
        testing::{access_tokens, edge_before},
    },
    id::{OrganizationId, ReservationId},
};

#[utoipa::path(get, path = "/orders/{order_id}", params(("order_id" = Uuid, Path)),
    responses((status = 200, body = String)))]
async fn show_order(caller: Caller, Ids(id): Ids<ReservationId>) -> Result<String, Problem> {
    let organization = OrganizationId::new(Uuid::from_u128(1));
    caller.may(Resource::Reservation { reservation: id, organization, person: None })?;
    Ok(caller.audit_name().into_owned())
}

#[utoipa::path(post, path = "/holds", request_body = Value, responses((status = 200, body = String)))]
async fn hold(caller: Caller, body: Body<Value>) -> String {
    format!("{} {}", caller.audit_name(), body.value)
}

#[utoipa::path(get, path = "/panic", responses((status = 200)))]
async fn fall_over() {
    panic!("on purpose");
}

#[utoipa::path(get, path = "/sleep", responses((status = 200)))]
async fn sleep_for_ever() {
    std::future::pending::<()>().await;
}

#[utoipa::path(get, path = "/trace", responses((status = 200)))]
async fn tell_trace() -> String {
    TraceId::current().unwrap().to_string()
}

#[utoipa::path(post, path = "/organizations", responses((status = 200)))]
async fn create_organization() {}

#[utoipa::path(get, path = "/unguarded", responses((status = 200)))]
async fn unguarded() {}

fn edge_with(guarded: OpenApiRouter, settings: EdgeSettings) -> Result<Edge, EdgeError> {
    edge_before(guarded, Router::new().route("/healthz", get(async || "alive")), settings)
}

fn all_routes() -> OpenApiRouter {
    let browse = |routes: UtoipaMethodRouter| guarded(Action::BrowseCatalogue, routes);
    OpenApiRouter::new()
        .routes(guarded(Action::ViewOrder, routes!(show_order)))
        .routes(guarded(Action::ReserveTickets, routes!(hold)))
        .routes(guarded(Action::CreateOrganization, routes!(create_organization)))
        .routes(browse(routes!(fall_over)))
        .routes(browse(routes!(sleep_for_ever)))
        .routes(browse(routes!(tell_trace)))
}

fn an_edge() -> Edge {
    edge_with(all_routes(), EdgeSettings::default()).unwrap()
}

fn a_get(path: &str) -> Request<axum::body::Body> {
    Request::get(path).body(axum::body::Body::empty()).unwrap()
}

fn with_token(path: &str, token: &str) -> Request<axum::body::Body> {
    let mut request = a_get(path);
    let value = HeaderValue::try_from(format!("Bearer {token}")).unwrap();
    request.headers_mut().insert(header::AUTHORIZATION, value);
    request
}

async fn text(response: Response) -> String {
    let body = to_bytes(response.into_body(), 100_000).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

/// Status and code of the problem the edge answers with.
async fn problem(edge: &Edge, request: Request<axum::body::Body>) -> (u16, String) {
    let response = edge.respond(request).await;
    let status = response.status().as_u16();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    let problem: Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(problem["status"], status);
    assert_eq!(problem["trace_id"].as_str().unwrap().len(), 32);
    (status, problem["code"].as_str().unwrap().to_owned())
}

fn order_path(reservation: ReservationId) -> String {
    format!("/api/v1/orders/{reservation}")
}

#[tokio::test]
async fn the_holder_of_an_order_sees_it() {
    let id = ReservationId::new(Uuid::from_u128(7));
    let token = access_tokens().issue(id);
    let response = an_edge().respond(with_token(&order_path(id), &token)).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(response).await, format!("holder:{id}"));
    let linked = a_get(&format!("{}?access_token={token}", order_path(id)));
    assert_eq!(an_edge().respond(linked).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_holder_of_another_order_gets_what_is_given_for_a_missing_one() {
    let id = ReservationId::new(Uuid::from_u128(7));
    let other = access_tokens().issue(ReservationId::new(Uuid::from_u128(8)));
    let foreign = problem(&an_edge(), with_token(&order_path(id), &other)).await;
    assert_eq!(foreign, (404, "not-found".to_owned()));
}

#[tokio::test]
async fn the_public_is_asked_for_credentials() {
    let path = order_path(ReservationId::new(Uuid::from_u128(7)));
    let response = an_edge().respond(a_get(&path)).await;
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    assert_eq!(problem(&an_edge(), a_get(&path)).await, (401, "unauthenticated".to_owned()));
}

#[tokio::test]
async fn a_holder_does_not_run_the_platform() {
    let token = access_tokens().issue(ReservationId::new(Uuid::from_u128(7)));
    let mut request = with_token("/api/v1/organizations", &token);
    *request.method_mut() = Method::POST;
    assert_eq!(problem(&an_edge(), request).await, (403, "forbidden".to_owned()));
}

#[tokio::test]
async fn bad_credentials_are_refused_even_where_the_public_is_welcome() {
    let forged = format!("fha_{}_{}", Uuid::from_u128(7).simple(), "0".repeat(32));
    let long = "x".repeat(5000);
    for token in ["", "nonsense", "fhk_zz_zz", "fha__", &forged, &long] {
        let (status, code) = problem(&an_edge(), with_token("/api/v1/trace", token)).await;
        assert_eq!((status, code.as_str()), (401, "unauthenticated"), "{token}");
    }
}

#[tokio::test]
async fn keys_that_cannot_be_looked_up_are_no_failure_of_the_client() {
    let key = format!("fhk_{}_{}", Uuid::from_u128(7).simple(), "0".repeat(64));
    let answer = problem(&an_edge(), with_token("/api/v1/trace", &key)).await;
    assert_eq!(answer, (503, "unavailable".to_owned()));
}

#[tokio::test]
async fn an_unknown_address_is_a_problem() {
    for path in ["/", "/api/v1", "/api/v1/trace/", "/api/v1/%00", "/orders/7", "//api/v1/trace"] {
        assert_eq!(problem(&an_edge(), a_get(path)).await, (404, "not-found".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_a_problem_that_names_the_right_ones() {
    let edge = an_edge();
    let mut request = a_get("/api/v1/trace");
    *request.method_mut() = Method::DELETE;
    let response = edge.respond(request).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()[header::ALLOW], "GET, HEAD");
    let mut open = a_get("/healthz");
    *open.method_mut() = Method::POST;
    assert_eq!(problem(&edge, open).await, (405, "method-not-allowed".to_owned()));
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let mut request = a_get("/api/v1/trace");
    *request.method_mut() = Method::HEAD;
    let response = an_edge().respond(request).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_LENGTH], "32");
    assert_eq!(text(response).await, "");
}

#[tokio::test]
async fn open_routes_need_no_policy() {
    let response = an_edge().respond(a_get("/healthz")).await;
    assert_eq!(text(response).await, "alive");
}

#[tokio::test]
async fn a_panic_is_a_problem_and_the_service_goes_on() {
    let edge = an_edge();
    let answer = problem(&edge, a_get("/api/v1/panic")).await;
    assert_eq!(answer, (500, "internal".to_owned()));
    assert_eq!(edge.respond(a_get("/api/v1/trace")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let request_timeout = Duration::from_millis(20);
    let settings = EdgeSettings { request_timeout, ..EdgeSettings::default() };
    let edge = edge_with(all_routes(), settings).unwrap();
    let answer = problem(&edge, a_get("/api/v1/sleep")).await;
    assert_eq!(answer, (503, "deadline-exceeded".to_owned()));
}

#[tokio::test]
async fn more_than_the_limit_at_once_is_shed_but_health_is_not() {
    let settings = EdgeSettings { max_in_flight: 1, ..EdgeSettings::default() };
    let edge = edge_with(all_routes(), settings).unwrap();
    let begun = Arc::new(Semaphore::new(0));
    let first = tokio::spawn({
        let (edge, begun) = (edge.clone(), begun.clone());
        async move {
            begun.add_permits(1);
            edge.respond(a_get("/api/v1/sleep")).await
        }
    });
    begun.acquire().await.unwrap().forget();
    tokio::task::yield_now().await;
    let response = edge.respond(a_get("/api/v1/trace")).await;
    assert_eq!(response.headers()[header::RETRY_AFTER], "1");
    assert_eq!(problem(&edge, a_get("/api/v1/trace")).await, (503, "overloaded".to_owned()));
    assert_eq!(edge.respond(a_get("/healthz")).await.status(), StatusCode::OK);
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    assert_eq!(edge.respond(a_get("/api/v1/trace")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_trace_goes_in_and_out() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let mut request = a_get("/api/v1/trace");
    let parent = HeaderValue::try_from(format!("00-{trace}-00f067aa0ba902b7-01")).unwrap();
    request.headers_mut().insert("traceparent", parent);
    let response = an_edge().respond(request).await;
    assert_eq!(response.headers()["trace-id"], trace);
    assert_eq!(text(response).await, trace);
}

#[tokio::test]
async fn answers_are_not_cached_sniffed_or_framed() {
    for path in ["/api/v1/trace", "/nothing", "/api/v1/panic"] {
        let response = an_edge().respond(a_get(path)).await;
        for (name, value) in SAFE_HEADERS {
            assert_eq!(response.headers()[name], value);
        }
    }
}

#[tokio::test]
async fn a_documented_route_without_policy_keeps_the_service_from_starting() {
    let routes = all_routes().routes(routes!(unguarded));
    let refusal = edge_with(routes, EdgeSettings::default()).err().unwrap();
    assert_eq!(refusal.to_string(), "GET /unguarded has no policy");
}

#[tokio::test]
async fn an_undocumented_route_without_policy_is_not_served() {
    let routes = all_routes().route("/api/v1/secret", get(async || "secret"));
    let edge = edge_with(routes, EdgeSettings::default()).unwrap();
    assert_eq!(problem(&edge, a_get("/api/v1/secret")).await.0, 404);
}

#[tokio::test]
async fn requests_are_counted_by_route_and_never_by_their_path() {
    let edge = an_edge();
    edge.respond(a_get("/api/v1/orders/very-secret-thing")).await;
    edge.respond(a_get("/very-secret-thing")).await;
    let mut text = String::new();
    edge.write_metrics(&mut text);
    assert!(text.contains(r#"{method="GET",route="/api/v1/orders/{order_id}",status="401"} 1"#));
    assert!(text.contains(r#"{method="any",route="open",status="404"} 1"#));
    assert!(!text.contains("secret"));
}

#[tokio::test]
async fn bad_bodies_meet_problems_at_the_edge_too() {
    let mut request = a_get("/api/v1/holds");
    *request.method_mut() = Method::POST;
    assert_eq!(problem(&an_edge(), request).await, (415, "unsupported-media-type".to_owned()));
}

#[tokio::test]
async fn the_document_names_policies_credentials_and_problems() {
    let edge = an_edge();
    let document = serde_json::to_value(edge.document()).unwrap();
    let hold = &document["paths"]["/api/v1/holds"]["post"];
    assert_eq!(hold["x-policy"], "reserve_tickets");
    assert_eq!(hold["security"], serde_json::json!([{}, {"bearer": []}]));
    let problem = &hold["responses"]["413"]["content"]["application/problem+json"]["schema"];
    assert_eq!(problem["$ref"], "#/components/schemas/Problem");
    let show = &document["paths"]["/api/v1/orders/{order_id}"]["get"];
    assert_eq!(show["security"], serde_json::json!([{"bearer": []}]));
    assert!(show["responses"]["413"].is_null() && !show["responses"]["404"].is_null());
    assert!(document["components"]["schemas"]["Problem"]["properties"]["code"].is_object());
}
