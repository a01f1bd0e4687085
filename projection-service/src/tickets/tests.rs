//! Tickets on a real log and a real database.

use http::StatusCode;
use shared::{
    events::box_office::BoxOfficeEvent,
    id::{OrderId, TicketId},
    ticket_code::{TicketCodes, TicketKeys},
};

use crate::{
    samples::{self, reservation_id},
    testing::Fixture,
};

fn ticket_id(number: u32) -> TicketId {
    TicketId::of_order(OrderId::from(reservation_id(1)), number)
}

async fn with_three_tickets() -> Fixture {
    let fixture = Fixture::start().await;
    fixture
        .record(vec![
            samples::drafted(),
            samples::type_added(1, None),
            BoxOfficeEvent::EventPublished {},
            samples::reserved(1, 3),
            samples::paid(1, 3, false),
            samples::issued(1, 0),
            samples::issued(1, 1),
            samples::issued(1, 2),
        ])
        .await;
    fixture
}

#[tokio::test]
async fn an_order_has_its_tickets_page_by_page() {
    let fixture = with_three_tickets().await;
    let holder = Fixture::holder(reservation_id(1));
    let path = format!("/orders/{}/tickets", reservation_id(1));
    let page = fixture.get(&format!("{path}?limit=2"), Some(&holder)).await.json();
    assert_eq!(page["data"].as_array().unwrap().len(), 2);
    assert_eq!(page["data"][0]["ticket_id"], ticket_id(0).to_string());
    assert_eq!(page["data"][0]["status"], "VALID");
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = fixture.get(&format!("{path}?cursor={cursor}"), Some(&holder)).await.json();
    assert_eq!(rest["data"][0]["ticket_id"], ticket_id(2).to_string());
    assert!(rest["next_cursor"].is_null());
}

#[tokio::test]
async fn the_code_of_a_ticket_is_genuine() {
    let fixture = with_three_tickets().await;
    let path = format!("/tickets/{}", ticket_id(1));
    let ticket = fixture.get(&path, Some(&fixture.organizer)).await.json();
    let keys: TicketKeys = format!("k1:{}", "07".repeat(32)).parse().unwrap();
    let verified = TicketCodes::new(&keys).verify(ticket["code"].as_str().unwrap()).unwrap();
    assert_eq!(verified.ticket_id, ticket_id(1));
}

#[tokio::test]
async fn pictures_of_the_code_open_with_a_link_and_are_kept_nowhere() {
    let fixture = with_three_tickets().await;
    let token = Fixture::holder(reservation_id(1));
    for (name, kind, begins) in
        [("qr.svg", "image/svg+xml", &b"<?xml"[..]), ("qr.png", "image/png", &b"\x89PNG"[..])]
    {
        let link = format!("/tickets/{}/{name}?access_token={token}", ticket_id(0));
        let answered = fixture.get(&link, None).await;
        assert_eq!(answered.status, StatusCode::OK);
        assert_eq!(answered.header("content-type"), kind);
        assert_eq!(answered.header("cache-control"), "no-store");
        assert!(answered.body.starts_with(begins));
    }
}

#[tokio::test]
async fn tickets_are_for_their_holder_and_their_seller() {
    let fixture = with_three_tickets().await;
    for path in ["", "/qr.svg", "/qr.png"] {
        let path = format!("/tickets/{}{path}", ticket_id(0));
        fixture.is_foreign_to_others(&path).await;
        let other = Fixture::holder(reservation_id(2));
        assert_eq!(fixture.get(&path, Some(&other)).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(fixture.get(&path, None).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}
