//! Whatever is sent, the answer is a clear problem and never a 5xx.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    client::{Api, OnSale, answer, fresh_key},
    platform::Platform,
};

struct Stage {
    _platform: Platform,
    api: Api,
    organizer: Api,
    sale: OnSale,
}

impl Stage {
    async fn new() -> Self {
        let platform = Platform::start().await;
        let (_, organizer) = platform.api().organizer().await;
        let sale = OnSale::publish(&organizer, 10, json!({})).await;
        Self { api: platform.api(), _platform: platform, organizer, sale }
    }

    fn hold_request(&self) -> RequestBuilder {
        self.api
            .request(Method::POST, &self.sale.reservations())
            .header("Idempotency-Key", fresh_key())
    }

    async fn refused_hold(&self, change: impl FnOnce(&mut Value), status: u16) -> (String, Value) {
        let mut body = self.sale.hold("ada@example.org", 1);
        change(&mut body);
        let refused = answer(self.hold_request().json(&body)).await;
        (refused.problem(status).to_owned(), refused.body)
    }
}

#[tokio::test]
async fn faulty_holds_are_refused_with_the_field_at_fault() {
    let stage = Stage::new().await;
    let cases: [(&str, Value, &str); 12] = [
        ("/items/0/quantity", json!(0), "quantity-out-of-range"),
        ("/items/0/quantity", json!(51), "quantity-out-of-range"),
        ("/items/0/quantity", json!(-1), "invalid-value"),
        ("/items/0/quantity", json!(4_294_967_296_u64), "invalid-value"),
        ("/items/0/quantity", json!("two"), "invalid-value"),
        ("/items/0/quantity", json!(1.5), "invalid-value"),
        ("/items/0/ticket_type_id", json!("7"), "invalid-value"),
        ("/items", json!([]), "required"),
        ("/items", json!(null), "invalid-value"),
        ("/contact/email", json!("nobody"), "email"),
        ("/contact/email", json!("a@b.example\r\nBcc: c@d.example"), "email"),
        ("/contact/name", json!("x".repeat(201)), "name"),
    ];
    for (pointer, value, code) in cases {
        let change = |body: &mut Value| set(body, pointer, value.clone());
        let (problem, body) = stage.refused_hold(change, 422).await;
        assert_eq!(problem, "validation", "{pointer} {value}");
        assert_eq!(body["errors"][0]["code"], code, "{pointer} {value}: {body}");
        let named = body["errors"][0]["pointer"].as_str().expect("a pointer");
        assert!(pointer.starts_with(named) || named.starts_with(pointer), "{named} for {pointer}");
    }
    let change = |body: &mut Value| set(body, "/price", json!(1));
    let (_, body) = stage.refused_hold(change, 422).await;
    assert_eq!(
        (&body["errors"][0]["code"], &body["errors"][0]["pointer"]),
        (&json!("unknown-field"), &json!("/price"),)
    );
}

fn set(body: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    body.pointer_mut(parent).expect("the parent is there")[name] = value;
}

#[tokio::test]
async fn bodies_that_are_no_json_are_refused_for_what_they_are() {
    let stage = Stage::new().await;
    let json = "application/json";
    let huge = "x".repeat(10 * 1024 * 1024);
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let cases = [
        (json, "{", 400, "malformed-json"),
        (json, "", 400, "malformed-json"),
        (json, "\u{0}", 400, "malformed-json"),
        (json, deep.as_str(), 422, "validation"),
        (json, huge.as_str(), 413, "payload-too-large"),
        ("text/plain", "{}", 415, "unsupported-media-type"),
        ("application/x-www-form-urlencoded", "a=b", 415, "unsupported-media-type"),
    ];
    for (kind, body, status, code) in cases {
        let request = stage.hold_request().header("content-type", kind).body(body.to_owned());
        let refused = answer(request).await;
        let shown = &body[..body.len().min(40)];
        assert_eq!((refused.status, refused.problem(status)), (status, code), "{shown}");
    }
}

