//! What each card does.

use std::time::Duration;

use crate::support::Provider;

#[tokio::test]
async fn a_good_card_pays_at_once_and_only_once() {
    let provider = Provider::start().await;
    let paid = provider.a_paid_intent().await;
    assert_eq!(paid.body["amount_received"], 2342);
    let again = provider.confirm(&paid, "pm_card_visa").await;
    assert_eq!(again.status, 400);
    assert_eq!(again.code(), "payment_intent_unexpected_state");
}

#[tokio::test]
async fn a_browser_pays_with_the_client_secret() {
    let provider = Provider::start().await;
    let intent = provider.an_intent().await;
    let path = format!("/v1/payment_intents/{}/confirm", intent.id());
    let secret = intent.body["client_secret"].as_str().unwrap();
    let form = |secret| [("payment_method", "pm_card_visa"), ("client_secret", secret)];
    assert_eq!(provider.post_as_browser(&path, &form("wrong")).await.status, 404);
    let paid = provider.post_as_browser(&path, &form(secret)).await;
    assert_eq!(paid.body["status"], "succeeded");
}

#[tokio::test]
async fn the_page_of_any_shop_may_read_what_came_of_a_card() {
    let provider = Provider::start().await;
    let intent = provider.an_intent().await;
    let secret = intent.body["client_secret"].as_str().unwrap();
    let path = format!("/v1/payment_intents/{}?client_secret={secret}", intent.id());
    assert_eq!(provider.readers_of(&path).await.as_deref(), Some("*"));
}

#[tokio::test]
async fn a_declined_card_leaves_the_intent_open_for_another() {
    let provider = Provider::start().await;
    let intent = provider.an_intent().await;
    let declined = provider.confirm(&intent, "pm_card_chargeDeclined").await;
    assert_eq!(declined.status, 402);
    assert_eq!(declined.body["error"]["type"], "card_error");
    assert_eq!(declined.code(), "card_declined");
    assert_eq!(declined.body["error"]["decline_code"], "generic_decline");
    let open = provider.get(&format!("/v1/payment_intents/{}", intent.id())).await;
    assert_eq!(open.body["status"], "requires_payment_method");
    assert_eq!(open.body["last_payment_error"]["code"], "card_declined");
    let paid = provider.confirm(&intent, "pm_card_visa").await;
    assert_eq!(paid.body["status"], "succeeded");
    assert_eq!(paid.body["last_payment_error"], serde_json::Value::Null);
}

#[tokio::test]
async fn a_careful_card_names_the_address_to_approve_at() {
    let provider = Provider::start().await;
    let intent = provider.an_intent().await;
    let waiting = provider.confirm(&intent, "pm_card_authenticationRequired").await;
    assert_eq!(waiting.body["status"], "requires_action");
    let url = waiting.body["next_action"]["redirect_to_url"]["url"].as_str().unwrap();
    assert!(url.starts_with(&provider.url(&format!("/pay/{}?client_secret=", intent.id()))));
}

#[tokio::test]
async fn a_late_card_is_processed_first_and_pays_then() {
    let provider = Provider::start().await;
    let intent = provider.an_intent().await;
    let path = format!("/v1/payment_intents/{}", intent.id());
    let form = [("payment_method", "pm_sim_succeed_late"), ("delay_ms", "50")];
    let processing = provider.post(&format!("{path}/confirm"), &form).await;
    assert_eq!(processing.body["status"], "processing");
    assert_eq!(processing.body["amount_received"], 0);
    let mut status = processing.body["status"].clone();
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        status = provider.get(&path).await.body["status"].clone();
        if status == "succeeded" {
            break;
        }
    }
    assert_eq!(status, "succeeded");
}

#[tokio::test]
async fn a_wrong_amount_is_one_unit_less() {
    let provider = Provider::start().await;
    let intent = provider.an_intent().await;
    let paid = provider.confirm(&intent, "pm_sim_wrong_amount").await;
    assert_eq!(paid.body["status"], "succeeded");
    assert_eq!(paid.body["amount"], 2342);
    assert_eq!(paid.body["amount_received"], 2341);
}

#[tokio::test]
async fn an_unknown_card_is_no_card() {
    let provider = Provider::start().await;
    let intent = provider.an_intent().await;
    let refused = provider.confirm(&intent, "pm_card_unheardOf").await;
    assert_eq!(refused.status, 404);
    assert_eq!(refused.code(), "resource_missing");
}
