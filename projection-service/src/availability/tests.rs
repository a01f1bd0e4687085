//! Availability on a real log and a real database.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures::StreamExt;
use http::StatusCode;
use serde_json::{Value, json};
use shared::events::box_office::BoxOfficeEvent;
use tokio::time::timeout;

use crate::{
    samples::{self, event_id},
    testing::{Fixture, eventually},
};

fn path() -> String {
    format!("/events/{}/availability", event_id())
}

fn on_sale() -> Vec<BoxOfficeEvent> {
    vec![
        samples::drafted(),
        BoxOfficeEvent::CapacitySet { total_capacity: 100 },
        samples::type_added(1, Some(30)),
        samples::type_added(2, None),
        BoxOfficeEvent::EventPublished {},
    ]
}

async fn figures(fixture: &Fixture) -> Value {
    let availability = fixture.get(&path(), None).await.json();
    json!([availability["sold"], availability["held"], availability["available"]])
}

#[tokio::test]
async fn the_figures_follow_the_log() {
    let fixture = Fixture::start().await;
    fixture.record(on_sale()).await;
    fixture.record(vec![samples::reserved(1, 2), samples::reserved(2, 3)]).await;
    let position = fixture.record(vec![samples::paid(1, 2, false), samples::issued(1, 0)]).await;
    let after = [("min-log-position", &*position.to_string())];
    let answered = fixture.get_with(&path(), None, &after).await;
    let availability = answered.json();
    assert_eq!(availability["total_capacity"], 100);
    assert_eq!(availability["available"], 95);
    let kind = &availability["ticket_types"][0];
    assert_eq!(
        json!([kind["allocation"], kind["sold"], kind["held"], kind["available"]]),
        json!([30, 2, 3, 25])
    );
    assert_eq!(availability["ticket_types"][1]["available"], 95);
    assert_eq!(answered.header("log-position"), position.to_string());
    assert_eq!(answered.header("content-type"), "application/json");

    let etag = answered.header("etag").to_owned();
    let known = fixture.get_with(&path(), None, &[("if-none-match", &etag)]).await;
    assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
}

#[tokio::test]
async fn a_restart_goes_on_from_the_read_tables_and_forgets_no_hold() {
    let mut fixture = Fixture::start().await;
    fixture.record(on_sale()).await;
    fixture.record(vec![samples::reserved(1, 2), samples::reserved(2, 3)]).await;
    fixture.record(vec![samples::reserved(3, 4)]).await;
    fixture
        .get(&format!("/reservations/{}", samples::reservation_id(3)), Some(&fixture.admin))
        .await;
    fixture.stop().await;
    fixture.record(vec![samples::released(1), samples::reserved(4, 5)]).await;
    fixture.go_on().await;
    assert_eq!(figures(&fixture).await, json!([0, 12, 88]));
    fixture.record(vec![samples::expired(2), samples::paid(3, 4, false)]).await;
    assert_eq!(figures(&fixture).await, json!([4, 5, 91]));
}

#[tokio::test]
async fn an_event_that_was_over_before_the_start_still_answers() {
    let mut fixture = Fixture::start().await;
    let mut facts = on_sale();
    facts.extend([samples::reserved(1, 2), samples::paid(1, 2, false)]);
    facts.push(BoxOfficeEvent::EventCompleted {});
    fixture.record(facts).await;
    let live = fixture.get(&path(), None).await;
    fixture
        .get(&format!("/orders/{}/timeline", samples::reservation_id(1)), Some(&fixture.admin))
        .await;
    fixture.stop().await;
    fixture.go_on().await;
    let stored = fixture.get(&path(), None).await;
    assert_eq!(stored.json(), live.json());
    assert_eq!(stored.json()["status"], "COMPLETED");
}

#[tokio::test]
async fn a_draft_is_for_its_organizer_only() {
    let fixture = Fixture::start().await;
    fixture.record(vec![samples::drafted()]).await;
    fixture.is_foreign_to_others(&path()).await;
    assert_eq!(fixture.get(&path(), None).await.status, StatusCode::NOT_FOUND);
    let stream = fixture.get(&format!("{}/stream", path()), None).await;
    assert_eq!(stream.status, StatusCode::NOT_FOUND);
}