#[tokio::test]
async fn a_hold_needs_an_idempotency_key() {
    let stage = Stage::new().await;
    let body = stage.sale.hold("ada@example.org", 1);
    let request = || stage.api.request(Method::POST, &stage.sale.reservations()).json(&body);
    assert_eq!(answer(request()).await.problem(400), "idempotency-key-required");
    let long = request().header("Idempotency-Key", "k".repeat(256));
    assert_eq!(answer(long).await.problem(400), "idempotency-key-invalid");
}

#[tokio::test]
async fn what_does_not_exist_and_what_is_not_ours_look_the_same() {
    let stage = Stage::new().await;
    let (_, stranger) = stage.api.organizer().await;
    let nowhere = "00000000-0000-7000-8000-000000000000";
    let there = &stage.sale.event;
    for (method, tail, body) in [
        (Method::PATCH, "", json!({"title": "Mine"})),
        (Method::PUT, "/capacity", json!({"total_capacity": 1})),
        (Method::POST, "/publish", json!({})),
        (Method::POST, "/publish", json!({"dry_run": true})),
        (Method::POST, "/cancel", json!({"reason": "Because."})),
        (Method::POST, "/complete", json!({})),
        (Method::POST, "/ticket-types", json!({"name": "X", "price": {"kind": "free"}})),
    ] {
        let ask = async |event: &str| {
            let path = format!("/events/{event}{tail}");
            let request = stranger.request(method.clone(), &path).header("If-Match", "\"5\"");
            let mut refused = answer(request.json(&body)).await;
            assert_eq!(refused.problem(404), "not-found", "{method} {tail}");
            refused.body["trace_id"] = Value::Null;
            refused.body
        };
        assert_eq!(ask(there).await, ask(nowhere).await, "{method} {tail}");
    }
    for path in [
        format!("/events/{nowhere}/availability"),
        "/events/7/availability".to_owned(),
        format!("/orders/{nowhere}"),
        format!("/tickets/{nowhere}"),
    ] {
        let refused = stage.organizer.get(&path).await;
        assert_eq!(refused.problem(404), "not-found", "{path}");
    }
}

#[tokio::test]
async fn nobody_acts_without_the_right_credentials() {
    let stage = Stage::new().await;
    let draft = json!({"title": "X"});
    let drafted = |api: Api| async move { api.post("/events", draft.clone()).await };
    assert_eq!(drafted.clone()(stage.api.clone()).await.problem(401), "unauthenticated");
    let forged = format!("fhk_{}_{}", "0".repeat(32), "0".repeat(64));
    for token in ["x", "fha_x", forged.as_str()] {
        let refused = stage.api.with(token).get("/events").await;
        assert_eq!(refused.problem(401), "unauthenticated", "{token}");
    }
    let refused = stage.organizer.post("/organizations", json!({"name": "Y"})).await;
    assert_eq!(refused.problem(403), "forbidden");
    let (foreign, _) = stage.api.organizer().await;
    let theirs = json!({"title": "X", "organization_id": foreign});
    assert_eq!(stage.organizer.post("/events", theirs).await.problem(404), "not-found");
}

