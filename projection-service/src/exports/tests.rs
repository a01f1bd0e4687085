//! Exports on a real log and a real database.

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::Value;
use shared::{
    events::box_office::BoxOfficeEvent,
    vault::{Content, Randomness, Vault, export_part_place, reseal_batch},
};
use uuid::Uuid;

use crate::{
    http::CursorKey,
    samples::{self, event_id, organization_id, reservation_id},
    testing::{Fixture, eventually},
};

const HOSTILE: &str = "=HYPERLINK(\"http://x\")";

async fn with_orders(orders: u128) -> Fixture {
    let fixture = Fixture::start().await;
    fixture.record(vec![samples::drafted(), samples::type_added(1, None)]).await;
    fixture.record(vec![BoxOfficeEvent::EventPublished {}]).await;
    for number in 1..=orders {
        let at = samples::noon() + TimeDelta::minutes(i64::try_from(number).unwrap());
        let facts = vec![
            samples::reserved(number, 1),
            samples::paid(number, 1, false),
            samples::issued(number, 0),
        ];
        fixture.record_at(event_id(), at, facts).await;
    }
    fixture.know(samples::person_id(), "ada@example.org", HOSTILE).await;
    // Everything is in the tables.
    fixture.get("/orders", Some(&fixture.organizer)).await;
    fixture.get(&format!("/events/{}/attendees", event_id()), Some(&fixture.organizer)).await;
    fixture
}

/// As the command service writes it; `done` says of how many rows a first part was made before.
async fn ask(fixture: &Fixture, kind: &str, event: Uuid) -> Uuid {
    let id = shared::id::IdSource.next();
    let key = fixture.organizer.split('_').nth(1).unwrap();
    let key: Uuid = key.parse().unwrap();
    sqlx::query(
        "INSERT INTO vault.organization_exports (id, organization_id, event_id, kind, asked_by,
                requested_at, next_attempt_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, now(), now(), now() + interval '1 day')",
    )
    .bind(id)
    .bind(organization_id().uuid())
    .bind(event)
    .bind(kind)
    .bind(format!("api_key:{key}"))
    .execute(fixture.database.command())
    .await
    .unwrap();
    id
}

fn list() -> String {
    format!("/organizations/{}/exports", organization_id())
}

fn file(export: Uuid) -> String {
    format!("{}/{export}/file", list())
}

async fn view(fixture: &Fixture, export: Uuid) -> Value {
    let page = fixture.get(&list(), Some(&fixture.organizer)).await.json();
    let exports = page["data"].as_array().unwrap().clone();
    exports.into_iter().find(|one| one["export_id"] == export.to_string()).unwrap()
}

async fn made(fixture: &Fixture, kind: &str) -> (Value, String) {
    let export = ask(fixture, kind, event_id().uuid()).await;
    eventually("it is made", || async { view(fixture, export).await["status"] == "READY" }).await;
    let answered = fixture.get(&file(export), Some(&fixture.organizer)).await;
    assert_eq!(answered.status, StatusCode::OK);
    assert_eq!(answered.header("content-type"), "text/csv; charset=utf-8");
    let text = String::from_utf8(answered.body.to_vec()).unwrap();
    (view(fixture, export).await, text)
}

#[tokio::test]
async fn files_have_a_row_for_each_order_ticket_and_day() {
    let fixture = with_orders(3).await;
    let (view, orders) = made(&fixture, "orders").await;
    assert_eq!((&view["rows_done"], &view["rows_total"]), (&3.into(), &3.into()));
    assert_eq!(view["own"], true);
    let lines: Vec<&str> = orders.trim_start_matches('\u{feff}').lines().collect();
    assert!(lines[0].starts_with("order_id,event_id,event,status"));
    assert!(lines[1].starts_with(&reservation_id(1).to_string()), "the oldest first");
    assert!(lines[1].contains(",\"'=HYPERLINK(\"\"http://x\"\")\",ada@example.org,1,25.00,EUR,"));
    assert_eq!(lines.len(), 4);
    let (_, attendees) = made(&fixture, "attendees").await;
    assert_eq!(attendees.lines().count(), 4);
    assert!(attendees.contains(",Standard,VALID,2026-06-01T12:01:00Z,"));
    let (_, sales) = made(&fixture, "sales").await;
    assert_eq!(sales.lines().nth(1), Some("2026-06-01,Standard,3,75.00,EUR"));
}

