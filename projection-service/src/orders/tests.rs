//! Orders on a real log and a real database.

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};
use shared::{
    events::box_office::{BoxOfficeEvent, Provider, RefundReason},
    id::OrderId,
    money::Currency,
};

use crate::{
    samples::{self, reservation_id},
    testing::Fixture,
};

fn path(number: u128) -> String {
    format!("/orders/{}", reservation_id(number))
}

fn completed(number: u128) -> BoxOfficeEvent {
    BoxOfficeEvent::OrderCompleted { order_id: OrderId::from(reservation_id(number)) }
}

async fn on_sale() -> Fixture {
    let fixture = Fixture::start().await;
    fixture
        .record(vec![
            samples::drafted(),
            samples::type_added(1, None),
            BoxOfficeEvent::EventPublished {},
        ])
        .await;
    fixture
}

async fn kinds(fixture: &Fixture, number: u128) -> Vec<String> {
    let holder = Fixture::holder(reservation_id(number));
    let answered = fixture.get(&format!("{}/timeline", path(number)), Some(&holder)).await;
    let kind = |step: &Value| step["kind"].as_str().unwrap().to_owned();
    answered.json()["steps"].as_array().unwrap().iter().map(kind).collect()
}

#[tokio::test]
async fn an_order_shows_its_items_totals_and_payment() {
    let fixture = on_sale().await;
    fixture.record(vec![samples::reserved(1, 2), samples::payment_started(1, 5000)]).await;
    fixture.record(vec![samples::paid(1, 2, false), samples::issued(1, 0)]).await;
    let holder = Fixture::holder(reservation_id(1));
    let order = fixture.get(&path(1), Some(&holder)).await.json();
    assert_eq!(order["status"], "PAID");
    assert_eq!(order["total"], json!({"amount": 5000, "currency": "EUR"}));
    assert_eq!(order["items"][0]["unit_price"]["amount"], 2500);
    assert_eq!(
        (&order["provider"], &order["payment_reference"]),
        (&json!("stripe"), &json!("pi_1"))
    );
    assert_eq!(order["contact"], Value::Null);
    fixture.record(vec![completed(1)]).await;
    let order = fixture.get(&path(1), Some(&holder)).await.json();
    assert_eq!(order["status"], "COMPLETED");
    assert!(order["completed_at"].is_string());
}

#[tokio::test]
async fn a_free_order_has_no_payment_reference() {
    let fixture = on_sale().await;
    let mut free = samples::paid(1, 2, false);
    if let BoxOfficeEvent::OrderPaid { provider, payment_reference, total_minor, .. } = &mut free {
        *provider = Provider::None;
        payment_reference.clear();
        *total_minor = 0;
    }
    fixture.record(vec![samples::reserved(1, 2), free, completed(1)]).await;
    let order = fixture.get(&path(1), Some(&fixture.admin)).await.json();
    assert_eq!((&order["provider"], &order["payment_reference"]), (&json!("none"), &Value::Null));
    assert_eq!(order["status"], "COMPLETED");
}

#[tokio::test]
async fn the_timeline_tells_what_happened_in_order() {
    let fixture = on_sale().await;
    let failed = BoxOfficeEvent::PaymentFailed {
        reservation_id: reservation_id(1),
        provider: Provider::Stripe,
        payment_reference: "pi_0".to_owned(),
        code: "card_declined".to_owned(),
    };
    fixture.record(vec![samples::reserved(1, 2), samples::payment_started(1, 5000), failed]).await;
    let paid = vec![samples::paid(1, 2, false), samples::issued(1, 0), samples::issued(1, 1)];
    fixture.record(paid).await;
    fixture.record(vec![completed(1)]).await;
    assert_eq!(
        kinds(&fixture, 1).await,
        ["held", "payment_started", "payment_failed", "paid", "issued", "completed"]
    );
    let timeline = fixture.get(&format!("{}/timeline", path(1)), Some(&fixture.organizer)).await;
    let steps = timeline.json()["steps"].clone();
    assert_eq!(steps[2]["code"], "card_declined");
    assert_eq!(steps[3]["amount"], json!({"amount": 5000, "currency": "EUR"}));
    assert_eq!(steps[4]["tickets"], 2);
}

