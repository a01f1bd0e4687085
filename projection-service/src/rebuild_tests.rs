//! Rebuilding and comparing read tables on a real log and a real database.

use std::sync::atomic::{AtomicBool, Ordering};

use http::StatusCode;
use shared::{
    events::box_office::BoxOfficeEvent,
    id::{EventId, OrderId},
};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    compare::{Comparison, Side, compare},
    generations,
    projection::{self, Projection},
    rebuild::{RebuildError, if_outdated, rebuild},
    samples,
    testing::{Fixture, eventually},
};

/// A small generator, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

fn event(number: u128) -> EventId {
    EventId::new(Uuid::from_u128(0xE0E7_2000 + number))
}

fn on_sale(number: u128) -> Vec<BoxOfficeEvent> {
    vec![
        BoxOfficeEvent::EventDrafted {
            event_id: event(number),
            organization_id: samples::organization_id(),
            details: samples::details(),
            settings: samples::settings(),
        },
        BoxOfficeEvent::CapacitySet { total_capacity: 10_000 },
        samples::type_added(1, Some(5_000)),
        BoxOfficeEvent::EventPublished {},
    ]
}

/// What becomes of a hold, in one of the ways it can.
fn life(random: &mut Random, number: u128) -> Vec<BoxOfficeEvent> {
    let mut facts = vec![samples::reserved(number, 2)];
    let completed =
        BoxOfficeEvent::OrderCompleted { order_id: OrderId::from(samples::reservation_id(number)) };
    match random.below(6) {
        0 => {}
        1 => facts.push(samples::expired(number)),
        2 => facts.push(samples::released(number)),
        3 => facts.extend([samples::expired(number), samples::paid(number, 2, true), completed]),
        4 => facts.extend([
            samples::payment_started(number, 5000),
            BoxOfficeEvent::ReservationExtended {
                reservation_id: samples::reservation_id(number),
                expires_at: samples::noon(),
            },
            samples::paid(number, 2, false),
            samples::issued(number, 0),
            samples::issued(number, 1),
            completed,
        ]),
        _ => facts.extend([samples::paid(number, 2, false), samples::issued(number, 0)]),
    }
    facts
}

/// Records the lives of `count` holds of a few events, interleaved.
async fn live_through(fixture: &Fixture, random: &mut Random, numbers: std::ops::Range<u128>) {
    let mut lives: Vec<(u128, Vec<BoxOfficeEvent>)> = numbers
        .map(|number| {
            let mut facts = life(random, number);
            facts.reverse();
            (number, facts)
        })
        .collect();
    while !lives.is_empty() {
        let index = random.below(lives.len());
        let (number, facts) = &mut lives[index];
        let fact = facts.pop().unwrap();
        let (number, over) = (*number, facts.is_empty());
        fixture.record_at(event(number % 3), samples::noon(), vec![fact]).await;
        if over {
            lives.swap_remove(index);
        }
    }
}

async fn with_events() -> Fixture {
    let fixture = Fixture::start().await;
    for number in 0..3 {
        fixture.record_at(event(number), samples::noon(), on_sale(number)).await;
    }
    fixture
}

async fn caught_up(fixture: &Fixture) {
    let pool = fixture.database.owner();
    eventually("the projections catch up", || async {
        let behind: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM read.checkpoints AS c JOIN read.active USING (name, version)
               JOIN es.log_heads AS h USING (shard) WHERE c.position < h.position",
        )
        .fetch_one(pool)
        .await
        .unwrap();
        behind == 0
    })
    .await;
}

async fn comparison(fixture: &Fixture, projection: &'static dyn Projection) -> Comparison {
    let sources = fixture.sources(&CancellationToken::new());
    compare(&sources.pool, projection).await.unwrap()
}

async fn assert_no_differences(fixture: &Fixture) {
    for projection in projection::all() {
        let compared = comparison(fixture, projection).await;
        assert!(compared.differences.is_empty(), "{}: {compared:?}", projection.name());
        assert!(compared.rows > 0, "{}", projection.name());
    }
}