#[tokio::test]
async fn a_file_begun_before_a_restart_is_gone_on_with() {
    let mut fixture = with_orders(4).await;
    fixture.stop().await;
    let export = ask(&fixture, "orders", event_id().uuid()).await;
    let last = (samples::noon() + TimeDelta::minutes(2), reservation_id(2).uuid());
    begin(&fixture, export, &last.to_text(), ("v1", "0a")).await;
    fixture.go_on().await;
    let fixture = fixture;
    eventually("it is made", || async { view(&fixture, export).await["status"] == "READY" }).await;
    let answered = fixture.get(&file(export), Some(&fixture.organizer)).await;
    let text = String::from_utf8(answered.body.to_vec()).unwrap();
    let begins: Vec<&str> = text.lines().map(|line| line.split(',').next().unwrap()).collect();
    let (third, fourth) = (reservation_id(3).to_string(), reservation_id(4).to_string());
    assert_eq!(begins, ["made before", third.as_str(), fourth.as_str()]);
    assert_eq!(view(&fixture, export).await["rows_done"], 4);
}

/// A first part of two rows, made by a process that has ended, under this vault key.
async fn begin(fixture: &Fixture, export: Uuid, after: &str, (kid, byte): (&str, &str)) {
    let vault = Vault::new(&format!("{kid}:{}", byte.repeat(32)).parse().unwrap());
    let mut randomness = Randomness::draw(24).unwrap();
    let place = export_part_place(export, 0);
    let sealed = vault.seal(&place, b"made before\r\n", &mut randomness).unwrap();
    sqlx::query(
        "WITH begun AS (UPDATE vault.organization_exports
                           SET parts = 1, done = 2, total = 4, after = $2 WHERE id = $1)
         INSERT INTO vault.organization_export_parts (export_id, part, content, content_key)
         VALUES ($1, 0, $3, $4)",
    )
    .bind(export)
    .bind(after)
    .bind(sealed.bytes)
    .bind(sealed.kid)
    .execute(fixture.database.command())
    .await
    .unwrap();
}

#[tokio::test]
async fn a_part_opens_after_the_old_master_key_was_dropped() {
    let mut fixture = with_orders(2).await;
    fixture.stop().await;
    let export = ask(&fixture, "orders", event_id().uuid()).await;
    let last = (samples::noon() + TimeDelta::minutes(2), reservation_id(2).uuid());
    begin(&fixture, export, &last.to_text(), ("v0", "0f")).await;
    let keys = format!("v1:{},v0:{}", "0a".repeat(32), "0f".repeat(32));
    let both = Vault::new(&keys.parse().unwrap());
    let mut owner = fixture.database.owner().acquire().await.unwrap();
    let done = reseal_batch(&mut owner, &both, Content::ExportParts, None).await.unwrap().unwrap();
    assert_eq!((done.sealed, done.unreadable), (1, 0));
    drop(owner);
    fixture.go_on().await;
    let fixture = fixture;
    eventually("it is made", || async { view(&fixture, export).await["status"] == "READY" }).await;
    let answered = fixture.get(&file(export), Some(&fixture.organizer)).await;
    assert_eq!(answered.body, "made before\r\n");
}

#[tokio::test]
async fn files_are_for_who_asked_and_not_for_ever() {
    let fixture = with_orders(1).await;
    let export = ask(&fixture, "orders", event_id().uuid()).await;
    eventually("it is made", || async { view(&fixture, export).await["status"] == "READY" }).await;
    fixture.is_foreign_to_others(&list()).await;
    for (token, status) in [
        (&fixture.organizer, StatusCode::OK),
        (&fixture.admin, StatusCode::NOT_FOUND),
        (&fixture.foreigner, StatusCode::NOT_FOUND),
    ] {
        assert_eq!(fixture.get(&file(export), Some(token)).await.status, status);
    }
    assert_eq!(fixture.get(&file(export), None).await.status, StatusCode::UNAUTHORIZED);
    fixture.clock.advance(TimeDelta::hours(25));
    let gone = fixture.get(&file(export), Some(&fixture.organizer)).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    eventually("it is thrown away", || async {
        let left: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM vault.organization_export_parts WHERE export_id = $1",
        )
        .bind(export)
        .fetch_one(fixture.database.command())
        .await
        .unwrap();
        left == 0
    })
    .await;
}

#[tokio::test]
async fn a_foreign_event_has_no_file() {
    let fixture = with_orders(1).await;
    let export = ask(&fixture, "attendees", Uuid::from_u128(404)).await;
    eventually("it is given up", || async { view(&fixture, export).await["status"] == "FAILED" })
        .await;
    assert_eq!(
        fixture.get(&file(export), Some(&fixture.organizer)).await.status,
        StatusCode::NOT_FOUND
    );
}
