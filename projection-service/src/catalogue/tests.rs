//! The catalogue on a real log and a real database.

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};
use shared::{
    event_log::LogPosition,
    events::box_office::{BoxOfficeEvent, EventDetails, Price, Venue},
    id::EventId,
};
use uuid::Uuid;

use crate::{
    samples::{self, event_id},
    testing::{Fixture, eventually},
};

/// An event of its own, on sale, `days` from now.
fn on_sale(number: u128, days: i64, now: shared::clock::Timestamp) -> Vec<BoxOfficeEvent> {
    let mut details = samples::details();
    details.title = format!("Event {number}");
    details.starts_at = now + TimeDelta::days(days);
    with_details(number, details, 2500)
}

fn with_details(number: u128, details: EventDetails, price: i64) -> Vec<BoxOfficeEvent> {
    let mut terms = samples::terms(None);
    terms.price = Price::Fixed { amount: price };
    vec![
        BoxOfficeEvent::EventDrafted {
            event_id: numbered(number),
            organization_id: samples::organization_id(),
            details,
            settings: samples::settings(),
        },
        BoxOfficeEvent::TicketTypeAdded {
            ticket_type_id: samples::type_id(number),
            terms,
            enabled: true,
        },
        BoxOfficeEvent::EventPublished {},
    ]
}

fn numbered(number: u128) -> EventId {
    EventId::new(Uuid::from_u128(0xE0E7_1000 + number))
}

async fn titles(fixture: &Fixture, query: &str) -> Vec<String> {
    let answered = fixture.get(&format!("/events{query}"), None).await;
    assert_eq!(answered.status, StatusCode::OK, "{query}: {answered:?}");
    let page = answered.json();
    let title = |event: &Value| event["title"].as_str().unwrap().to_owned();
    page["data"].as_array().unwrap().iter().map(title).collect()
}

