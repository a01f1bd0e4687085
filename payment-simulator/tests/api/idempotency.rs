//! The same key gets the same answer; what goes wrong in between changes nothing.

use payment_simulator::Fault;

use crate::support::{Provider, SECRET_KEY, client};

const FORM: [(&str, &str); 2] = [("amount", "2342"), ("currency", "eur")];

async fn number_of_intents(provider: &Provider) -> usize {
    let listed = provider.get("/v1/payment_intents?limit=100").await;
    listed.body["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn the_same_request_with_the_same_key_is_done_once() {
    let provider = Provider::start().await;
    let first = provider.post_with_key("k1", "/v1/payment_intents", &FORM).await;
    let turned = [FORM[1], FORM[0]];
    let second = provider.post_with_key("k1", "/v1/payment_intents", &turned).await;
    assert_eq!(first.body, second.body);
    assert!(!first.replayed);
    assert!(second.replayed);
    assert_eq!(number_of_intents(&provider).await, 1);
}

#[tokio::test]
async fn another_request_with_the_same_key_is_refused() {
    let provider = Provider::start().await;
    provider.post_with_key("k1", "/v1/payment_intents", &FORM).await;
    let other = [("amount", "2343"), ("currency", "eur")];
    let refused = provider.post_with_key("k1", "/v1/payment_intents", &other).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.body["error"]["type"], "idempotency_error");
    assert_eq!(number_of_intents(&provider).await, 1);
}

#[tokio::test]
async fn a_decline_is_repeated_too() {
    let provider = Provider::start().await;
    let intent = provider.an_intent().await;
    let path = format!("/v1/payment_intents/{}/confirm", intent.id());
    let form = [("payment_method", "pm_card_chargeDeclined")];
    let first = provider.post_with_key("k2", &path, &form).await;
    let second = provider.post_with_key("k2", &path, &form).await;
    assert_eq!((first.status, second.status), (402, 402));
    assert_eq!(first.body, second.body);
}

#[tokio::test]
async fn a_malformed_request_does_not_use_its_key_up() {
    let provider = Provider::start().await;
    let wrong = [("amount", "1"), ("currency", "eur")];
    let refused = provider.post_with_key("k3", "/v1/payment_intents", &wrong).await;
    assert_eq!(refused.code(), "amount_too_small");
    let made = provider.post_with_key("k3", "/v1/payment_intents", &FORM).await;
    assert_eq!(made.status, 200);
}

#[tokio::test]
async fn nothing_is_done_when_unavailable_and_everything_when_the_answer_is_lost() {
    let provider = Provider::start().await;
    provider.simulator.simulator().fail_next([Fault::Unavailable, Fault::RateLimited]);
    let path = "/v1/payment_intents";
    assert_eq!(provider.post_with_key("k4", path, &FORM).await.status, 503);
    assert_eq!(provider.post_with_key("k4", path, &FORM).await.status, 429);
    assert_eq!(number_of_intents(&provider).await, 0);
    provider.post("/simulator/faults", &[("kind", "answer_lost")]).await;
    let lost = client()
        .post(provider.url(path))
        .bearer_auth(SECRET_KEY)
        .header("Idempotency-Key", "k4")
        .form(&FORM)
        .send()
        .await;
    let lost = match lost {
        Ok(answer) => answer.bytes().await.is_err(),
        Err(_) => true,
    };
    assert!(lost);
    assert_eq!(number_of_intents(&provider).await, 1);
    assert!(provider.post_with_key("k4", path, &FORM).await.replayed);
    assert_eq!(number_of_intents(&provider).await, 1);
}