async fn active(pool: &PgPool, name: &str) -> i32 {
    generations::active(pool).await.unwrap()[name].number
}

fn reservations() -> &'static dyn Projection {
    projection::find("reservations").unwrap()
}

#[tokio::test]
async fn whatever_happens_the_tables_follow_the_log() {
    let mut fixture = with_events().await;
    let mut random = Random(7);
    live_through(&fixture, &mut random, 1..60).await;
    // While nobody follows, so that the next batches are large.
    fixture.stop().await;
    live_through(&fixture, &mut random, 60..200).await;
    fixture.go_on().await;
    caught_up(&fixture).await;
    assert_no_differences(&fixture).await;
}

#[tokio::test]
async fn a_planted_difference_is_found_and_mended_by_a_rebuild() {
    let fixture = with_events().await;
    live_through(&fixture, &mut Random(3), 1..20).await;
    caught_up(&fixture).await;
    let changed: String = sqlx::query_scalar(
        "UPDATE read.reservations_v1 SET status = 'LOST' WHERE reservation_id = $1
         RETURNING reservation_id::text",
    )
    .bind(samples::reservation_id(5).uuid())
    .fetch_one(fixture.database.owner())
    .await
    .unwrap();
    sqlx::query("UPDATE read.availability_types_v1 SET sold = sold + 1 WHERE event_id = $1")
        .bind(event(0).uuid())
        .execute(fixture.database.owner())
        .await
        .unwrap();
    let compared = comparison(&fixture, reservations()).await;
    assert_eq!(compared.differing, 4);
    let sides = |table| {
        let of_table = compared.differences.iter().filter(move |one| one.table == table);
        of_table.map(|one| one.side).collect::<Vec<_>>()
    };
    assert_eq!(sides("reservations"), [Side::ReadTable, Side::Log]);
    assert_eq!(sides("availability_types"), [Side::ReadTable, Side::Log]);
    assert!(compared.differences[0].row.contains(&changed));

    let sources = fixture.sources(&CancellationToken::new());
    rebuild(&sources, reservations(), |_| {}).await.unwrap();
    assert_eq!(comparison(&fixture, reservations()).await.differing, 0);
}

#[tokio::test]
async fn readers_never_wait_or_miss_anything_while_tables_are_rebuilt() {
    let fixture = with_events().await;
    live_through(&fixture, &mut Random(5), 1..60).await;
    caught_up(&fixture).await;
    let stop = CancellationToken::new();
    let sources = fixture.sources(&stop);
    let done = AtomicBool::new(false);
    let reading = async {
        let mut answers = 0;
        while !done.load(Ordering::Relaxed) {
            let path = format!("/reservations/{}", samples::reservation_id(1 + answers % 59));
            let answered = fixture.get_with(&path, Some(&fixture.admin), &[]).await;
            assert_eq!(answered.status, StatusCode::OK);
            answers += 1;
        }
        answers
    };
    let writing = async {
        let mut told = Vec::new();
        let done_with = rebuild(&sources, reservations(), |done| told.push(done)).await.unwrap();
        live_through(&fixture, &mut Random(6), 60..80).await;
        caught_up(&fixture).await;
        done.store(true, Ordering::Relaxed);
        (told, done_with)
    };
    let (answers, (told, done_with)) = tokio::join!(reading, writing);
    assert!(answers > 10, "{answers}");
    assert_eq!(told.last(), Some(&done_with));
    assert_eq!(done_with.events, done_with.of);
    assert_eq!(active(fixture.database.owner(), "reservations").await, 2);
    let left: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_class WHERE relname ~ '_v1$' AND relname ~ '^(reservations|avail)'",
    )
    .fetch_one(fixture.database.owner())
    .await
    .unwrap();
    assert_eq!(left, 0, "the old tables are gone");
    assert_no_differences(&fixture).await;
}

