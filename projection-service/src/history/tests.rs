//! History on a real log and a real database.

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};
use shared::events::box_office::BoxOfficeEvent;
use uuid::Uuid;

use crate::{
    samples::{self, event_id},
    testing::Fixture,
};

fn path() -> String {
    format!("/audit/streams/box_office/{}", event_id())
}

/// Five facts at noon, then a sale an hour later.
async fn with_history() -> (Fixture, String) {
    let fixture = Fixture::start().await;
    let position = fixture
        .record(vec![
            samples::drafted(),
            BoxOfficeEvent::CapacitySet { total_capacity: 100 },
            samples::type_added(1, None),
            BoxOfficeEvent::EventPublished {},
            samples::reserved(1, 2),
        ])
        .await;
    let later = samples::noon() + TimeDelta::hours(1);
    fixture.record_at(event_id(), later, vec![samples::paid(1, 2, false)]).await;
    (fixture, position.to_string())
}

async fn versions(fixture: &Fixture, query: &str) -> Vec<i64> {
    let page = fixture.get(&format!("{}{query}", path()), Some(&fixture.organizer)).await.json();
    let version = |entry: &Value| entry["version"].as_i64().unwrap();
    page["data"].as_array().unwrap().iter().map(version).collect()
}

#[tokio::test]
async fn history_says_who_did_what_and_when() {
    let (fixture, position) = with_history().await;
    let page = fixture.get(&path(), Some(&fixture.organizer)).await.json();
    let entry = &page["data"][4];
    assert_eq!(entry["event_type"], "ReservationCreated");
    assert_eq!(entry["log_position"], position);
    assert_eq!(entry["actor"], "api_key:test");
    assert_eq!(entry["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(entry["at"], "2026-06-01T12:00:00Z");
    assert_eq!(entry["payload"]["ReservationCreated"]["lines"][0]["quantity"], 2);
}

#[tokio::test]
async fn history_comes_in_pages_and_ends_where_it_was_asked_to() {
    let (fixture, position) = with_history().await;
    let first = fixture.get(&format!("{}?limit=4", path()), Some(&fixture.organizer)).await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(versions(&fixture, &format!("?cursor={cursor}")).await, [5, 6]);
    let until = format!("?until_position={position}");
    assert_eq!(versions(&fixture, &until).await, [1, 2, 3, 4, 5]);
    assert_eq!(versions(&fixture, "?until=2026-06-01T12:30:00Z").await, [1, 2, 3, 4, 5]);
    assert_eq!(versions(&fixture, "?until=2026-06-01T11:59:59Z").await, Vec::<i64>::new());
}

#[tokio::test]
async fn history_is_told_from_its_end_too_and_from_wherever_it_is_looked_at() {
    let (fixture, position) = with_history().await;
    let newest = "?order=newest_first";
    assert_eq!(versions(&fixture, newest).await, [6, 5, 4, 3, 2, 1]);
    let path = format!("{}{newest}&limit=4", path());
    let first = fixture.get(&path, Some(&fixture.organizer)).await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = format!("{newest}&limit=4&cursor={cursor}");
    assert_eq!(versions(&fixture, &rest).await, [2, 1]);
    for (until, expected) in [
        (format!("until_position={position}"), vec![5, 4, 3, 2, 1]),
        ("until=2026-06-01T12:59:59Z".to_owned(), vec![5, 4, 3, 2, 1]),
        ("until=2026-06-01T13:00:00Z".to_owned(), vec![6, 5, 4, 3, 2, 1]),
        ("until=2026-06-01T11:59:59Z".to_owned(), vec![]),
        ("until_version=2".to_owned(), vec![2, 1]),
        ("until_version=0".to_owned(), vec![]),
        ("until_version=18446744073709551615&limit=2".to_owned(), vec![6, 5]),
        ("until_version=3&until=2026-06-01T13:00:00Z".to_owned(), vec![3, 2, 1]),
    ] {
        assert_eq!(versions(&fixture, &format!("{newest}&{until}")).await, expected, "{until}");
    }
    assert_eq!(versions(&fixture, "?until_version=2").await, [1, 2]);
    // The last number there is, as a cursor.
    let far = "cursor=OTIyMzM3MjAzNjg1NDc3NTgwNw";
    for order in ["oldest_first", "newest_first"] {
        let none: Vec<i64> = versions(&fixture, &format!("?order={order}&{far}")).await;
        assert_eq!(none, Vec::<i64>::new(), "{order}");
    }
    for wrong in ["order=by_name", "until_version=-1"] {
        let path = format!("{}?{wrong}", self::path());
        let refused = fixture.get(&path, Some(&fixture.organizer)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
}

#[tokio::test]
async fn a_long_history_is_read_from_both_ends_and_stands_as_it_did_anywhere() {
    let fixture = Fixture::start().await;
    fixture.record(vec![samples::drafted()]).await;
    let capacity = |total| BoxOfficeEvent::CapacitySet { total_capacity: total };
    let noon = samples::noon();
    for hour in 1..=3 {
        let changes = (1..=500).map(|step| capacity(hour * 1_000 + step)).collect();
        let at = noon + TimeDelta::hours(i64::from(hour));
        fixture.record_at(event_id(), at, changes).await;
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let query = format!("{}?order=newest_first&limit=100{cursor}", path());
        let page = fixture.get(&query, Some(&fixture.organizer)).await.json();
        let version = |entry: &Value| entry["version"].as_i64().unwrap();
        seen.extend(page["data"].as_array().unwrap().iter().map(version));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, (1..=1_501).rev().collect::<Vec<i64>>());
    // The middle of the second hour: the third has begun one entry later.
    let middle = "?order=newest_first&until=2026-06-01T14:30:00Z&limit=2";
    assert_eq!(versions(&fixture, middle).await, [1_001, 1_000]);
    for (version, total) in [(2, 1_001), (700, 2_199), (1_501, 3_500)] {
        let path = format!("{}/state?until_version={version}", path());
        let then = fixture.get(&path, Some(&fixture.organizer)).await.json();
        assert_eq!(
            (&then["version"], &then["state"]["total_capacity"]),
            (&json!(version), &json!(total))
        );
    }
}

#[tokio::test]
async fn a_state_is_that_of_the_position_or_instant() {
    let (fixture, position) = with_history().await;
    let state = async |query: &str| {
        let path = format!("{}/state{query}", path());
        fixture.get(&path, Some(&fixture.organizer)).await.json()
    };
    let now = state("").await;
    assert_eq!(now["version"], 6);
    assert_eq!(
        json!([now["state"]["sold"], now["state"]["held"], now["state"]["revenue_minor"]]),
        json!([2, 0, 5000])
    );
    for query in [format!("?until_position={position}"), "?until=2026-06-01T12:59:59Z".to_owned()] {
        let then = state(&query).await;
        assert_eq!((&then["version"], &then["log_position"]), (&json!(5), &json!(position)));
        assert_eq!(
            json!([then["state"]["sold"], then["state"]["held"], then["state"]["orders"]]),
            json!([0, 2, 0])
        );
    }
    let before = state("?until=2026-01-01T00:00:00Z").await;
    assert_eq!((&before["version"], &before["state"]), (&json!(0), &Value::Null));
}

#[tokio::test]
async fn history_is_for_the_organizer() {
    let (fixture, _) = with_history().await;
    for path in [path(), format!("{}/state", path())] {
        fixture.is_foreign_to_others(&path).await;
        assert_eq!(fixture.get(&path, None).await.status, StatusCode::UNAUTHORIZED);
        let holder = Fixture::holder(samples::reservation_id(1));
        assert_eq!(fixture.get(&path, Some(&holder)).await.status, StatusCode::FORBIDDEN);
    }
    for missing in [
        format!("/audit/streams/box_office/{}", Uuid::from_u128(404)),
        format!("/audit/streams/lottery/{}", event_id()),
        "/audit/streams/box_office/1".to_owned(),
    ] {
        let answered = fixture.get(&missing, Some(&fixture.admin)).await;
        assert_eq!(answered.status, StatusCode::NOT_FOUND, "{missing}");
    }
    let malformed = format!("{}?until_position=x", path());
    let answered = fixture.get(&malformed, Some(&fixture.organizer)).await;
    assert_eq!(answered.status, StatusCode::UNPROCESSABLE_ENTITY);
}
