//! The runtime on a real log: contention, repetition, time and broken connections.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use shared::{
    clock::Clock,
    event_log::EventLog,
    events::box_office::{BoxOfficeEvent, Price},
    id::{CommandId, EventId, OrganizationId, PersonId, ReservationId, TicketTypeId},
    testing::TestDatabase,
};
use uuid::Uuid;

use super::{
    BoxOffices, CommandContext, ExecuteError, Limits, RequestDigest, resident::Resident,
    snapshot::Snapshots,
};
use crate::{
    box_office::{
        BoxOfficeCommand, BoxOfficeRejected,
        capacity::{AddTicketType, TermsInput},
        catalogue::{DetailsInput, DraftEvent, PublishEvent, SettingsInput},
        reservation::{ReserveItem, ReserveTickets, ReserveTicketsRejected},
    },
    vault::{Persons, testing::vault},
};

const EVENT: EventId = EventId::new(Uuid::from_u128(0xE));
const STANDARD: TicketTypeId = TicketTypeId::new(Uuid::from_u128(0x57));

struct Fixture {
    database: TestDatabase,
    clock: Clock,
}

impl Fixture {
    async fn new() -> Self {
        Self { database: TestDatabase::create().await, clock: Clock::system() }
    }

    /// As another process would have them: nothing in common but the database.
    fn offices(&self) -> BoxOffices {
        let pool = self.database.command().clone();
        let log = EventLog::start(pool.clone());
        let persons = Persons::start(pool.clone(), vault());
        BoxOffices::new(log, pool, persons, self.clock.clone(), Limits::default())
    }

    async fn recorded(&self, event_type: &str) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM es.events WHERE event_type = $1")
            .bind(event_type)
            .fetch_one(self.database.owner())
            .await
            .unwrap()
    }

    async fn wait_for(&self, event_type: &str, count: i64) {
        for _ in 0..300 {
            if self.recorded(event_type).await >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{count} {event_type} were not recorded in 6 s");
    }
}

fn context(id: u128) -> CommandContext {
    CommandContext {
        command_id: CommandId::new(Uuid::from_u128(id)),
        actor: "test".to_owned(),
        trace_id: String::new(),
        digest: Some(RequestDigest(7)),
        expected_edition: None,
        asker: None,
        causation: None,
        contact: None,
    }
}

fn hold(number: u128) -> BoxOfficeCommand {
    BoxOfficeCommand::ReserveTickets(ReserveTickets {
        reservation_id: ReservationId::new(Uuid::from_u128(number)),
        person_id: PersonId::new(Uuid::from_u128(number)),
        items: vec![ReserveItem { ticket_type_id: STANDARD, quantity: 1, unit_price_minor: None }],
    })
}

async fn an_event_on_sale(
    offices: &BoxOffices,
    clock: &Clock,
    capacity: u32,
    hold_ttl_seconds: u32,
) {
    let draft = DraftEvent {
        event_id: EVENT,
        organization_id: OrganizationId::new(Uuid::from_u128(1)),
        details: DetailsInput {
            title: Some("Chamber music".to_owned()),
            starts_at: Some(clock.now() + TimeDelta::days(30)),
            time_zone: Some("Europe/Berlin".to_owned()),
            currency: Some("EUR".to_owned()),
            ..DetailsInput::default()
        },
        settings: SettingsInput {
            hold_ttl_seconds: Some(hold_ttl_seconds),
            ..SettingsInput::default()
        },
        total_capacity: Some(capacity),
        default_ticket_type_id: TicketTypeId::new(Uuid::from_u128(0xD)),
    };
    let terms = TermsInput {
        name: Some("Seat".to_owned()),
        price: Some(Price::Fixed { amount: 4500 }),
        ..TermsInput::default()
    };
    let add = AddTicketType { ticket_type_id: STANDARD, terms, enabled: true };
    let commands = [
        BoxOfficeCommand::DraftEvent(draft),
        BoxOfficeCommand::AddTicketType(add),
        BoxOfficeCommand::PublishEvent(PublishEvent {}),
    ];
    for (number, command) in (1_000_000..).zip(commands) {
        offices.execute(EVENT, command, context(number)).await.unwrap();
    }
}

