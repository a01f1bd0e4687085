//! Good bodies and every kind of bad one.

use axum::{Router, body::to_bytes, routing::post};
use http::Request;
use serde::Deserialize;
use serde_json::Value;
use tower::ServiceExt;

use super::*;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    items: Vec<Item>,
    #[serde(default)]
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    quantity: u32,
    price: Option<Price>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Price {
    Free,
    Fixed {
        #[expect(dead_code, reason = "only parsed")]
        amount: i64,
    },
}

async fn show(order: Body<Order>) -> String {
    let quantities: u32 = order.value.items.iter().map(|item| item.quantity).sum();
    let priced = order.value.items.iter().filter(|item| item.price.is_some()).count();
    let note = order.value.note.unwrap_or_default();
    serde_json::json!({"sum": quantities, "priced": priced, "note": note}).to_string()
}

async fn send(content_type: &str, body: impl Into<axum::body::Body>) -> (u16, Value) {
    let router = Router::new().route("/", post(show));
    let request = Request::post("/").header(header::CONTENT_TYPE, content_type);
    let response = router.oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 100_000).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

async fn fault(body: &str) -> (u16, String, String) {
    let (status, problem) = send("application/json", body.to_owned()).await;
    let text = |name: &str| problem["errors"][0][name].as_str().unwrap_or_default().to_owned();
    (status, text("pointer"), text("code"))
}

#[tokio::test]
async fn reads_a_good_body() {
    let body = r#"{"items":[{"quantity":2},{"quantity":3,"price":{"kind":"free"}}],"note":"hi"}"#;
    for content_type in ["application/json", "Application/JSON; charset=utf-8"] {
        let (status, said) = send(content_type, body).await;
        assert_eq!(status, 200);
        assert_eq!(said, serde_json::json!({"sum": 5, "priced": 1, "note": "hi"}));
    }
}

#[tokio::test]
async fn names_the_place_of_the_fault() {
    for (body, pointer, code) in [
        (r#"{"items":[{"quantity":1},{"quantity":-1}]}"#, "/items/1/quantity", "invalid-value"),
        (r#"{"items":[{"quantity":"two"}]}"#, "/items/0/quantity", "invalid-value"),
        (r#"{"items":[{"quantity":1.5}]}"#, "/items/0/quantity", "invalid-value"),
        (r#"{"items":[{"quantity":4294967296}]}"#, "/items/0/quantity", "invalid-value"),
        (r#"{"items":[{"quantity":null}]}"#, "/items/0/quantity", "invalid-value"),
        (r#"{"items":[{}]}"#, "/items/0/quantity", "missing-field"),
        (r#"{"items":[{"quantity":1,"price_minor":0}]}"#, "/items/0/price_minor", "unknown-field"),
        (r#"{"items":[],"a/b~c":1}"#, "/a~1b~0c", "unknown-field"),
        (
            r#"{"items":[{"quantity":1,"price":{"kind":"gift"}}]}"#,
            "/items/0/price/kind",
            "invalid-value",
        ),
        (r#"{"items":{}}"#, "/items", "invalid-value"),
        (r"{}", "/items", "missing-field"),
        (r"[]", "", "invalid-value"),
        (r"null", "", "invalid-value"),
        (r#""text""#, "", "invalid-value"),
        (r#"{"items":[],"items":[]}"#, "/items", "repeated-field"),
    ] {
        let (status, found, found_code) = fault(body).await;
        assert_eq!((status, found.as_str(), found_code.as_str()), (422, pointer, code), "{body}");
    }
}

#[tokio::test]
async fn what_is_no_json_is_malformed() {
    let invalid_text = [b"{\"note\":\"".as_slice(), &[0xff, 0xfe], b"\"}"].concat();
    for body in [
        b"".as_slice(),
        b"{",
        b"{'items':[]}",
        b"{\"items\":[]} trailing",
        b"{\"items\":[{\"quantity\":1e999}]}",
        b"{\"items\":[{\"quantity\":NaN}]}",
        b"{\"note\":\"\\ud800\",\"items\":[]}",
        b"{\"note\":\"\\",
        &invalid_text,
        &[0; 100],
    ] {
        let (status, problem) = send("application/json", body.to_vec()).await;
        let text = String::from_utf8_lossy(body);
        assert_eq!((status, &problem["code"]), (400, &"malformed-json".into()), "{text}");
    }
}

#[tokio::test]
async fn other_content_types_are_not_read() {
    for content_type in ["", "text/plain", "application/jsonp", "multipart/form-data; boundary=x"] {
        assert_eq!(send(content_type, r#"{"items":[]}"#).await.0, 415, "{content_type}");
    }
}

#[tokio::test]
async fn encoded_bodies_are_not_read() {
    let router = Router::new().route("/", post(show));
    let request = Request::post("/")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONTENT_ENCODING, "gzip");
    let body = axum::body::Body::from("x");
    assert_eq!(router.oneshot(request.body(body).unwrap()).await.unwrap().status(), 415);
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_too_large() {
    let (status, problem) = send("application/json", vec![b' '; 10_000_000]).await;
    assert_eq!((status, &problem["limit_bytes"]), (413, &65_536.into()));
}

#[tokio::test]
async fn a_body_that_hides_its_size_is_too_large_as_well() {
    let pieces = (0..66).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1000]));
    let body = axum::body::Body::from_stream(futures::stream::iter(pieces));
    assert_eq!(send("application/json", body).await.0, 413);
}

#[tokio::test]
async fn the_limit_itself_is_accepted() {
    let mut body = r#"{"items":[]}"#.to_owned();
    body.push_str(&" ".repeat(BodyLimits::default().bytes - body.len()));
    assert_eq!(send("application/json", body.clone()).await.0, 200);
    body.push(' ');
    assert_eq!(send("application/json", body).await.0, 413);
}

#[tokio::test]
async fn deep_nesting_is_refused() {
    let deep = format!(r#"{{"note":{}{}}}"#, "[".repeat(20_000), "]".repeat(20_000));
    assert_eq!(fault(&deep).await, (422, String::new(), "too-deep".to_owned()));
}

#[tokio::test]
async fn nul_characters_are_refused() {
    let body = r#"{"items":[],"note":"a\u0000b"}"#;
    assert_eq!(fault(body).await, (422, String::new(), "nul-character".to_owned()));
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let body =
        axum::body::Body::from_stream(futures::stream::pending::<std::io::Result<Vec<u8>>>());
    let problem = read(Request::new(body), BodyLimits::default(), Duration::from_millis(20)).await;
    let problem = problem.unwrap_err();
    assert_eq!(problem.status(), 408);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_bad_request() {
    let pieces = [Ok(b"{".to_vec()), Err(std::io::Error::other("reset"))];
    let body = axum::body::Body::from_stream(futures::stream::iter(pieces));
    assert_eq!(send("application/json", body).await.0, 400);
}

#[tokio::test]
async fn the_bytes_are_kept_as_sent() {
    let request = Request::post("/").header(header::CONTENT_TYPE, "application/json");
    let request = request.body(axum::body::Body::from("{ }")).unwrap();
    let body = Body::<Value>::from_request(request, &()).await.unwrap();
    assert_eq!(body.bytes().as_ref(), b"{ }");
    assert_eq!(body.value, serde_json::json!({}));
}
