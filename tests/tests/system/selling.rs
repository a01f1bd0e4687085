//! Buying, as buyers do it: alone, in a rush, twice, too late.

use std::time::Duration;

use futures::{StreamExt, stream};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    checker::{breaches, read_log},
    client::{Answer, OnSale, answer, fresh_key},
    platform::{Platform, Program},
};

/// The availability of an event once everything of `written` is folded.
async fn availability(platform: &Platform, written: &Answer, event: &str) -> Value {
    platform.api().get_after(written, &format!("/events/{event}/availability")).await.expect(200)
}

#[tokio::test]
async fn a_thousand_buyers_of_a_hundred_tickets_get_exactly_a_hundred() {
    let platform = Platform::start().await;
    let (_, organizer) = platform.api().organizer().await;
    let sale = OnSale::publish(&organizer, 100, json!({})).await;
    let api = platform.api();
    let buy = |number: usize| {
        let (api, sale) = (api.clone(), sale.clone());
        async move {
            let body = sale.hold(&format!("buyer{number}@example.org"), 1);
            api.post(&sale.reservations(), body).await
        }
    };
    let answers: Vec<Answer> = stream::iter(0..1000).map(buy).buffer_unordered(200).collect().await;
    let held: Vec<&Answer> = answers.iter().filter(|it| it.status == 201).collect();
    assert_eq!(held.len(), 100);
    for refused in answers.iter().filter(|it| it.status != 201) {
        assert_eq!(refused.problem(409), "insufficient-inventory");
        assert_eq!(refused.body["remaining"], 0);
    }
    let last = held.iter().max_by_key(|it| position(it)).expect("a hold");
    let shown = availability(&platform, last, &sale.event).await;
    assert_eq!((&shown["held"], &shown["available"]), (&json!(100), &json!(0)));
}

fn position(answer: &Answer) -> i64 {
    let position = answer.header("log-position").expect("a position");
    position.split_once(':').expect("shard and position").1.parse().expect("a number")
}

#[tokio::test]
async fn two_command_services_on_one_event_never_oversell() {
    let mut platform = Platform::start().await;
    platform.launch(Program::OtherCommand);
    platform.wait_ready(Program::OtherCommand).await;
    let (_, organizer) = platform.api().organizer().await;
    let sale = OnSale::publish(&organizer, 100, json!({})).await;
    let here = platform.api();
    let there = here.commands_to(platform.url(Program::OtherCommand));
    let buy = |number: usize| {
        let api = if number.is_multiple_of(2) { here.clone() } else { there.clone() };
        let sale = sale.clone();
        async move {
            let key = fresh_key();
            let body = sale.hold(&format!("buyer{number}@example.org"), 1);
            loop {
                let answer = api.post_as(&key, &sale.reservations(), body.clone()).await;
                if answer.status != 503 {
                    return answer.status;
                }
                assert!(answer.header("retry-after").is_some());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    };
    let statuses: Vec<u16> = stream::iter(0..300).map(buy).buffer_unordered(64).collect().await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 100);
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 200);
}

#[tokio::test]
async fn a_released_hold_is_free_again_and_gone() {
    let platform = Platform::start().await;
    let (_, organizer) = platform.api().organizer().await;
    let sale = OnSale::publish(&organizer, 2, json!({})).await;
    let api = platform.api();
    let hold = api.post(&sale.reservations(), sale.hold("ada@example.org", 2)).await.expect(201);
    let id = hold["reservation_id"].as_str().expect("an id");
    let holder = api.with(hold["access_token"].as_str().expect("a token"));
    let refused = api.post(&sale.reservations(), sale.hold("bob@example.org", 1)).await;
    assert_eq!(refused.problem(409), "insufficient-inventory");

    let path = format!("{}/{id}", sale.reservations());
    assert_eq!(api.delete(&path).await.problem(401), "unauthenticated");
    let released = holder.delete(&path).await;
    assert_eq!(released.status, 204);
    assert_eq!(availability(&platform, &released, &sale.event).await["available"], 2);
    let shown = holder.get_after(&released, &format!("/reservations/{id}")).await.expect(200);
    assert_eq!(shown["status"], "RELEASED");
    api.post(&sale.reservations(), sale.hold("bob@example.org", 2)).await.expect(201);
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer_also_after_a_crash() {
    let mut platform = Platform::start().await;
    let (_, organizer) = platform.api().organizer().await;
    let sale = OnSale::publish(&organizer, 10, json!({})).await;
    let (api, key) = (platform.api(), fresh_key());
    let body = sale.hold("ada@example.org", 1);
    let first = api.post_as(&key, &sale.reservations(), body.clone()).await;
    platform.kill(Program::Command);
    platform.launch(Program::Command);
    platform.wait_ready(Program::Command).await;
    let again = api.post_as(&key, &sale.reservations(), body).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(201), first.expect(201));
    let other = api.post_as(&key, &sale.reservations(), sale.hold("ada@example.org", 2)).await;
    assert_eq!(other.problem(422), "idempotency-key-reused");
}

