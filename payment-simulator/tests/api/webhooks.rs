//! Webhooks are signed, repeated until taken, and misbehave when the card says so.

use std::time::Duration;

use crate::support::{Provider, Receiver};

#[tokio::test]
async fn tells_a_success_with_the_intent_and_the_account() {
    let mut receiver = Receiver::start().await;
    let provider = Provider::with(Some(receiver.url.clone()), None).await;
    let paid = provider.a_paid_intent().await;
    let told = receiver.next().await;
    assert_eq!(told["type"], "payment_intent.succeeded");
    assert_eq!(told["account"], "acct_of_tests");
    assert_eq!(told["livemode"], false);
    assert_eq!(told["data"]["object"], paid.body);
    assert!(!receiver.has_more());
}

#[tokio::test]
async fn repeats_until_the_receiver_takes_it() {
    let mut receiver = Receiver::refusing(&[503, 400]).await;
    let provider = Provider::with(Some(receiver.url.clone()), None).await;
    provider.a_paid_intent().await;
    let first = receiver.next().await;
    assert_eq!(receiver.next().await["id"], first["id"]);
    assert_eq!(receiver.next().await["id"], first["id"]);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let undelivered = provider.get("/v1/events?delivery_success=false").await;
    assert_eq!(undelivered.body["data"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn tells_a_decline() {
    let mut receiver = Receiver::start().await;
    let provider = Provider::with(Some(receiver.url.clone()), None).await;
    let intent = provider.an_intent().await;
    provider.confirm(&intent, "pm_card_chargeDeclined").await;
    let told = receiver.next().await;
    assert_eq!(told["type"], "payment_intent.payment_failed");
    assert_eq!(told["data"]["object"]["last_payment_error"]["code"], "card_declined");
}

#[tokio::test]
async fn tells_twice_when_asked_to() {
    let mut receiver = Receiver::start().await;
    let provider = Provider::with(Some(receiver.url.clone()), None).await;
    let intent = provider.an_intent().await;
    provider.confirm(&intent, "pm_sim_webhook_twice").await;
    assert_eq!(receiver.next().await["id"], receiver.next().await["id"]);
}

#[tokio::test]
async fn tells_the_success_before_the_failure_when_asked_to() {
    let mut receiver = Receiver::start().await;
    let provider = Provider::with(Some(receiver.url.clone()), None).await;
    let intent = provider.an_intent().await;
    let paid = provider.confirm(&intent, "pm_sim_webhooks_out_of_order").await;
    assert_eq!(paid.body["status"], "succeeded");
    assert_eq!(receiver.next().await["type"], "payment_intent.succeeded");
    assert_eq!(receiver.next().await["type"], "payment_intent.payment_failed");
}

#[tokio::test]
async fn tells_before_it_answers_when_asked_to() {
    let mut receiver = Receiver::start().await;
    let provider = Provider::with(Some(receiver.url.clone()), None).await;
    let intent = provider.an_intent().await;
    provider.confirm(&intent, "pm_sim_webhook_before_answer").await;
    assert!(receiver.has_more());
}

#[tokio::test]
async fn never_tells_when_asked_to_but_lists_what_happened() {
    let mut receiver = Receiver::start().await;
    let provider = Provider::with(Some(receiver.url.clone()), None).await;
    let intent = provider.an_intent().await;
    provider.confirm(&intent, "pm_sim_webhook_never").await;
    provider.a_paid_intent().await;
    assert_ne!(receiver.next().await["data"]["object"]["id"], intent.body["id"]);
    assert!(!receiver.has_more());
    let listed = provider.get("/v1/events?type=payment_intent.succeeded").await;
    assert_eq!(listed.body["data"].as_array().unwrap().len(), 2);
    assert_eq!(listed.body["data"][1]["data"]["object"]["id"], intent.body["id"]);
}
