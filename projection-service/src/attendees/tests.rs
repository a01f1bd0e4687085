//! Attendees and searched orders on a real log and a real database.

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::Value;
use shared::{
    events::box_office::BoxOfficeEvent,
    id::{OrderId, PersonId, TicketId},
    vault::PersonKey,
};

use crate::{
    samples::{self, event_id, reservation_id},
    testing::{Fixture, person_key},
};

const ADA: (&str, &str) = ("ada@example.org", "Ada Lovelace");
const GRACE: (&str, &str) = ("grace@example.com", "Grace Hopper");

fn person(email: &str) -> PersonId {
    PersonKey::new(&person_key()).person(email)
}

/// An order of one ticket of each of the first `types` types, bought by someone.
fn bought(number: u128, email: &str, types: u32) -> Vec<BoxOfficeEvent> {
    let mut reserved = samples::reserved(number, types);
    let mut paid = samples::paid(number, types, false);
    if let (
        BoxOfficeEvent::ReservationCreated { person_id: holder, .. },
        BoxOfficeEvent::OrderPaid { person_id: buyer, .. },
    ) = (&mut reserved, &mut paid)
    {
        (*holder, *buyer) = (person(email), person(email));
    }
    let order_id = OrderId::from(reservation_id(number));
    let issued = (0..types).map(|ticket| BoxOfficeEvent::TicketIssued {
        ticket_id: TicketId::of_order(order_id, ticket),
        order_id,
        ticket_type_id: samples::type_id(1 + u128::from(ticket)),
    });
    [reserved, paid].into_iter().chain(issued).collect()
}

/// Ada bought the orders 1 and 3, Grace 2; each has a ticket of both types.
async fn three_orders() -> Fixture {
    let fixture = Fixture::start().await;
    let types = [samples::type_added(1, None), samples::type_added(2, None)];
    let mut drafted = vec![samples::drafted()];
    drafted.extend(types);
    drafted.push(BoxOfficeEvent::EventPublished {});
    fixture.record(drafted).await;
    for (number, (email, _)) in [(1, ADA), (2, GRACE), (3, ADA)] {
        let at = samples::noon() + TimeDelta::hours(i64::try_from(number).unwrap());
        fixture.record_at(event_id(), at, bought(number, email, 2)).await;
    }
    for (email, name) in [ADA, GRACE] {
        fixture.know(person(email), email, name).await;
    }
    fixture
}

fn attendees(parameters: &str) -> String {
    format!("/events/{}/attendees{parameters}", event_id())
}

fn orders(parameters: &str) -> String {
    format!("/events/{}/orders{parameters}", event_id())
}

/// The orders of what is listed, by number, in order.
async fn listed(fixture: &Fixture, path: &str) -> Vec<u128> {
    let answered = fixture.get(path, Some(&fixture.organizer)).await;
    assert_eq!(answered.status, StatusCode::OK, "{path}: {answered:?}");
    let number = |entry: &Value| {
        let id: uuid::Uuid = entry["order_id"].as_str().unwrap().parse().unwrap();
        id.as_u128() - reservation_id(0).uuid().as_u128()
    };
    answered.json()["data"].as_array().unwrap().iter().map(number).collect()
}

fn short(id: impl ToString) -> String {
    let id = id.to_string();
    id[id.len() - 12..].to_uppercase()
}

#[tokio::test]
async fn attendees_have_type_status_and_buyer_the_latest_first() {
    let fixture = three_orders().await;
    let page = fixture.get(&attendees("?limit=1"), Some(&fixture.organizer)).await.json();
    let one = &page["data"][0];
    assert_eq!(one["order_id"], reservation_id(3).to_string());
    assert_eq!((&one["status"], &one["ticket_type"]), (&"VALID".into(), &"Standard".into()));
    assert_eq!(one["buyer"]["email"], ADA.0);
    assert_eq!(one["buyer"]["name"], ADA.1);
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(listed(&fixture, &attendees(&format!("?cursor={cursor}"))).await, [3, 2, 2, 1, 1]);
    let of_type = attendees(&format!("?ticket_type_id={}&status=VALID", samples::type_id(2)));
    assert_eq!(listed(&fixture, &of_type).await, [3, 2, 1]);
}

