//! Making, listing, cancelling intents; what is refused.

use crate::support::{Provider, SECRET_KEY, client};

#[tokio::test]
async fn makes_an_intent_that_waits_for_a_card() {
    let provider = Provider::start().await;
    let form = [("amount", "2342"), ("currency", "EUR"), ("metadata[event_id]", "e1")];
    let made = provider.post("/v1/payment_intents", &form).await;
    assert_eq!(made.status, 200);
    assert_eq!(made.body["status"], "requires_payment_method");
    assert_eq!(made.body["currency"], "eur");
    assert_eq!(made.body["metadata"]["event_id"], "e1");
    let shown = provider.get(&format!("/v1/payment_intents/{}", made.id())).await;
    assert_eq!(shown.body, made.body);
}

#[tokio::test]
async fn refuses_what_stripe_refuses() {
    let provider = Provider::start().await;
    for (form, code, param) in [
        (vec![("currency", "eur")], "parameter_missing", "amount"),
        (vec![("amount", "12")], "parameter_missing", "currency"),
        (vec![("amount", "1.5"), ("currency", "eur")], "parameter_invalid_integer", "amount"),
        (vec![("amount", "-1"), ("currency", "eur")], "parameter_invalid_integer", "amount"),
        (vec![("amount", "49"), ("currency", "eur")], "amount_too_small", "amount"),
        (vec![("amount", "100000000"), ("currency", "eur")], "amount_too_large", "amount"),
        (vec![("amount", "99"), ("currency", "eux")], "", "currency"),
        (vec![("amount", "99"), ("currency", "eur"), ("x", "1")], "parameter_unknown", "x"),
    ] {
        let refused = provider.post("/v1/payment_intents", &form).await;
        assert_eq!(refused.status, 400, "{form:?}");
        assert_eq!(refused.body["error"]["type"], "invalid_request_error");
        assert_eq!(refused.code(), code, "{form:?}");
        assert_eq!(refused.body["error"]["param"], param);
    }
}

#[tokio::test]
async fn asks_for_the_secret_key() {
    let provider = Provider::start().await;
    let form = [("amount", "2342"), ("currency", "eur")];
    let path = "/v1/payment_intents";
    assert_eq!(provider.post_as_browser(path, &form).await.status, 403);
    let wrong = client().post(provider.url(path)).bearer_auth("sk_test_other").form(&form);
    assert_eq!(provider.send(wrong).await.status, 401);
    let as_user = client().post(provider.url(path)).basic_auth(SECRET_KEY, Some("")).form(&form);
    assert_eq!(provider.send(as_user).await.status, 200);
}

#[tokio::test]
async fn shows_an_intent_to_the_holder_of_its_client_secret_only() {
    let provider = Provider::start().await;
    let intent = provider.an_intent().await;
    let path = format!("/v1/payment_intents/{}", intent.id());
    let secret = intent.body["client_secret"].as_str().unwrap();
    let get = |query: String| client().get(provider.url(&format!("{path}{query}")));
    assert_eq!(provider.send(get(String::new())).await.status, 404);
    assert_eq!(provider.send(get("?client_secret=x".to_owned())).await.status, 404);
    assert_eq!(provider.send(get(format!("?client_secret={secret}"))).await.status, 200);
}

#[tokio::test]
async fn refuses_a_json_body_and_an_unknown_address() {
    let provider = Provider::start().await;
    let json = client()
        .post(provider.url("/v1/payment_intents"))
        .bearer_auth(SECRET_KEY)
        .json(&serde_json::json!({ "amount": 2342 }));
    assert_eq!(provider.send(json).await.status, 400);
    assert_eq!(provider.get("/v1/charges").await.status, 404);
    assert_eq!(provider.get("/v1/payment_intents/pi_nothing").await.code(), "resource_missing");
}

#[tokio::test]
async fn lists_page_by_page_newest_first() {
    let provider = Provider::start().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.insert(0, provider.an_intent().await.id());
    }
    let ids = |answer: &crate::support::Answer| -> Vec<String> {
        let data = answer.body["data"].as_array().unwrap();
        data.iter().map(|intent| intent["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = provider.get("/v1/payment_intents?limit=3").await;
    assert_eq!(ids(&first), made[..3]);
    assert_eq!(first.body["has_more"], true);
    let path = format!("/v1/payment_intents?limit=3&starting_after={}", made[2]);
    let second = provider.get(&path).await;
    assert_eq!(ids(&second), made[3..]);
    assert_eq!(second.body["has_more"], false);
}

#[tokio::test]
async fn lists_by_time_of_creation_inclusive_from_exclusive_before() {
    let provider = Provider::start().await;
    let intent = provider.an_intent().await;
    let created = intent.body["created"].as_i64().unwrap();
    for (query, found) in [
        (format!("created[gte]={created}"), 1),
        (format!("created[gt]={created}"), 0),
        (format!("created[lte]={created}"), 1),
        (format!("created[lt]={created}"), 0),
        (format!("created[gte]={}", created + 1), 0),
    ] {
        let listed = provider.get(&format!("/v1/payment_intents?{query}")).await;
        assert_eq!(listed.body["data"].as_array().unwrap().len(), found, "{query}");
    }
    assert_eq!(provider.get("/v1/payment_intents?limit=0").await.status, 400);
    assert_eq!(provider.get("/v1/payment_intents?limit=101").await.status, 400);
}

#[tokio::test]
async fn cancels_what_is_unpaid_only() {
    let provider = Provider::start().await;
    let intent = provider.an_intent().await;
    let path = format!("/v1/payment_intents/{}/cancel", intent.id());
    assert_eq!(provider.post(&path, &[]).await.body["status"], "canceled");
    assert_eq!(provider.post(&path, &[]).await.code(), "payment_intent_unexpected_state");
    let late = provider.confirm(&intent, "pm_card_visa").await;
    assert_eq!(late.code(), "payment_intent_unexpected_state");
    let paid = provider.a_paid_intent().await;
    let path = format!("/v1/payment_intents/{}/cancel", paid.id());
    let refused = provider.post(&path, &[]).await;
    assert_eq!(refused.code(), "payment_intent_unexpected_state");
    assert_eq!(refused.body["error"]["payment_intent"]["status"], "succeeded");
}