#[tokio::test]
async fn a_draft_is_for_its_organizer_only() {
    let fixture = Fixture::start().await;
    fixture.record(vec![samples::drafted()]).await;
    let path = format!("/events/{}", event_id());
    fixture.is_foreign_to_others(&path).await;
    assert_eq!(fixture.get(&path, None).await.status, StatusCode::NOT_FOUND);
    fixture.record(vec![BoxOfficeEvent::EventPublished {}]).await;
    assert_eq!(fixture.get(&path, None).await.status, StatusCode::OK);
    assert_eq!(fixture.get(&path, Some(&fixture.foreigner)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_event_shows_what_was_recorded_and_its_version() {
    let fixture = Fixture::start().await;
    let position = fixture
        .record(vec![
            samples::drafted(),
            BoxOfficeEvent::CapacitySet { total_capacity: 100 },
            samples::type_added(1, Some(30)),
            BoxOfficeEvent::EventPublished {},
        ])
        .await;
    let path = format!("/events/{}", event_id());
    let answered = fixture.get(&path, None).await;
    let event = answered.json();
    assert_eq!(event["title"], "Rust Nacht");
    assert_eq!((&event["status"], &event["version"]), (&json!("PUBLISHED"), &json!(4)));
    assert_eq!(event["total_capacity"], 100);
    assert_eq!(event["ticket_types"][0]["allocation"], 30);
    assert_eq!(event["ticket_types"][0]["price"], json!({"kind": "fixed", "amount": 2500}));
    assert_eq!(answered.header("log-position"), position.to_string());
    assert_eq!(answered.header("etag"), "\"4\"");

    let known = fixture.get_with(&path, None, &[("if-none-match", "\"4\"")]).await;
    assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
}

#[tokio::test]
async fn the_soonest_upcoming_event_comes_first_and_drafts_never() {
    let fixture = Fixture::start().await;
    let now = fixture.clock.now();
    for (number, days) in [(1, 20), (2, 10), (3, -1)] {
        fixture.record_at(numbered(number), now, on_sale(number, days, now)).await;
    }
    let mut goes_on = samples::details();
    goes_on.title = "Event 4".to_owned();
    goes_on.starts_at = now - TimeDelta::days(2);
    goes_on.ends_at = Some(now + TimeDelta::days(1));
    fixture.record_at(numbered(4), now, with_details(4, goes_on, 0)).await;
    fixture.record(vec![samples::drafted()]).await;

    assert_eq!(titles(&fixture, "").await, ["Event 4", "Event 2", "Event 1"]);
    let from = (now - TimeDelta::days(5)).format("%Y-%m-%dT%H:%M:%SZ");
    assert_eq!(
        titles(&fixture, &format!("?from={from}")).await,
        ["Event 4", "Event 3", "Event 2", "Event 1"]
    );
    let to = (now + TimeDelta::days(15)).format("%Y-%m-%dT%H:%M:%SZ");
    assert_eq!(titles(&fixture, &format!("?to={to}")).await, ["Event 4", "Event 2"]);
}

#[tokio::test]
async fn filters_find_places_categories_prices_and_words() {
    let fixture = Fixture::start().await;
    let now = fixture.clock.now();
    let mut details = samples::details();
    details.title = "Kammermusik".to_owned();
    details.description = "Four players".to_owned();
    details.category = Some("Concert".to_owned());
    details.tags = vec!["strings".to_owned()];
    details.starts_at = now + TimeDelta::days(1);
    details.venue = Some(Venue {
        name: "Alte Oper".to_owned(),
        address: None,
        city: Some("Köln".to_owned()),
        country: None,
        coordinates: None,
    });
    fixture.record_at(numbered(1), now, with_details(1, details, 5000)).await;
    fixture.record_at(numbered(2), now, on_sale(2, 2, now)).await;

    let (first, second) = (["Kammermusik"], ["Event 2"]);
    for query in [
        "?city=k%C3%B6ln",
        "?category=CONCERT",
        "?price_min=2501",
        "?q=kammermusik",
        "?q=strings%20oper",
        "?q=concert%20-ownership",
        "?city=K%C3%B6ln&price_max=5000&currency=EUR",
    ] {
        assert_eq!(titles(&fixture, query).await, first, "{query}");
    }
    for query in ["?price_max=2500", "?q=ownership", "?price_min=2500&price_max=4999"] {
        assert_eq!(titles(&fixture, query).await, second, "{query}");
    }
    for query in ["?city=Bonn", "?currency=USD", "?q=kammermusik%20ownership", "?price_min=5001"] {
        assert!(titles(&fixture, query).await.is_empty(), "{query}");
    }
}

/// An event in a city and a category, with so many tickets, of which some are held.
async fn in_town(fixture: &Fixture, number: u128, town: (&str, &str), capacity: u32, held: u32) {
    let now = fixture.clock.now();
    let mut details = samples::details();
    details.title = format!("Event {number}");
    details.starts_at = now + TimeDelta::days(i64::try_from(number).unwrap());
    details.category = Some(town.1.to_owned());
    let venue = json!({"name": "Stage", "city": town.0});
    details.venue = Some(serde_json::from_value(venue).unwrap());
    let mut facts = with_details(number, details, 2500);
    facts.insert(1, BoxOfficeEvent::CapacitySet { total_capacity: capacity });
    if held > 0 {
        facts.push(BoxOfficeEvent::ReservationCreated {
            reservation_id: samples::reservation_id(number),
            person_id: samples::person_id(),
            lines: vec![shared::events::box_office::Line {
                ticket_type_id: samples::type_id(number),
                quantity: held,
                unit_price_minor: 2500,
            }],
            expires_at: now + TimeDelta::minutes(15),
        });
    }
    fixture.record_at(numbered(number), now, facts).await;
}

async fn facets(fixture: &Fixture, query: &str) -> Value {
    let answered = fixture.get(&format!("/events/facets{query}"), None).await;
    assert_eq!(answered.status, StatusCode::OK, "{query}: {answered:?}");
    answered.json()
}

#[tokio::test]
async fn events_without_tickets_are_left_out_if_asked_for() {
    let fixture = Fixture::start().await;
    in_town(&fixture, 1, ("Bremen", "concert"), 10, 4).await;
    in_town(&fixture, 2, ("Bremen", "concert"), 10, 10).await;
    for number in [1, 2] {
        // Figures in a list are those in memory, which this waits for.
        fixture.get(&format!("/events/{}/availability", numbered(number)), None).await;
    }
    let all = fixture.get("/events", None).await.json();
    let left = |place: usize| all["data"][place]["available"].clone();
    assert_eq!((left(0), left(1)), (json!(6), json!(0)));
    assert_eq!(titles(&fixture, "?availability=available").await, ["Event 1"]);
    let wrong = fixture.get("/events?availability=maybe", None).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_type_that_nobody_can_buy_any_more_leaves_no_tickets() {
    let fixture = Fixture::start().await;
    in_town(&fixture, 1, ("Bremen", "concert"), 10, 0).await;
    let mut terms = samples::terms(Some(5));
    terms.sale_ends_at = Some(fixture.clock.now());
    let ticket_type_id = samples::type_id(1);
    let changed = BoxOfficeEvent::TicketTypeChanged { ticket_type_id, terms };
    fixture.record_at(numbered(1), fixture.clock.now(), vec![changed]).await;
    assert!(titles(&fixture, "?availability=available").await.is_empty());
    assert_eq!(titles(&fixture, "").await, ["Event 1"]);
}

#[tokio::test]
async fn facets_count_what_each_value_would_leave() {
    let fixture = Fixture::start().await;
    in_town(&fixture, 1, ("Bremen", "concert"), 10, 0).await;
    in_town(&fixture, 2, ("Bremen", "theatre"), 10, 10).await;
    in_town(&fixture, 3, ("Köln", "Concert"), 10, 0).await;
    let facet = |value: &str, count: i64| json!({"value": value, "count": count});

    let all = facets(&fixture, "").await;
    assert_eq!((&all["total"], &all["available"]), (&json!(3), &json!(2)));
    assert_eq!(all["cities"], json!([facet("Bremen", 2), facet("Köln", 1)]));
    assert_eq!(all["categories"], json!([facet("Concert", 2), facet("theatre", 1)]));
    assert_eq!(all["currencies"], json!([facet("EUR", 3)]));
    assert_eq!(all["is_complete"], true);

    let in_bremen = facets(&fixture, "?city=bremen").await;
    assert_eq!((&in_bremen["total"], &in_bremen["available"]), (&json!(2), &json!(1)));
    assert_eq!(in_bremen["cities"], all["cities"]);
    assert_eq!(in_bremen["categories"], json!([facet("concert", 1), facet("theatre", 1)]));

    let available = facets(&fixture, "?availability=available&category=concert").await;
    assert_eq!(available["total"], 2);
    assert_eq!(available["cities"], json!([facet("Bremen", 1), facet("Köln", 1)]));
    assert_eq!(available["categories"], json!([facet("Concert", 2)]));

    let none = facets(&fixture, "?q=nothing&price_min=1&price_max=2&currency=EUR").await;
    assert_eq!((&none["total"], &none["cities"]), (&json!(0), &json!([])));
    assert_eq!(facets(&fixture, "?price_max=2499").await["total"], 0);
}

#[tokio::test]
async fn pages_neither_repeat_nor_hide_events_when_others_are_added() {
    let fixture = Fixture::start().await;
    let now = fixture.clock.now();
    for (number, days) in [(2, 2), (4, 4), (6, 6), (8, 8)] {
        fixture.record_at(numbered(number), now, on_sale(number, days, now)).await;
    }
    let first = fixture.get("/events?limit=2", None).await.json();
    assert_eq!(first["data"].as_array().unwrap().len(), 2);
    fixture.record_at(numbered(1), now, on_sale(1, 1, now)).await;
    fixture.record_at(numbered(5), now, on_sale(5, 5, now)).await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = titles(&fixture, &format!("?cursor={cursor}")).await;
    assert_eq!(rest, ["Event 5", "Event 6", "Event 8"]);
}

#[tokio::test]
async fn an_organizer_lists_drafts_too_and_nobody_else_does() {
    let fixture = Fixture::start().await;
    fixture.record(vec![samples::drafted()]).await;
    let path = format!("/organizations/{}/events", samples::organization_id());
    fixture.is_foreign_to_others(&path).await;
    let page = fixture.get(&path, Some(&fixture.organizer)).await.json();
    assert_eq!(page["data"][0]["status"], "DRAFT");
    assert_eq!(fixture.get(&path, None).await.status, StatusCode::UNAUTHORIZED);
    let own = format!("/organizations/{}/events", fixture.foreign_organization);
    let empty = fixture.get(&own, Some(&fixture.foreigner)).await.json();
    assert_eq!(empty, json!({"data": [], "next_cursor": null}));
    let missing = format!("/organizations/{}/events", Uuid::from_u128(404));
    assert_eq!(fixture.get(&missing, Some(&fixture.admin)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let fixture = Fixture::start().await;
    for (query, pointer) in [
        ("limit=0", "?limit"),
        ("limit=101", "?limit"),
        ("cursor=x", "?cursor"),
        ("from=yesterday", "?from"),
        ("price_min=-1", "?price_min"),
        ("currency=XXX", "?currency"),
        ("q=", "?q"),
        ("colour=red", "?colour"),
    ] {
        let answered = fixture.get(&format!("/events?{query}"), None).await;
        assert_eq!(answered.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert_eq!(answered.json()["errors"][0]["pointer"], pointer, "{query}");
    }
}

#[tokio::test]
async fn a_position_nobody_was_told_is_refused_at_once() {
    let fixture = Fixture::start().await;
    let last = fixture.record(vec![samples::drafted()]).await;
    let next = LogPosition { position: last.position + 1, ..last }.to_string();
    for (path, position) in
        [("/events", "9:99"), ("/events", next.as_str()), (&availability(), next.as_str())]
    {
        let answered = fixture.get_with(path, None, &[("min-log-position", position)]).await;
        assert_eq!(answered.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {position}");
        assert_eq!(answered.json()["code"], "log-position-unknown");
    }
    let malformed = fixture.get_with("/events", None, &[("min-log-position", "x")]).await;
    assert_eq!(malformed.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_is_recorded_but_not_folded_yet_is_waited_for_not_for_long() {
    let fixture = Fixture::start().await;
    let mut fold_nothing = fixture.database.owner().begin().await.unwrap();
    sqlx::query("LOCK TABLE read.checkpoints IN EXCLUSIVE MODE")
        .execute(&mut *fold_nothing)
        .await
        .unwrap();
    let last = fixture.record(vec![samples::drafted()]).await.to_string();
    let wanted = [("min-log-position", last.as_str())];
    let answered = fixture.get_with("/events", None, &wanted).await;
    assert_eq!(answered.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answered.header("retry-after"), "1");
    assert_eq!(answered.json()["code"], "not-yet-visible");
    fold_nothing.rollback().await.unwrap();
    eventually("it is visible", || async {
        fixture.get_with("/events", None, &wanted).await.status == StatusCode::OK
    })
    .await;
}

fn availability() -> String {
    format!("/events/{}/availability", samples::event_id())
}

#[tokio::test]
async fn an_event_can_be_put_into_a_calendar() {
    let fixture = Fixture::start().await;
    fixture.record(vec![samples::drafted()]).await;
    let path = format!("/events/{}/calendar.ics", event_id());
    assert_eq!(fixture.get(&path, None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(fixture.get(&path, Some(&fixture.organizer)).await.status, StatusCode::OK);
    fixture.record(vec![BoxOfficeEvent::EventPublished {}]).await;
    let answered = fixture.get(&path, None).await;
    assert_eq!(answered.header("content-type"), "text/calendar; charset=utf-8");
    let calendar = String::from_utf8(answered.body.to_vec()).unwrap();
    assert!(calendar.contains("\r\nSUMMARY:Rust Nacht\r\n"), "{calendar}");
    let url = format!("URL:https://tickets.example.org/events/{}", event_id());
    assert!(calendar.replace("\r\n ", "").contains(&url), "{calendar}");
}