#[tokio::test]
async fn ones_own_write_is_visible_in_time_while_tables_are_rebuilt() {
    let fixture = with_events().await;
    live_through(&fixture, &mut Random(8), 1..20).await;
    caught_up(&fixture).await;
    let stop = CancellationToken::new();
    let sources = fixture.sources(&stop);
    let done = AtomicBool::new(false);
    let writing = async {
        let mut slow = Vec::new();
        let mut written = 0;
        while !done.load(Ordering::Relaxed) {
            written += 1;
            let number = 1000 + written;
            let facts = vec![samples::reserved(number, 1)];
            let position = fixture.record_at(event(number % 3), samples::noon(), facts).await;
            let position = position.to_string();
            let path = format!("/reservations/{}", samples::reservation_id(number));
            let answered = fixture.get_after(&path, &position).await;
            let shown = answered.header("log-position").to_owned();
            if answered.status != StatusCode::OK || number_of(&shown) < number_of(&position) {
                slow.push((answered.status, position, shown));
            }
        }
        (written, slow)
    };
    let rebuilding = async {
        for _ in 0..3 {
            rebuild(&sources, reservations(), |_| {}).await.unwrap();
        }
        done.store(true, Ordering::Relaxed);
    };
    let ((written, slow), ()) = tokio::join!(writing, rebuilding);
    assert!(written > 5, "{written}");
    assert!(slow.is_empty(), "{} of {written}: {slow:?}", slow.len());
    assert_eq!(active(fixture.database.owner(), "reservations").await, 4);
}

/// The number in a position of one shard.
fn number_of(position: &str) -> i64 {
    position.split_once(':').unwrap().1.parse().unwrap()
}

#[tokio::test]
async fn one_rebuild_at_a_time_and_nothing_is_left_of_one_that_was_given_up() {
    let fixture = with_events().await;
    let sources = fixture.sources(&CancellationToken::new());
    generations::begin(&sources.pool, reservations()).await.unwrap();
    let other = fixture.sources(&CancellationToken::new());
    let (one, two) = tokio::join!(
        rebuild(&sources, reservations(), |_| {}),
        rebuild(&other, reservations(), |_| {}),
    );
    let refused = [one, two].into_iter().filter_map(Result::err).collect::<Vec<_>>();
    assert!(matches!(refused[..], [RebuildError::UnderWay("reservations")]), "{refused:?}");
    let kept: Vec<i32> =
        sqlx::query_scalar("SELECT version FROM read.generations WHERE name = 'reservations'")
            .fetch_all(fixture.database.owner())
            .await
            .unwrap();
    assert_eq!(kept, [active(fixture.database.owner(), "reservations").await]);
    caught_up(&fixture).await;
    assert_eq!(comparison(&fixture, reservations()).await.differing, 0);
}

#[tokio::test]
async fn tables_of_an_older_program_are_rebuilt_at_the_start() {
    let mut fixture = with_events().await;
    live_through(&fixture, &mut Random(9), 1..10).await;
    caught_up(&fixture).await;
    fixture.stop().await;
    sqlx::query("UPDATE read.generations SET code_version = 0 WHERE name = 'orders'")
        .execute(fixture.database.owner())
        .await
        .unwrap();
    fixture.go_on().await;
    assert_eq!(active(fixture.database.owner(), "orders").await, 2);
    assert_eq!(active(fixture.database.owner(), "sales").await, 1);
    let sources = fixture.sources(&CancellationToken::new());
    let orders = projection::find("orders").unwrap();
    if_outdated(&sources, orders).await.unwrap();
    assert_eq!(active(fixture.database.owner(), "orders").await, 2, "once is enough");
    assert_no_differences(&fixture).await;
}

#[tokio::test]
async fn parked_facts_are_not_reported_as_differences() {
    let fixture = with_events().await;
    let broken = EventId::new(Uuid::from_u128(0x1007));
    fixture.record_at(broken, samples::noon(), vec![samples::reserved(900, 1)]).await;
    fixture.record_at(broken, samples::noon(), vec![samples::released(900)]).await;
    caught_up(&fixture).await;
    assert_eq!(comparison(&fixture, reservations()).await.differing, 0);
}
