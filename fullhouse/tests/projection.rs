//! The operator's tool on read tables, as it is called, without a running service.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::process::{Command, Output};

use shared::{
    event_log::{EventLog, Metadata, NewEvent, StreamAppend, StreamId},
    events::box_office::{BoxOfficeEvent, EventDetails, LatePayment, STREAM_TYPE, SalesSettings},
    id::{CommandId, EventId, OrganizationId},
    money::Currency,
    testing::TestDatabase,
};
use sqlx::Executor;
use uuid::Uuid;

const EVENT: Uuid = Uuid::from_u128(0x0190_a000_0000_7000_8000_0000_0000_0017);

#[tokio::test]
async fn tables_are_built_compared_and_listed() {
    let database = a_log_with_one_event().await;
    let output = fullhouse(&database, &["projection", "list"]);
    assert!(said(&output).contains("catalogue: no tables yet"), "{}", said(&output));

    let output = fullhouse(&database, &["projection", "rebuild", "--all"]);
    assert_eq!(code(&output), 0, "{output:?}");
    assert!(said(&output).contains("catalogue: 2 of 2 events"), "{}", said(&output));
    let output = fullhouse(&database, &["projection", "compare", "--all"]);
    assert_eq!(code(&output), 0, "{output:?}");
    assert!(said(&output).contains("catalogue: 1 rows, 0 differences"), "{}", said(&output));
    let output = fullhouse(&database, &["projection", "list"]);
    let listed = said(&output);
    let catalogue = listed.lines().find(|line| line.starts_with("catalogue: ")).unwrap_or(&listed);
    assert!(catalogue.starts_with("catalogue: generation 1, code version "), "{listed}");
    assert!(catalogue.ends_with(", 2 of 2 events"), "{listed}");
}

#[tokio::test]
async fn what_it_makes_belongs_to_the_service() {
    let database = a_log_with_one_event().await;
    assert_eq!(code(&fullhouse(&database, &["projection", "rebuild", "catalogue"])), 0);
    let owner: String =
        sqlx::query_scalar("SELECT tableowner FROM pg_tables WHERE tablename = 'events_v1'")
            .fetch_one(database.owner())
            .await
            .unwrap();
    assert_eq!(owner, "fullhouse_projection");
}

#[tokio::test]
async fn a_difference_is_shown_and_a_rebuild_mends_it() {
    let database = a_log_with_one_event().await;
    assert_eq!(code(&fullhouse(&database, &["projection", "rebuild", "catalogue"])), 0);
    database.owner().execute("UPDATE read.events_v1 SET title = 'Forged'").await.unwrap();
    let output = fullhouse(&database, &["projection", "compare", "catalogue"]);
    assert_eq!(code(&output), 1, "{output:?}");
    let said = said(&output);
    assert!(said.contains("catalogue: 1 rows, 2 differences"), "{said}");
    assert!(said.contains("events (read, but not in the log): {"), "{said}");
    assert!(said.contains("Forged"), "{said}");

    let output = fullhouse(&database, &["projection", "rebuild", "catalogue"]);
    assert_eq!(code(&output), 0, "{output:?}");
    let output = fullhouse(&database, &["projection", "compare", "catalogue"]);
    assert_eq!(code(&output), 0, "{output:?}");
}

#[tokio::test]
async fn an_unknown_name_is_refused() {
    let database = a_log_with_one_event().await;
    let output = fullhouse(&database, &["projection", "compare", "nothing"]);
    assert_eq!(code(&output), 2);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.contains("only catalogue, reservations"), "{complaint}");
}

async fn a_log_with_one_event() -> TestDatabase {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    let drafted = BoxOfficeEvent::EventDrafted {
        event_id: EventId::new(EVENT),
        organization_id: OrganizationId::new(Uuid::from_u128(6)),
        details: EventDetails {
            title: "Rust Nacht".to_owned(),
            description: String::new(),
            category: None,
            tags: Vec::new(),
            image_url: None,
            image_alt: None,
            venue: None,
            starts_at: "2027-05-01T18:00:00Z".parse().unwrap(),
            ends_at: None,
            time_zone: "Europe/Berlin".to_owned(),
            currency: Currency::EUR,
        },
        settings: SalesSettings {
            per_person_cap: 50,
            hold_ttl_seconds: 900,
            late_payment: LatePayment::AcquireAgain,
        },
    };
    let metadata = Metadata {
        command_id: CommandId::new(Uuid::from_u128(1)),
        at: "2027-01-02T00:00:00Z".parse().unwrap(),
        actor: "admin".to_owned(),
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".to_owned(),
        digest: None,
        causation: None,
    };
    let events = [drafted, BoxOfficeEvent::CapacitySet { total_capacity: 9 }];
    let append = StreamAppend {
        stream: StreamId { stream_type: STREAM_TYPE, id: EVENT },
        expected_version: 0,
        next_deadline: None,
        events: events.iter().map(|fact| NewEvent::box_office(fact, metadata.to_json())).collect(),
    };
    log.append(append).await.unwrap();
    database
}

fn fullhouse(database: &TestDatabase, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fullhouse"))
        .args(arguments)
        .env("FULLHOUSE_DATABASE_URL", database.owner_url())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}