/// Reads server-sent events.
struct Events {
    body: BodyDataStream,
    pending: String,
}

impl Events {
    async fn listen(fixture: &Fixture, headers: &[(&str, &str)]) -> Self {
        let response = fixture.respond(&format!("{}/stream", path()), None, headers).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body().into_data_stream(), pending: String::new() }
    }

    /// The next block, up to the empty line.
    async fn next(&mut self) -> String {
        loop {
            if let Some((block, rest)) = self.pending.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.pending = rest;
                return block;
            }
            let chunk = timeout(Duration::from_secs(20), self.body.next()).await.unwrap();
            self.pending.push_str(std::str::from_utf8(&chunk.unwrap().unwrap()).unwrap());
        }
    }

    /// The next event with its id.
    async fn event(&mut self) -> (String, Value) {
        loop {
            let block = self.next().await;
            if let Some(event) = block.strip_prefix("id: ") {
                let (id, rest) = event.split_once("\nevent: availability\ndata: ").unwrap();
                return (id.to_owned(), serde_json::from_str(rest).unwrap());
            }
        }
    }
}

#[tokio::test]
async fn listeners_get_the_present_figures_and_then_every_change() {
    let fixture = Fixture::start().await;
    fixture.record(on_sale()).await;
    fixture.get(&path(), None).await;
    let mut events = Events::listen(&fixture, &[]).await;
    assert_eq!(events.event().await.1["available"], 100);
    let position = fixture.record(vec![samples::reserved(1, 2)]).await;
    let (id, figures) = events.event().await;
    assert_eq!((id, figures["available"].clone()), (position.to_string(), json!(98)));
    assert_eq!(figures["as_of"], position.to_string());
}

#[tokio::test]
async fn a_listener_that_comes_back_misses_nothing_and_hears_nothing_twice() {
    let fixture = Fixture::start().await;
    fixture.record(on_sale()).await;
    fixture.get(&path(), None).await;
    let (seen, _) = Events::listen(&fixture, &[]).await.event().await;
    fixture.record(vec![samples::reserved(1, 2)]).await;
    fixture.get(&path(), None).await;
    let mut behind = Events::listen(&fixture, &[("last-event-id", &seen)]).await;
    let (seen, figures) = behind.event().await;
    assert_eq!(figures["available"], 98);
    let mut even = Events::listen(&fixture, &[("last-event-id", &seen)]).await;
    assert_eq!(even.next().await, ":");
    fixture.record(vec![samples::released(1)]).await;
    assert_eq!(even.event().await.1["available"], 100);
}

#[tokio::test]
async fn stopping_ends_the_streams() {
    let mut fixture = Fixture::start().await;
    fixture.record(on_sale()).await;
    fixture.get(&path(), None).await;
    let mut events = Events::listen(&fixture, &[]).await;
    events.event().await;
    fixture.stop().await;
    let ended = timeout(Duration::from_secs(20), events.body.next()).await;
    assert!(ended.unwrap().is_none());
}

#[tokio::test]
async fn memory_and_read_tables_agree() {
    let fixture = Fixture::start().await;
    let mut facts = on_sale();
    for number in 1..=20 {
        facts.push(samples::reserved(number, 1));
        if number % 3 == 0 {
            facts.push(samples::expired(number));
        }
        if number % 3 == 1 {
            facts.push(samples::paid(number, 1, false));
        }
    }
    fixture.record(facts).await;
    let live = fixture.get(&path(), None).await.json();
    let pool = fixture.database.projection();
    eventually("the table catches up", || async {
        let stock = super::query::find(pool, event_id()).await.unwrap();
        stock.is_some_and(|stock| {
            serde_json::to_value(super::view::AvailabilityView::from(&stock)).unwrap() == live
        })
    })
    .await;
}
