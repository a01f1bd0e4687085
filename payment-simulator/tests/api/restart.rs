//! A restart forgets no money.

use std::{fs::OpenOptions, io::Write};

use crate::support::{Provider, Receiver};

#[tokio::test]
async fn a_restart_remembers_payments_answers_and_undelivered_webhooks() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("journal");
    let provider = Provider::with(None, Some(state.clone())).await;
    let form = [("amount", "2342"), ("currency", "eur")];
    let made = provider.post_with_key("k1", "/v1/payment_intents", &form).await;
    let paid = provider.confirm(&made, "pm_card_visa").await;
    provider.simulator.stop().await;

    let mut receiver = Receiver::start().await;
    let provider = Provider::with(Some(receiver.url.clone()), Some(state)).await;
    let shown = provider.get(&format!("/v1/payment_intents/{}", paid.id())).await;
    assert_eq!(shown.body, paid.body);
    assert!(provider.post_with_key("k1", "/v1/payment_intents", &form).await.replayed);
    assert_eq!(receiver.next().await["data"]["object"]["id"], paid.body["id"]);
}

#[tokio::test]
async fn a_late_payment_arrives_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("journal");
    let provider = Provider::with(None, Some(state.clone())).await;
    let intent = provider.an_intent().await;
    let form = [("payment_method", "pm_sim_succeed_late"), ("delay_ms", "300")];
    provider.post(&format!("/v1/payment_intents/{}/confirm", intent.id()), &form).await;
    provider.simulator.stop().await;

    let mut receiver = Receiver::start().await;
    let _provider = Provider::with(Some(receiver.url.clone()), Some(state)).await;
    let mut kinds = [receiver.next().await["type"].clone(), receiver.next().await["type"].clone()];
    kinds.sort_by_key(ToString::to_string);
    assert_eq!(kinds, ["payment_intent.processing", "payment_intent.succeeded"]);
}

#[tokio::test]
async fn half_a_line_at_the_end_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("journal");
    let provider = Provider::with(None, Some(state.clone())).await;
    let paid = provider.a_paid_intent().await;
    provider.simulator.stop().await;
    let mut file = OpenOptions::new().append(true).open(&state).unwrap();
    file.write_all(b"[{\"Intent\":{\"id\":\"pi_").unwrap();

    let provider = Provider::with(None, Some(state.clone())).await;
    let second = provider.a_paid_intent().await;
    provider.simulator.stop().await;
    let provider = Provider::with(None, Some(state)).await;
    let listed = provider.get("/v1/payment_intents").await;
    assert_eq!(listed.body["data"][0]["id"], second.body["id"]);
    assert_eq!(listed.body["data"][1]["id"], paid.body["id"]);
}
