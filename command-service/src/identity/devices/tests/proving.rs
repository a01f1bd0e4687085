//! How a device shows that it is itself, and how long that lasts.

use chrono::TimeDelta;
use futures::future::join_all;
use uuid::Uuid;

use super::shown;
use crate::identity::{
    devices::testing::{Handset, Seller, challenge},
    testing::World,
};

#[tokio::test]
async fn another_key_gets_no_token_and_is_told_nothing() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let (_, enrolled) = seller.a_device(&world).await;
    let device = enrolled.text("device_id");
    let wrong = Handset::new().ask_for_token(&world, &device).await;
    let unknown = Handset::new().ask_for_token(&world, &Uuid::nil().to_string()).await;
    assert_eq!(seller.revoke(&world, &device).await, 204);
    let revoked = Handset::new().ask_for_token(&world, &device).await;
    for answer in [wrong, unknown, revoked] {
        assert_eq!(answer.problem(), (401, "invalid-credentials"));
    }
}

#[tokio::test]
async fn a_challenge_is_answered_once_and_by_one_device() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let (handset, enrolled) = seller.a_device(&world).await;
    let device = enrolled.text("device_id");
    let earlier = challenge(&world, &device).await;
    let answer = handset.answer_to(&device, &challenge(&world, &device).await);
    let answers = join_all((0..100).map(|_| world.post("/devices/tokens", answer.clone()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    let refused = answers.iter().filter(|answer| answer.problem() == (401, "challenge-over"));
    assert_eq!(refused.count(), 99);
    // One that was made before an answered one is over too, and so is an old one.
    let before = world.post("/devices/tokens", handset.answer_to(&device, &earlier)).await;
    assert_eq!(before.problem(), (401, "challenge-over"));
    let old = handset.answer_to(&device, &challenge(&world, &device).await);
    world.clock.advance(TimeDelta::minutes(1));
    assert_eq!(world.post("/devices/tokens", old).await.problem(), (401, "challenge-over"));
    // That of another device isn't one.
    let (other, enrolled) = seller.a_device(&world).await;
    let theirs = challenge(&world, &device).await;
    let crossed = other.answer_to(&enrolled.text("device_id"), &theirs);
    assert_eq!(world.post("/devices/tokens", crossed).await.problem(), (401, "challenge-over"));
}

#[tokio::test]
async fn a_lease_is_renewed_by_use_and_ends_without() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let (handset, enrolled) = seller.a_device(&world).await;
    let device = enrolled.text("device_id");
    for _ in 0..3 {
        world.clock.advance(TimeDelta::hours(2));
        let renewed = handset.ask_for_token(&world, &device).await;
        assert_eq!(renewed.status, 200, "{renewed:?}");
        assert_eq!(shown(&world.edge, &renewed.text("access_token")).await, 403);
    }
    world.clock.advance(TimeDelta::hours(3));
    let over = handset.ask_for_token(&world, &device).await;
    assert_eq!(over.problem(), (403, "lease-over"));
}

#[tokio::test]
async fn a_device_ends_at_the_end_it_was_given_however_much_it_is_used() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let (handset, enrolled) = seller.a_device(&world).await;
    let device = enrolled.text("device_id");
    for _ in 0..23 {
        world.clock.advance(TimeDelta::hours(2));
        assert_eq!(handset.ask_for_token(&world, &device).await.status, 200);
    }
    world.clock.advance(TimeDelta::hours(2));
    assert_eq!(handset.ask_for_token(&world, &device).await.problem(), (403, "lease-over"));
}

#[tokio::test]
async fn a_token_ends_after_five_minutes() {
    let world = World::start().await;
    let seller = Seller::new(&world).await;
    let token = seller.a_device(&world).await.1.text("access_token");
    world.clock.advance(TimeDelta::seconds(298));
    assert_eq!(shown(&world.edge, &token).await, 403);
    world.clock.advance(TimeDelta::seconds(2));
    assert_eq!(shown(&world.edge, &token).await, 401);
}