#[tokio::test]
async fn money_that_came_too_late_is_seen_to_go_back() {
    let fixture = on_sale().await;
    fixture.record(vec![samples::reserved(1, 2), samples::payment_started(1, 5000)]).await;
    let later = samples::noon() + TimeDelta::minutes(15);
    let requested = BoxOfficeEvent::RefundRequested {
        reservation_id: reservation_id(1),
        provider: Provider::Stripe,
        payment_reference: "pi_1".to_owned(),
        amount_minor: 5000,
        currency: Currency::EUR,
        reason: RefundReason::TooLate,
    };
    let settled = BoxOfficeEvent::RefundSettled {
        reservation_id: reservation_id(1),
        provider: Provider::Stripe,
        payment_reference: "pi_1".to_owned(),
        refund_reference: "re_1".to_owned(),
        amount_minor: 5000,
    };
    let facts = vec![samples::expired(1), requested, settled];
    fixture.record_at(samples::event_id(), later, facts).await;
    assert_eq!(
        kinds(&fixture, 1).await,
        ["held", "payment_started", "expired", "refund_requested", "refund_settled"]
    );
    let holder = Fixture::holder(reservation_id(1));
    assert_eq!(fixture.get(&path(1), Some(&holder)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn orders_and_timelines_are_for_their_holder_and_their_seller() {
    let fixture = on_sale().await;
    fixture.record(vec![samples::reserved(1, 2), samples::paid(1, 2, false)]).await;
    for path in [path(1), format!("{}/timeline", path(1)), format!("{}/tickets", path(1))] {
        fixture.is_foreign_to_others(&path).await;
        let other = Fixture::holder(reservation_id(2));
        assert_eq!(fixture.get(&path, Some(&other)).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(fixture.get(&path, None).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn an_organizer_lists_own_orders_by_event_and_status() {
    let fixture = on_sale().await;
    for number in 1..=3 {
        let at = samples::noon() + TimeDelta::minutes(i64::try_from(number).unwrap());
        let facts = vec![samples::reserved(number, 1), samples::paid(number, 1, false)];
        fixture.record_at(samples::event_id(), at, facts).await;
    }
    fixture.record(vec![completed(2)]).await;
    let ids = async |query: &str, token: &str| {
        let page = fixture.get(&format!("/orders{query}"), Some(token)).await.json();
        let id = |order: &Value| order["order_id"].as_str().unwrap().to_owned();
        page["data"].as_array().unwrap().iter().map(id).collect::<Vec<_>>()
    };
    let expected = |numbers: &[u128]| -> Vec<String> {
        numbers.iter().map(|number| reservation_id(*number).to_string()).collect()
    };
    assert_eq!(ids("", &fixture.organizer).await, expected(&[3, 2, 1]));
    assert_eq!(ids("?status=COMPLETED", &fixture.organizer).await, expected(&[2]));
    let of_event = format!("?event_id={}&status=PAID", samples::event_id());
    assert_eq!(ids(&of_event, &fixture.admin).await, expected(&[3, 1]));
    assert!(ids("", &fixture.foreigner).await.is_empty());
    assert!(ids(&of_event, &fixture.foreigner).await.is_empty());

    let first = fixture.get("/orders?limit=2", Some(&fixture.organizer)).await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    fixture.record(vec![samples::reserved(4, 1), samples::paid(4, 1, false)]).await;
    let rest = ids(&format!("?cursor={cursor}"), &fixture.organizer).await;
    assert_eq!(rest, expected(&[1, 4]));
}

#[tokio::test]
async fn lists_of_orders_are_not_for_holders_or_the_public() {
    let fixture = on_sale().await;
    let holder = Fixture::holder(reservation_id(1));
    assert_eq!(fixture.get("/orders", Some(&holder)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(fixture.get("/orders", None).await.status, StatusCode::UNAUTHORIZED);
    let wrong = fixture.get("/orders?status=paid", Some(&fixture.organizer)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}
