//! Exports on a real log and a real database.

use calamine::{Data, Reader, Xlsx};
use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};
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

/// As the command service writes it.
async fn ask(fixture: &Fixture, kind: &str, event: Uuid) -> Uuid {
    ask_for(fixture, (kind, "csv"), event, (None, None)).await
}

type Range<'a> = (Option<&'a str>, Option<&'a str>);

async fn ask_for(
    fixture: &Fixture,
    (kind, format): (&str, &str),
    event: Uuid,
    (since, until): Range<'_>,
) -> Uuid {
    let id = shared::id::IdSource.next();
    let key = fixture.organizer.split('_').nth(1).unwrap();
    let key: Uuid = key.parse().unwrap();
    sqlx::query(
        "INSERT INTO vault.organization_exports (id, organization_id, event_id, kind, asked_by,
                requested_at, next_attempt_at, expires_at, format, since, until)
         VALUES ($1, $2, $3, $4, $5, now(), now(), now() + interval '1 day', $6,
                 $7::timestamptz, $8::timestamptz)",
    )
    .bind(id)
    .bind(organization_id().uuid())
    .bind(event)
    .bind(kind)
    .bind(format!("api_key:{key}"))
    .bind(format)
    .bind(since)
    .bind(until)
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

/// A file with its type and its name.
async fn made_as(
    fixture: &Fixture,
    (kind, format): (&str, &str),
    range: Range<'_>,
) -> (Vec<u8>, String, String) {
    let export = ask_for(fixture, (kind, format), event_id().uuid(), range).await;
    eventually("it is made", || async { view(fixture, export).await["status"] == "READY" }).await;
    assert_eq!(view(fixture, export).await["format"], format);
    let answered = fixture.get(&file(export), Some(&fixture.organizer)).await;
    assert_eq!(answered.status, StatusCode::OK);
    let header = |name| answered.header(name).to_owned();
    let (content_type, name) = (header("content-type"), header("content-disposition"));
    (answered.body.to_vec(), content_type, name)
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
async fn json_is_an_array_as_the_api_would_write_it() {
    let fixture = with_orders(2).await;
    let (body, content_type, name) = made_as(&fixture, ("orders", "json"), (None, None)).await;
    assert_eq!(content_type, "application/json");
    assert_eq!(name, "attachment; filename=\"orders.json\"");
    let orders: Value = serde_json::from_slice(&body).unwrap();
    let order = &orders[0];
    assert_eq!(orders.as_array().unwrap().len(), 2);
    assert_eq!(order["order_id"], reservation_id(1).to_string());
    assert_eq!(order["total"], json!({"amount": 2_500, "currency": "EUR"}));
    assert_eq!((&order["name"], &order["late"]), (&json!(HOSTILE), &json!(false)));
    assert_eq!(order["paid_at"], "2026-06-01T12:01:00Z");
    let (body, ..) = made_as(&fixture, ("sales", "json"), (None, None)).await;
    let sales: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(sales[0]["revenue"]["amount"], 5_000);
}

#[tokio::test]
async fn a_workbook_has_instants_amounts_and_no_formula() {
    let fixture = with_orders(2).await;
    let (body, content_type, name) = made_as(&fixture, ("orders", "xlsx"), (None, None)).await;
    let expected = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!(content_type, expected);
    assert_eq!(name, "attachment; filename=\"orders.xlsx\"");
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(body)).unwrap();
    assert!(book.worksheet_formula("orders").unwrap().is_empty());
    let sheet = book.worksheet_range("orders").unwrap();
    assert_eq!(sheet.height(), 3);
    let at = |column: &str| {
        let heading = |cell: &Data| *cell == Data::String(column.to_owned());
        let place = sheet.rows().next().unwrap().iter().position(heading).unwrap();
        sheet.rows().nth(1).unwrap()[place].clone()
    };
    assert_eq!(at("order_id"), Data::String(reservation_id(1).to_string()));
    assert_eq!(at("name"), Data::String(HOSTILE.to_owned()));
    assert_eq!(at("total"), Data::Float(25.0));
    assert_eq!(at("currency"), Data::String("EUR".to_owned()));
    assert_eq!(at("late"), Data::Bool(false));
    let Data::DateTime(paid) = at("paid_at") else { panic!("an instant: {:?}", at("paid_at")) };
    assert_eq!(paid.to_ymd_hms_milli(), (2026, 6, 1, 12, 1, 0, 0));
}