/// How many of these holds stand, trying again whatever was not decided.
async fn hold_all(offices: &BoxOffices, numbers: std::ops::Range<u128>) -> usize {
    let one = async |number: u128| loop {
        match offices.execute(EVENT, hold(number), context(number)).await {
            Ok(_) => return true,
            Err(ExecuteError::Rejected(BoxOfficeRejected::ReserveTickets(
                ReserveTicketsRejected::InsufficientInventory { .. },
            ))) => return false,
            Err(ExecuteError::Unavailable | ExecuteError::Overloaded) => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Err(error) => panic!("{error}"),
        }
    };
    let held = futures::future::join_all(numbers.map(one)).await;
    held.into_iter().filter(|held| *held).count()
}

#[tokio::test]
async fn a_thousand_buyers_of_a_hundred_tickets_get_a_hundred() {
    let fixture = Fixture::new().await;
    let offices = fixture.offices();
    an_event_on_sale(&offices, &fixture.clock, 100, 900).await;
    assert_eq!(hold_all(&offices, 1..1001).await, 100);
    assert_eq!(fixture.recorded("ReservationCreated").await, 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_on_one_event_never_oversell() {
    let fixture = Fixture::new().await;
    let (one, other) = (fixture.offices(), fixture.offices());
    an_event_on_sale(&one, &fixture.clock, 100, 900).await;
    let (held, held_there) = tokio::join!(hold_all(&one, 1..200), hold_all(&other, 200..400));
    assert_eq!(held + held_there, 100);
    assert_eq!(fixture.recorded("ReservationCreated").await, 100);
}

#[tokio::test]
async fn a_repeated_command_is_answered_as_before_also_by_another_process() {
    let fixture = Fixture::new().await;
    let offices = fixture.offices();
    an_event_on_sale(&offices, &fixture.clock, 100, 900).await;
    let first = offices.execute(EVENT, hold(1), context(1)).await.unwrap();
    for offices in [offices, fixture.offices()] {
        // The same request under another reservation id, as a client's second try would make it.
        let again = offices.execute(EVENT, hold(2), context(1)).await.unwrap();
        assert_eq!((&again.events, again.at), (&first.events, first.at));
        assert!(again.replayed && !first.replayed);
    }
    assert_eq!(fixture.recorded("ReservationCreated").await, 1);
}

#[tokio::test]
async fn another_request_under_the_same_key_is_refused() {
    let fixture = Fixture::new().await;
    let offices = fixture.offices();
    an_event_on_sale(&offices, &fixture.clock, 100, 900).await;
    offices.execute(EVENT, hold(1), context(1)).await.unwrap();
    let other = CommandContext { digest: Some(RequestDigest(8)), ..context(1) };
    let refused = offices.execute(EVENT, hold(1), other).await.unwrap_err();
    assert!(matches!(refused, ExecuteError::KeyReused));
}

#[tokio::test]
async fn an_edit_of_an_old_edition_is_refused() {
    let fixture = Fixture::new().await;
    let offices = fixture.offices();
    an_event_on_sale(&offices, &fixture.clock, 100, 900).await;
    let old = CommandContext { expected_edition: Some(1), ..context(1) };
    let refused = offices.execute(EVENT, hold(1), old).await.unwrap_err();
    assert!(matches!(refused, ExecuteError::EditionMismatch { current: 5 }), "{refused}");
}

#[tokio::test]
async fn an_unknown_event_is_not_found_and_not_kept() {
    let fixture = Fixture::new().await;
    let offices = fixture.offices();
    let refused = offices.execute(EVENT, hold(1), context(1)).await.unwrap_err();
    assert!(matches!(refused, ExecuteError::NotFound));
    offices.stop().await;
    assert_eq!(offices.resident(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_connections_lose_and_double_nothing() {
    let fixture = Fixture::new().await;
    let offices = fixture.offices();
    an_event_on_sale(&offices, &fixture.clock, 10_000, 900).await;
    let breaking = async {
        for _ in 0..30 {
            tokio::time::sleep(Duration::from_millis(7)).await;
            sqlx::query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE usename = 'fullhouse_command' AND datname = current_database()",
            )
            .execute(fixture.database.owner())
            .await
            .unwrap();
        }
    };
    let selling = async {
        let mut held = 0;
        for wave in 0..20_u128 {
            held += hold_all(&offices, 1 + wave * 50..1 + (wave + 1) * 50).await;
        }
        held
    };
    let ((), held) = tokio::join!(breaking, selling);
    assert_eq!(held, 1000);
    assert_eq!(fixture.recorded("ReservationCreated").await, 1000);
}

#[tokio::test]
async fn a_due_hold_is_recorded_as_expired_without_anyone_asking() {
    let fixture = Fixture::new().await;
    let offices = fixture.offices();
    an_event_on_sale(&offices, &fixture.clock, 100, 60).await;
    offices.execute(EVENT, hold(1), context(1)).await.unwrap();
    fixture.clock.advance(TimeDelta::seconds(61));
    offices.wake(EVENT);
    fixture.wait_for("ReservationExpired", 1).await;
}

#[tokio::test]
async fn thousands_of_due_holds_expire_at_once_after_a_restart() {
    let fixture = Fixture::new().await;
    let offices = fixture.offices();
    an_event_on_sale(&offices, &fixture.clock, 5_000, 60).await;
    assert_eq!(hold_all(&offices, 1..3001).await, 3000);
    offices.stop().await;
    fixture.clock.advance(TimeDelta::seconds(61));
    fixture.offices().wake(EVENT);
    fixture.wait_for("ReservationExpired", 3000).await;
}

#[tokio::test]
async fn a_snapshot_and_the_tail_are_the_replay() {
    let fixture = Fixture::new().await;
    let offices = fixture.offices();
    an_event_on_sale(&offices, &fixture.clock, 5_000, 900).await;
    hold_all(&offices, 1..1501).await;
    offices.stop().await;
    sqlx::query("DELETE FROM es.snapshots").execute(fixture.database.owner()).await.unwrap();
    let pool = fixture.database.command().clone();
    let log = EventLog::start(pool.clone());
    let snapshots = Snapshots::new(pool, log.clone());
    snapshots.fold(EVENT).await.unwrap();
    let restored = snapshots.newest(EVENT).await.unwrap();
    assert_eq!(restored.version(), 1505);

    hold_all(&fixture.offices(), 2001..2101).await;
    let from_snapshot = Resident::load(EVENT, &log, &snapshots).await.unwrap();
    let mut replayed = Resident::default();
    replayed.catch_up(EVENT, &log).await.unwrap();
    assert_eq!(from_snapshot.office(), replayed.office());
    assert_eq!(from_snapshot.freeze().unwrap(), replayed.freeze().unwrap());
}

#[tokio::test]
async fn a_snapshot_written_from_memory_is_the_one_folded_from_the_log() {
    let fixture = Fixture::new().await;
    let offices = fixture.offices();
    an_event_on_sale(&offices, &fixture.clock, 5_000, 900).await;
    hold_all(&offices, 1..1201).await;
    // On its way out the mailbox writes down what it has in memory.
    offices.stop().await;
    let pool = fixture.database.command().clone();
    let log = EventLog::start(pool.clone());
    let snapshots = Snapshots::new(pool, log.clone());
    let from_memory = snapshots.newest(EVENT).await.unwrap();
    let mut replayed = Resident::default();
    replayed.catch_up(EVENT, &log).await.unwrap();
    assert_eq!(from_memory.version(), 1205);
    assert_eq!(from_memory.freeze().unwrap(), replayed.freeze().unwrap());
}

#[tokio::test]
async fn a_caller_that_goes_away_changes_nothing_for_the_others() {
    let fixture = Fixture::new().await;
    let offices = Arc::new(fixture.offices());
    an_event_on_sale(&offices, &fixture.clock, 10_000, 900).await;
    for number in 1..300_u128 {
        let impatient = offices.execute(EVENT, hold(number), context(number));
        let micros = u64::try_from(number * 37 % 1500).unwrap();
        let _ = tokio::time::timeout(Duration::from_micros(micros), impatient).await;
    }
    // Whatever was decided for those who went is answered to whoever asks again.
    assert_eq!(hold_all(&offices, 1..300).await, 299);
    assert_eq!(fixture.recorded("ReservationCreated").await, 299);
}

#[tokio::test]
async fn the_events_of_a_decision_come_with_the_answer() {
    let fixture = Fixture::new().await;
    let offices = fixture.offices();
    an_event_on_sale(&offices, &fixture.clock, 100, 900).await;
    let committed = offices.execute(EVENT, hold(1), context(1)).await.unwrap();
    assert!(matches!(committed.events[..], [BoxOfficeEvent::ReservationCreated { .. }]));
    assert_eq!(committed.log_position.unwrap().to_string(), "14:6");
}