#[tokio::test]
async fn attendees_and_orders_are_found_by_what_is_known_of_them() {
    let fixture = three_orders().await;
    let ticket = TicketId::of_order(OrderId::from(reservation_id(2)), 1);
    let path = format!("/tickets/{ticket}");
    let code = fixture.get(&path, Some(&fixture.organizer)).await.json()["code"].clone();
    let code = code.as_str().unwrap().to_owned();
    for (text, tickets, found) in [
        ("ada", vec![3, 3, 1, 1], vec![3, 1]),
        ("LOVE%20ada", vec![3, 3, 1, 1], vec![3, 1]),
        ("hopper", vec![2, 2], vec![2]),
        ("%20Grace@Example.com%20", vec![2, 2], vec![2]),
        ("@example.com", vec![2, 2], vec![2]),
        ("nobody@example.com", vec![], vec![]),
        ("nobody", vec![], vec![]),
        (&reservation_id(2).to_string(), vec![2, 2], vec![2]),
        (&short(reservation_id(2)), vec![2, 2], vec![2]),
        (&ticket.to_string(), vec![2], vec![2]),
        (&short(ticket), vec![2], vec![2]),
        (&code, vec![2], vec![2]),
        (&uuid::Uuid::from_u128(404).to_string(), vec![], vec![]),
    ] {
        assert_eq!(listed(&fixture, &attendees(&format!("?q={text}"))).await, tickets, "{text}");
        assert_eq!(listed(&fixture, &orders(&format!("?q={text}"))).await, found, "{text}");
    }
    assert_eq!(listed(&fixture, &orders("?q=pi_3")).await, [3], "by the payment's name");
}

#[tokio::test]
async fn orders_are_found_by_time_status_and_words_together() {
    let fixture = three_orders().await;
    let from = "from=2026-06-01T14:00:00Z";
    assert_eq!(listed(&fixture, &orders(&format!("?{from}"))).await, [3, 2]);
    assert_eq!(listed(&fixture, &orders(&format!("?{from}&q=ada&status=PAID"))).await, [3]);
    assert_eq!(listed(&fixture, &orders("?to=2026-06-01T14:00:00Z")).await, [1]);
    assert!(listed(&fixture, &orders("?status=COMPLETED&q=ada")).await.is_empty());
    let first = fixture.get(&orders("?q=ada&limit=1"), Some(&fixture.organizer)).await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(listed(&fixture, &orders(&format!("?q=ada&cursor={cursor}"))).await, [1]);
    let everywhere = fixture.get("/orders?q=hopper", Some(&fixture.organizer)).await.json();
    assert_eq!(everywhere["data"][0]["order_id"], reservation_id(2).to_string());
}

#[tokio::test]
async fn a_search_goes_on_where_it_stopped() {
    let fixture = three_orders().await;
    let mut more = Vec::new();
    for number in 4..5_104 {
        more.extend(bought(number, GRACE.0, 1));
    }
    for facts in more.chunks(900) {
        let at = samples::noon() + TimeDelta::days(1);
        fixture.record_at(event_id(), at, facts.to_vec()).await;
    }
    let first = fixture.get(&orders("?q=ada"), Some(&fixture.organizer)).await.json();
    assert_eq!(first["data"].as_array().unwrap().len(), 0, "five thousand of others come first");
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(listed(&fixture, &orders(&format!("?q=ada&cursor={cursor}"))).await, [3, 1]);
}

#[tokio::test]
async fn attendees_are_for_the_seller_and_nobody_finds_others() {
    let fixture = three_orders().await;
    for path in [attendees(""), orders("")] {
        fixture.is_foreign_to_others(&path).await;
        assert_eq!(fixture.get(&path, None).await.status, StatusCode::UNAUTHORIZED);
        let holder = Fixture::holder(reservation_id(1));
        assert_eq!(fixture.get(&path, Some(&holder)).await.status, StatusCode::FORBIDDEN);
    }
    for text in ["ada", ADA.0, &reservation_id(1).to_string(), &short(reservation_id(1))] {
        let path = format!("/orders?q={text}");
        let found = fixture.get(&path, Some(&fixture.foreigner)).await.json();
        assert_eq!(found["data"].as_array().unwrap().len(), 0, "{text}");
    }
    let empty = fixture.get(&attendees("?q="), Some(&fixture.organizer)).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
}