#[tokio::test]
async fn what_is_not_on_sale_cannot_be_held() {
    let stage = Stage::new().await;
    let (organizer, sale) = (&stage.organizer, &stage.sale);
    let draft = json!({
        "title": "Later", "starts_at": "2035-06-01T18:00:00Z", "time_zone": "Europe/Berlin",
        "currency": "EUR", "total_capacity": 5,
    });
    let draft = organizer.post("/events", draft).await.expect(201);
    let event = draft["event_id"].as_str().expect("an id");
    let path = format!("/events/{event}/reservations");
    let body = json!({
        "items": [{"ticket_type_id": draft["ticket_types"][0]["ticket_type_id"], "quantity": 1}],
        "contact": {"email": "ada@example.org"},
    });
    assert_eq!(stage.api.post(&path, body).await.problem(409), "event-not-published");

    let kind = format!("/events/{}/ticket-types/{}", sale.event, sale.ticket_type);
    let edit = |version, change| organizer.edit(Method::PATCH, &kind, version, change);
    let hold = async || stage.api.post(&sale.reservations(), sale.hold("ada@example.org", 1)).await;
    edit(5, json!({"sale_starts_at": "2034-01-01T00:00:00Z"})).await.expect(200);
    assert_eq!(hold().await.problem(409), "sale-not-open");
    let over = json!({"sale_starts_at": null, "sale_ends_at": "2020-01-01T00:00:00Z"});
    edit(6, over).await.expect(200);
    assert_eq!(hold().await.problem(409), "sale-closed");
    edit(7, json!({"sale_ends_at": null, "enabled": false})).await.expect(200);
    assert_eq!(hold().await.problem(409), "ticket-type-disabled");
    let cancel = format!("/events/{}/cancel", sale.event);
    organizer.post(&cancel, json!({"reason": "The singer is ill."})).await.expect(200);
    assert_eq!(hold().await.problem(409), "event-not-published");
}

#[tokio::test]
async fn a_faulty_draft_names_all_its_faults_at_once() {
    let stage = Stage::new().await;
    let draft = json!({
        "title": " ", "starts_at": "2035-06-01T18:00:00Z", "ends_at": "2035-05-01T18:00:00Z",
        "time_zone": "Europe/Atlantis", "currency": "EURO", "hold_ttl_seconds": 1,
        "image_url": "http://example.org/x.png",
    });
    let refused = stage.organizer.post("/events", draft).await;
    assert_eq!(refused.problem(422), "validation");
    let pointers: Vec<&str> = refused.body["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|error| error["pointer"].as_str())
        .collect();
    for field in
        ["/title", "/ends_at", "/time_zone", "/currency", "/hold_ttl_seconds", "/image_url"]
    {
        assert!(pointers.contains(&field), "{field} is missing in {pointers:?}");
    }
}

#[tokio::test]
async fn prices_and_allocations_that_do_not_add_up_are_refused() {
    let stage = Stage::new().await;
    let path = format!("/events/{}/ticket-types", stage.sale.event);
    let kind = |price: Value, extra: Value| {
        let mut body = json!({"name": "Odd", "price": price});
        body.as_object_mut().expect("an object").extend(extra.as_object().expect("one").clone());
        body
    };
    let fixed = |amount: i64| json!({"kind": "fixed", "amount": amount});
    let too_much = 1_000_000_000_001_i64;
    let cases = [
        kind(fixed(-1), json!({})),
        kind(fixed(too_much), json!({})),
        kind(json!({"kind": "fixed", "amount": 1.5}), json!({})),
        kind(json!({"kind": "fixed", "amount": u64::MAX}), json!({})),
        kind(json!({"kind": "barter"}), json!({})),
        kind(
            json!({"kind": "pay_what_you_want", "minimum": 5, "maximum": 1, "suggested": 3}),
            json!({}),
        ),
        kind(fixed(1), json!({"allocation": 11})),
        kind(fixed(1), json!({"min_per_order": 5, "max_per_order": 4})),
        kind(fixed(1), json!({"max_per_order": 51})),
    ];
    for body in cases {
        let refused = stage.organizer.post(&path, body.clone()).await;
        assert_eq!(refused.problem(422), "validation", "{body}");
    }
}

#[tokio::test]
async fn addresses_and_methods_that_are_not_there_are_told_so() {
    let stage = Stage::new().await;
    assert_eq!(stage.api.get("/nothing").await.problem(404), "not-found");
    let wrong = stage.api.request(Method::PUT, "/events").json(&json!({}));
    let wrong = answer(wrong).await;
    assert_eq!(wrong.problem(405), "method-not-allowed");
    assert!(wrong.header("allow").is_some());
    for query in ["?limit=0", "?limit=101", "?cursor=garbage", "?from=yesterday", "?unknown=1"] {
        let refused = stage.api.get(&format!("/events{query}")).await;
        assert_eq!(refused.problem(422), "validation", "{query}");
    }
}
