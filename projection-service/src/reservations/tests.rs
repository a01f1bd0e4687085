//! Reservations on a real log and a real database.

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};
use shared::{events::box_office::BoxOfficeEvent, id::ReservationId};

use crate::{
    samples::{self, reservation_id},
    testing::Fixture,
};

fn path(number: u128) -> String {
    format!("/reservations/{}", reservation_id(number))
}

/// A hold that lasts for another quarter of an hour.
fn held(fixture: &Fixture, number: u128) -> BoxOfficeEvent {
    BoxOfficeEvent::ReservationCreated {
        reservation_id: reservation_id(number),
        person_id: samples::person_id(),
        lines: samples::lines(2),
        expires_at: fixture.clock.now() + TimeDelta::minutes(15),
    }
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

async fn status(fixture: &Fixture, number: u128) -> String {
    let answered = fixture.get(&path(number), Some(&fixture.organizer)).await;
    assert_eq!(answered.status, StatusCode::OK, "{answered:?}");
    answered.json()["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_hold_shows_its_items_its_deadline_and_who_holds_it() {
    let fixture = on_sale().await;
    fixture.know(samples::person_id(), "ada@example.org", "Ada").await;
    let position = fixture.record(vec![held(&fixture, 1)]).await;
    let holder = Fixture::holder(reservation_id(1));
    let answered = fixture.get(&path(1), Some(&holder)).await;
    let hold = answered.json();
    assert_eq!(hold["status"], "ACTIVE");
    assert_eq!(hold["total"], json!({"amount": 5000, "currency": "EUR"}));
    assert_eq!(hold["items"][0]["quantity"], 2);
    assert_eq!(hold["items"][0]["line_total"]["amount"], 5000);
    assert_eq!(hold["contact"], json!({"email": "ada@example.org", "name": "Ada"}));
    assert!(hold["expires_at"].as_str() > hold["now"].as_str());
    assert_eq!(answered.header("log-position"), position.to_string());
}

#[tokio::test]
async fn a_hold_is_for_its_holder_and_its_seller() {
    let fixture = on_sale().await;
    fixture.record(vec![held(&fixture, 1), held(&fixture, 2)]).await;
    fixture.is_foreign_to_others(&path(1)).await;
    let other = Fixture::holder(reservation_id(2));
    assert_eq!(fixture.get(&path(1), Some(&other)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(fixture.get(&path(1), None).await.status, StatusCode::UNAUTHORIZED);
    let unknown = Fixture::holder(ReservationId::new(uuid::Uuid::from_u128(1)));
    let missing = format!("/reservations/{}", uuid::Uuid::from_u128(1));
    assert_eq!(fixture.get(&missing, Some(&unknown)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_link_with_the_token_opens_it_too() {
    let fixture = on_sale().await;
    fixture.record(vec![held(&fixture, 1)]).await;
    let link = format!("{}?access_token={}", path(1), Fixture::holder(reservation_id(1)));
    assert_eq!(fixture.get(&link, None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_status_follows_what_becomes_of_the_hold() {
    let fixture = on_sale().await;
    fixture.record((1..=4).map(|number| held(&fixture, number)).collect()).await;
    assert_eq!(status(&fixture, 1).await, "ACTIVE");
    fixture
        .record(vec![samples::expired(1), samples::released(2), samples::paid(3, 2, false)])
        .await;
    assert_eq!(status(&fixture, 1).await, "EXPIRED");
    assert_eq!(status(&fixture, 2).await, "RELEASED");
    assert_eq!(status(&fixture, 3).await, "CONSUMED");
    let order = async |number| {
        fixture.get(&path(number), Some(&fixture.admin)).await.json()["order_id"].clone()
    };
    assert_eq!(order(2).await, Value::Null);
    assert_eq!(order(3).await, reservation_id(3).to_string());
    fixture.record(vec![samples::paid(1, 2, true)]).await;
    assert_eq!(status(&fixture, 1).await, "CONSUMED");
    fixture.record(vec![BoxOfficeEvent::EventCancelled { reason: "storm".to_owned() }]).await;
    assert_eq!(status(&fixture, 4).await, "RELEASED");
}

#[tokio::test]
async fn a_deadline_counts_from_the_instant_it_passes() {
    let fixture = on_sale().await;
    fixture.record(vec![held(&fixture, 1)]).await;
    assert_eq!(status(&fixture, 1).await, "ACTIVE");
    fixture.clock.advance(TimeDelta::minutes(16));
    assert_eq!(status(&fixture, 1).await, "EXPIRED");
    let extended = BoxOfficeEvent::ReservationExtended {
        reservation_id: reservation_id(1),
        expires_at: fixture.clock.now() + TimeDelta::minutes(5),
    };
    fixture.record(vec![extended]).await;
    assert_eq!(status(&fixture, 1).await, "ACTIVE");
}
