//! The platform's health on a real log and a real database.

use http::StatusCode;
use serde_json::json;
use shared::{events::box_office::BoxOfficeEvent, id::EventId};
use uuid::Uuid;

use crate::{
    samples,
    testing::{Fixture, eventually},
};

#[tokio::test]
async fn projections_are_seen_to_keep_up() {
    let fixture = Fixture::start().await;
    fixture.record(vec![samples::drafted()]).await;
    fixture.get("/events", None).await;
    eventually("all projections keep up", || async {
        let health = fixture.get("/platform/health", Some(&fixture.admin)).await.json();
        let projections = health["projections"].as_array().unwrap().clone();
        projections.len() == 5
            && projections.iter().all(|projection| projection["lag_events"] == 0)
            && projections.iter().all(|projection| projection["shards"][0]["head"] == 1)
    })
    .await;
    let health = fixture.get("/platform/health", Some(&fixture.admin)).await.json();
    assert_eq!((&health["parked_count"], &health["parked"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn what_cannot_be_folded_is_parked_and_shown_and_the_others_go_on() {
    let fixture = Fixture::start().await;
    let broken = EventId::new(Uuid::from_u128(0x1007));
    fixture.record_at(broken, samples::noon(), vec![samples::paid(1, 1, false)]).await;
    fixture.record(vec![samples::drafted(), BoxOfficeEvent::EventPublished {}]).await;
    let path = format!("/events/{}", samples::event_id());
    assert_eq!(fixture.get(&path, None).await.status, StatusCode::OK);
    eventually("the broken stream is parked", || async {
        let health = fixture.get("/platform/health", Some(&fixture.admin)).await.json();
        let parked = health["parked"].as_array().unwrap().clone();
        parked.iter().any(|event| {
            event["name"] == "orders"
                && event["stream_id"] == broken.to_string()
                && event["reason"].as_str().unwrap().contains("never drafted")
        })
    })
    .await;
}

#[tokio::test]
async fn health_is_for_the_platform() {
    let fixture = Fixture::start().await;
    for (token, status) in
        [(Some(&fixture.organizer), StatusCode::FORBIDDEN), (None, StatusCode::UNAUTHORIZED)]
    {
        let answered = fixture.get("/platform/health", token.map(String::as_str)).await;
        assert_eq!(answered.status, status);
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems() {
    let fixture = Fixture::start().await;
    let answered = fixture.get("/nothing/here", None).await;
    assert_eq!(answered.status, StatusCode::NOT_FOUND);
    assert_eq!(answered.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn mails_that_wait_or_failed_are_counted() {
    let fixture = Fixture::start().await;
    let health = fixture.get("/platform/health", Some(&fixture.admin)).await.json();
    let nothing = json!({
        "has_server": null, "waiting_count": 0, "waiting_seconds": 0, "failed_count": 0
    });
    assert_eq!(health["mail"], nothing);
    sqlx::raw_sql(
        "INSERT INTO outbox.messages (cause, kind, person_id, status, created_at) VALUES
             ('1', 'account_exists', gen_random_uuid(), 'waiting', now() - interval '1 hour'),
             ('2', 'account_exists', gen_random_uuid(), 'waiting', now()),
             ('3', 'account_exists', gen_random_uuid(), 'failed', now());
         INSERT INTO outbox.sender (has_server, seen_at) VALUES (false, now())",
    )
    .execute(fixture.database.owner())
    .await
    .unwrap();
    let health = fixture.get("/platform/health", Some(&fixture.admin)).await.json();
    let mail = &health["mail"];
    assert_eq!((&mail["waiting_count"], &mail["failed_count"]), (&json!(2), &json!(1)));
    assert_eq!(mail["has_server"], false);
    let seconds = mail["waiting_seconds"].as_i64().unwrap();
    assert!((3_500..3_700).contains(&seconds), "{seconds}");
}
