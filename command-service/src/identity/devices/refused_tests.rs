//! What the history tells of refused devices, and of a flood of them.

use std::time::Duration;

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use super::testing::{Handset, Seller, challenge};
use crate::identity::{
    audit,
    testing::{Answered, World},
};

/// The refusals in the history with who caused them, once there are `count` and no more come.
async fn told(world: &World, count: usize) -> Vec<(Value, String)> {
    let mut told = Vec::new();
    for _ in 0..500 {
        audit::record_all(world.database.command(), &world.log).await;
        told = sqlx::query_as(
            "SELECT payload::jsonb -> 'DeviceProofRefused', metadata ->> 'actor' FROM es.events
              WHERE event_type = 'DeviceProofRefused' ORDER BY shard, position",
        )
        .fetch_all(world.database.owner())
        .await
        .unwrap();
        let noted: i64 = sqlx::query_scalar("SELECT count(*) FROM identity.audit_pending")
            .fetch_one(world.database.owner())
            .await
            .unwrap();
        if told.len() >= count && noted == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    told
}

fn reasons(told: &[(Value, String)]) -> Vec<&str> {
    let mut reasons: Vec<&str> =
        told.iter().filter_map(|(fact, _)| fact["because"].as_str()).collect();
    reasons.sort_unstable();
    reasons
}

async fn answer(world: &World, body: Value) -> Answered {
    world.post("/devices/tokens", body).await
}

#[tokio::test]
async fn a_refused_proof_stands_in_the_history_with_its_reason() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let (handset, enrolled) = seller.a_device(&world).await;
    let device = enrolled.text("device_id");
    assert_eq!(Handset::new().ask_for_token(&world, &device).await.status, 401);
    assert_eq!(answer(&world, handset.answer_to(&device, &"00".repeat(40))).await.status, 401);
    let once = handset.answer_to(&device, &challenge(&world, &device).await);
    assert_eq!(answer(&world, once.clone()).await.status, 200);
    assert_eq!(answer(&world, once).await.status, 401);
    world.clock.advance(TimeDelta::hours(3));
    assert_eq!(handset.ask_for_token(&world, &device).await.status, 403);
    assert_eq!(seller.revoke(&world, &device).await, 204);
    assert_eq!(handset.ask_for_token(&world, &device).await.status, 403);
    let told = told(&world, 5).await;
    let expected =
        ["challenge_over", "challenge_replayed", "lease_over", "revoked", "wrong_signature"];
    assert_eq!(reasons(&told), expected);
    for (fact, actor) in &told {
        assert_eq!(fact["device_id"], device);
        assert_eq!(fact["event_id"], seller.event);
        assert_eq!(actor, "public", "nobody has proved anything");
    }
    let history = world.history(&seller.organization).await;
    assert_eq!(history.iter().filter(|fact| *fact == "DeviceProofRefused").count(), 5);
}

#[tokio::test]
async fn a_code_that_is_shown_once_more_stands_in_the_history() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let invited = seller.invite(&world).await;
    let (code, device) = (invited.text("code"), invited.text("device_id"));
    assert_eq!(world.post("/devices/enrol", Handset::new().enrolment(&code)).await.status, 200);
    assert_eq!(world.post("/devices/enrol", Handset::new().enrolment(&code)).await.status, 410);
    assert_eq!(seller.revoke(&world, &device).await, 204);
    assert_eq!(world.post("/devices/enrol", Handset::new().enrolment(&code)).await.status, 410);
    assert_eq!(reasons(&told(&world, 2).await), ["code_taken", "revoked"]);
}

#[tokio::test]
async fn a_flood_of_refused_proofs_is_told_once_an_hour() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let (handset, enrolled) = seller.a_device(&world).await;
    let device = enrolled.text("device_id");
    let thief = Handset::new();
    let forged = thief.answer_to(&device, &challenge(&world, &device).await);
    let once = handset.answer_to(&device, &challenge(&world, &device).await);
    assert_eq!(answer(&world, once.clone()).await.status, 200);
    for body in [&forged, &once] {
        let all = join_all((0..100).map(|_| answer(&world, body.clone()))).await;
        assert!(all.iter().all(|answer| answer.status == 401));
    }
    let first = told(&world, 2).await;
    assert_eq!(reasons(&first), ["challenge_replayed", "wrong_signature"]);
    world.clock.advance(TimeDelta::hours(1));
    let all = join_all((0..100).map(|_| answer(&world, forged.clone()))).await;
    assert!(all.iter().all(|answer| answer.status == 401));
    let again = told(&world, 3).await;
    assert_eq!(reasons(&again), ["challenge_replayed", "wrong_signature", "wrong_signature"]);
}

#[tokio::test]
async fn what_names_no_device_leaves_nothing_in_the_history() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let unknown = Uuid::nil().to_string();
    for _ in 0..10 {
        assert_eq!(Handset::new().ask_for_token(&world, &unknown).await.status, 401);
        let guessed = Handset::new().enrolment(&"00".repeat(32));
        assert_eq!(world.post("/devices/enrol", guessed).await.status, 410);
    }
    let (_, enrolled) = seller.a_device(&world).await;
    let wrong = Handset::new().ask_for_token(&world, &enrolled.text("device_id")).await;
    assert_eq!(wrong.problem(), (401, "invalid-credentials"), "seen to be told of one that is");
    let told = told(&world, 1).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        told[0].0,
        json!({"device_id": enrolled.text("device_id"),
        "event_id": seller.event, "because": "wrong_signature"})
    );
}
