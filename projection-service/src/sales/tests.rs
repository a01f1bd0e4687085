//! Sales on a real log and a real database.

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::json;
use shared::events::box_office::BoxOfficeEvent;
use uuid::Uuid;

use crate::{
    samples::{self, event_id, organization_id},
    testing::Fixture,
};

fn path() -> String {
    format!("/organizations/{}/reports/sales", organization_id())
}

async fn on_sale() -> Fixture {
    let fixture = Fixture::start().await;
    fixture
        .record(vec![
            samples::drafted(),
            samples::type_added(1, None),
            samples::type_added(2, None),
            BoxOfficeEvent::EventPublished {},
        ])
        .await;
    fixture
}

#[tokio::test]
async fn sales_add_up_by_event_type_day_and_hour() {
    let fixture = on_sale().await;
    // 23:30 and 00:10 in Berlin.
    for (number, hours, minutes) in [(1, 9, 30), (2, 10, 10), (3, 10, 10)] {
        let at = samples::noon() + TimeDelta::hours(hours) + TimeDelta::minutes(minutes);
        let facts = vec![samples::reserved(number, 2), samples::paid(number, 2, false)];
        fixture.record_at(event_id(), at, facts).await;
    }
    let of_event = format!("{}?event_id={}", path(), event_id());
    let report = fixture.get(&of_event, Some(&fixture.organizer)).await.json();
    let totals = json!([{
        "orders": 3, "tickets": 6, "revenue": {"amount": 15_000, "currency": "EUR"},
        "average_order": {"amount": 5000, "currency": "EUR"},
    }]);
    assert_eq!(report["totals"], totals);
    let event = &report["events"][0];
    assert_eq!((&event["orders"], &event["tickets"]), (&json!(3), &json!(6)));
    assert_eq!(event["ticket_types"][0]["tickets"], 6);
    assert_eq!(event["ticket_types"][1]["tickets"], 0);
    let days: Vec<_> = event["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| (&day["date"], &day["tickets"]))
        .collect();
    assert_eq!(days, [(&json!("2026-06-01"), &json!(2)), (&json!("2026-06-02"), &json!(4))]);
    assert_eq!(event["hours"][0]["starts_at"], "2026-06-01T23:00:00+02:00");
    assert_eq!(event["hours"][1]["starts_at"], "2026-06-02T00:00:00+02:00");
    assert_eq!(event["hours"][1]["revenue"]["amount"], 10_000);
}

#[tokio::test]
async fn a_report_covers_the_time_that_was_asked_for() {
    let fixture = on_sale().await;
    for number in 1..=3 {
        let at = samples::noon() + TimeDelta::hours(i64::try_from(number).unwrap());
        let facts = vec![samples::reserved(number, 1), samples::paid(number, 1, false)];
        fixture.record_at(event_id(), at, facts).await;
    }
    let window = format!("{}?from=2026-06-01T14:00:00Z&to=2026-06-01T15:00:00Z", path());
    let report = fixture.get(&window, Some(&fixture.organizer)).await.json();
    assert_eq!(report["totals"][0]["orders"], 1);
    assert_eq!(report["events"][0]["tickets"], 1);
    assert_eq!(report["events"][0]["days"], json!([]));
}

#[tokio::test]
async fn reports_use_the_present_zone_and_names_of_an_event() {
    let fixture = on_sale().await;
    fixture.record(vec![samples::reserved(1, 1), samples::paid(1, 1, false)]).await;
    let mut details = samples::details();
    details.time_zone = "Asia/Tokyo".to_owned();
    details.title = "Moved".to_owned();
    let mut terms = samples::terms(None);
    terms.name = "Early bird".to_owned();
    let renamed = BoxOfficeEvent::TicketTypeChanged { ticket_type_id: samples::type_id(1), terms };
    fixture.record(vec![BoxOfficeEvent::EventDetailsChanged { details }, renamed]).await;
    let of_event = format!("{}?event_id={}", path(), event_id());
    let report = fixture.get(&of_event, Some(&fixture.organizer)).await.json();
    let event = &report["events"][0];
    assert_eq!((&event["title"], &event["time_zone"]), (&json!("Moved"), &json!("Asia/Tokyo")));
    assert_eq!(event["ticket_types"][0]["name"], "Early bird");
    assert_eq!(event["hours"][0]["starts_at"], "2026-06-01T21:00:00+09:00");
}

#[tokio::test]
async fn reports_are_for_the_seller() {
    let fixture = on_sale().await;
    fixture.is_foreign_to_others(&path()).await;
    assert_eq!(fixture.get(&path(), None).await.status, StatusCode::UNAUTHORIZED);
    let holder = Fixture::holder(samples::reservation_id(1));
    assert_eq!(fixture.get(&path(), Some(&holder)).await.status, StatusCode::FORBIDDEN);
    // A foreign event looks like a missing one.
    for event in [event_id().uuid(), Uuid::from_u128(404)] {
        let own = format!(
            "/organizations/{}/reports/sales?event_id={event}",
            fixture.foreign_organization
        );
        let answered = fixture.get(&own, Some(&fixture.foreigner)).await;
        assert_eq!(answered.status, StatusCode::NOT_FOUND);
    }
}