#[tokio::test]
async fn a_person_cannot_exceed_the_cap_by_another_spelling() {
    let platform = Platform::start().await;
    let (_, organizer) = platform.api().organizer().await;
    let sale = OnSale::publish(&organizer, 100, json!({"per_person_cap": 3})).await;
    let api = platform.api();
    api.post(&sale.reservations(), sale.hold("ada@example.org", 2)).await.expect(201);
    let refused = api.post(&sale.reservations(), sale.hold(" Ada@Example.ORG ", 2)).await;
    assert_eq!(refused.problem(409), "per-person-cap");
    assert_eq!((&refused.body["cap"], &refused.body["remaining"]), (&json!(3), &json!(1)));
    api.post(&sale.reservations(), sale.hold("bob@example.org", 3)).await.expect(201);
}

#[tokio::test]
async fn thousands_of_holds_that_fell_due_while_nobody_was_there_are_expired_at_once() {
    let mut platform = Platform::start().await;
    let (_, organizer) = platform.api().organizer().await;
    let sale = OnSale::publish(&organizer, 2000, json!({"hold_ttl_seconds": 60})).await;
    let api = platform.api();
    let buy = |number: usize| {
        let (api, sale) = (api.clone(), sale.clone());
        async move {
            let body = sale.hold(&format!("buyer{number}@example.org"), 1);
            api.post(&sale.reservations(), body).await.expect(201)
        }
    };
    let holds: Vec<Value> = stream::iter(0..2000).map(buy).buffer_unordered(100).collect().await;
    platform.stop(Program::Command);
    let due = holds.iter().filter_map(|it| it["expires_at"].as_str()).max().expect("a hold");
    let due: chrono::DateTime<chrono::Utc> = due.parse().expect("an instant");
    wait_until(due).await;
    platform.launch(Program::Command);
    platform.wait_ready(Program::Command).await;
    let began = std::time::Instant::now();
    loop {
        let path = format!("/events/{}/availability", sale.event);
        let shown = api.get(&path).await.expect(200);
        if shown["available"] == 2000 {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "still {shown}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn wait_until(instant: chrono::DateTime<chrono::Utc>) {
    #[expect(clippy::disallowed_methods, reason = "the system tests share the services' clock")]
    let left = (instant - chrono::Utc::now()).to_std().unwrap_or_default();
    tokio::time::sleep(left).await;
}

#[tokio::test]
async fn capacity_follows_the_organizer_but_never_below_what_is_taken() {
    let platform = Platform::start().await;
    let (_, organizer) = platform.api().organizer().await;
    let sale = OnSale::publish(&organizer, 10, json!({})).await;
    platform.api().post(&sale.reservations(), sale.hold("ada@example.org", 5)).await.expect(201);
    let path = format!("/events/{}/capacity", sale.event);
    let edition = 5;
    let below = organizer.edit(Method::PUT, &path, edition, json!({"total_capacity": 4})).await;
    assert_eq!(below.problem(409), "capacity-below-sold");
    assert_eq!((&below.body["sold"], &below.body["held"]), (&json!(0), &json!(5)));
    let exact = organizer.edit(Method::PUT, &path, edition, json!({"total_capacity": 5})).await;
    assert_eq!(exact.expect(200)["total_capacity"], 5);
    let stale = organizer.edit(Method::PUT, &path, edition, json!({"total_capacity": 50})).await;
    assert_eq!(stale.problem(412), "version-stale");
    let request = organizer.request(Method::PUT, &path).json(&json!({"total_capacity": 50}));
    assert_eq!(answer(request).await.problem(428), "precondition-required");
}

#[tokio::test]
async fn what_was_sold_in_a_rush_reads_well_afterwards() {
    let database = shared::testing::TestDatabase::create().await;
    let urls = (database.command_url(), database.projection_url());
    let platform = Platform::start_on(urls.0, urls.1, None).await;
    let (_, organizer) = platform.api().organizer().await;
    let sale = OnSale::publish(&organizer, 200, json!({})).await;
    let api = platform.api();
    let buy = |number: usize| {
        let (api, sale) = (api.clone(), sale.clone());
        async move {
            let quantity = u32::try_from(number % 4).expect("small") + 1;
            let body = sale.hold(&format!("buyer{number}@example.org"), quantity);
            api.post(&sale.reservations(), body).await.status
        }
    };
    let statuses: Vec<u16> = stream::iter(0..300).map(buy).buffer_unordered(50).collect().await;
    assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
    assert_eq!(breaches(&read_log(database.owner()).await), Vec::<String>::new());
}