/// Orders are paid, and their tickets issued, at the minutes after noon.
#[tokio::test]
async fn a_range_includes_its_start_and_excludes_its_end() {
    let fixture = with_orders(4).await;
    let (two, four) = ("2026-06-01T12:02:00Z", "2026-06-01T12:04:00Z");
    for (range, expected) in [
        ((Some(two), Some(four)), vec![2, 3]),
        ((Some(two), None), vec![2, 3, 4]),
        ((None, Some(two)), vec![1]),
        ((Some("2026-06-02T00:00:00Z"), None), vec![]),
    ] {
        for kind in ["orders", "attendees"] {
            let (body, ..) = made_as(&fixture, (kind, "json"), range).await;
            let rows: Value = serde_json::from_slice(&body).unwrap();
            let rows: Vec<&Value> =
                rows.as_array().unwrap().iter().map(|row| &row["order_id"]).collect();
            let ids: Vec<Value> =
                expected.iter().map(|number| json!(reservation_id(*number).to_string())).collect();
            assert_eq!(rows, ids.iter().collect::<Vec<_>>(), "{kind} {range:?}");
        }
    }
    let export =
        ask_for(&fixture, ("orders", "csv"), event_id().uuid(), (Some(two), Some(four))).await;
    eventually("it is made", || async { view(&fixture, export).await["status"] == "READY" }).await;
    let view = view(&fixture, export).await;
    assert_eq!((&view["from"], &view["to"]), (&json!(two), &json!(four)));
    assert_eq!((&view["rows_done"], &view["rows_total"]), (&json!(2), &json!(2)));
    let quarter = (Some("2026-06-01T12:15:00Z"), None);
    let (none, ..) = made_as(&fixture, ("sales", "json"), quarter).await;
    assert_eq!(serde_json::from_slice::<Value>(&none).unwrap(), json!([]));
}

#[tokio::test]
async fn parts_of_json_and_workbooks_join_whoever_made_them() {
    let mut fixture = with_orders(2).await;
    fixture.stop().await;
    let first = samples::noon() + TimeDelta::minutes(1);
    let last = (first, reservation_id(1).uuid()).to_text();
    let mut exports = Vec::new();
    for (format, content) in [
        ("json", "\n{\"order_id\":\"before\"}"),
        ("xlsx", "<row><c t=\"inlineStr\"><is><t>before</t></is></c></row>"),
    ] {
        let nobody = (None, None);
        let export = ask_for(&fixture, ("orders", format), event_id().uuid(), nobody).await;
        begin_with(&fixture, export, &last, ("v1", "0a"), content).await;
        exports.push(export);
    }
    fixture.go_on().await;
    let fixture = fixture;
    let mut bodies = Vec::new();
    for export in exports {
        eventually("it is made", || async { view(&fixture, export).await["status"] == "READY" })
            .await;
        bodies.push(fixture.get(&file(export), Some(&fixture.organizer)).await.body.to_vec());
    }
    let second = reservation_id(2).to_string();
    let rows: Value = serde_json::from_slice(&bodies[0]).unwrap();
    assert_eq!((&rows[0]["order_id"], &rows[1]["order_id"]), (&json!("before"), &json!(second)));
    let mut book: Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(bodies.remove(1))).unwrap();
    let sheet = book.worksheet_range("orders").unwrap();
    let ids: Vec<String> = sheet.rows().map(|row| row[0].to_string()).collect();
    assert_eq!(ids, ["order_id", "before", second.as_str()]);
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
async fn begin(fixture: &Fixture, export: Uuid, after: &str, key: (&str, &str)) {
    begin_with(fixture, export, after, key, "made before\r\n").await;
}

async fn begin_with(
    fixture: &Fixture,
    export: Uuid,
    after: &str,
    (kid, byte): (&str, &str),
    content: &str,
) {
    let vault = Vault::new(&format!("{kid}:{}", byte.repeat(32)).parse().unwrap());
    let mut randomness = Randomness::draw(24).unwrap();
    let place = export_part_place(export, 0);
    let sealed = vault.seal(&place, content.as_bytes(), &mut randomness).unwrap();
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
