//! Never more goes back than came.

use crate::support::Provider;

#[tokio::test]
async fn sends_everything_back_once() {
    let provider = Provider::start().await;
    let paid = provider.a_paid_intent().await;
    let id = paid.id();
    let refund = provider.post("/v1/refunds", &[("payment_intent", &id)]).await;
    assert_eq!(refund.body["amount"], 2342);
    assert_eq!(refund.body["status"], "succeeded");
    let again = provider.post("/v1/refunds", &[("payment_intent", &id)]).await;
    assert_eq!(again.code(), "charge_already_refunded");
    let listed = provider.get(&format!("/v1/refunds?payment_intent={id}")).await;
    assert_eq!(listed.body["data"][0]["id"], refund.body["id"]);
    assert_eq!(listed.body["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn sends_parts_back_up_to_the_whole() {
    let provider = Provider::start().await;
    let id = provider.a_paid_intent().await.id();
    let part = async |amount: &str| {
        let form = [("payment_intent", &*id), ("amount", amount)];
        provider.post("/v1/refunds", &form).await
    };
    assert_eq!(part("2000").await.status, 200);
    assert_eq!(part("343").await.status, 400);
    assert_eq!(part("342").await.status, 200);
    assert_eq!(part("1").await.code(), "charge_already_refunded");
}

#[tokio::test]
async fn sends_nothing_back_that_never_came() {
    let provider = Provider::start().await;
    let intent = provider.an_intent().await;
    let refused = provider.post("/v1/refunds", &[("payment_intent", &intent.id())]).await;
    assert_eq!(refused.status, 400);
    let unknown = provider.post("/v1/refunds", &[("payment_intent", "pi_nothing")]).await;
    assert_eq!(unknown.code(), "resource_missing");
}
