//! What the provider tells: each card, each disorder, each forgery.

use chrono::TimeDelta;
use payment_simulator::signature_header;
use serde_json::{Value, json};

use super::fixture::{EVENT, Fixture, PRICE, Sale};

#[tokio::test]
async fn a_good_card_makes_an_order_with_its_ticket() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    fixture.pay(&begun, "pm_card_visa").await;
    fixture.wait_for("OrderPaid", 1).await;
    let [order] = &fixture.payloads("OrderPaid").await[..] else { panic!("one order") };
    assert_eq!(order["payment_reference"], begun.reference);
    assert_eq!(order["total_minor"], PRICE);
    assert_eq!(order["late"], false);
    assert_eq!(fixture.recorded("TicketIssued").await, 1);
}

#[tokio::test]
async fn a_declined_card_is_noted_and_another_one_pays_the_same_hold() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    fixture.pay(&begun, "pm_card_chargeDeclined").await;
    fixture.wait_for("PaymentFailed", 1).await;
    assert_eq!(fixture.payloads("PaymentFailed").await[0]["code"], "card_declined");
    fixture.pay(&begun, "pm_card_visa").await;
    fixture.wait_for("OrderPaid", 1).await;
}

#[tokio::test]
async fn an_approved_card_pays() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    let waiting = fixture.pay(&begun, "pm_card_authenticationRequired").await;
    assert_eq!(waiting["status"], "requires_action");
    assert_eq!(fixture.recorded("OrderPaid").await, 0);
    let page = waiting["next_action"]["redirect_to_url"]["url"].as_str().unwrap();
    let form = [("client_secret", &*begun.client_secret), ("approval", "approve")];
    fixture.client.post(page).form(&form).send().await.unwrap();
    fixture.wait_for("OrderPaid", 1).await;
}

#[tokio::test]
async fn a_card_that_takes_its_time_pays_in_the_end() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    assert_eq!(fixture.pay(&begun, "pm_sim_succeed_late").await["status"], "processing");
    fixture.wait_for("OrderPaid", 1).await;
}

#[tokio::test]
async fn a_webhook_that_comes_twice_counts_once() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    fixture.pay(&begun, "pm_sim_webhook_twice").await;
    let undelivered = "v1/events?delivery_success=false";
    let is_delivered = async || fixture.ask(undelivered).await["data"] == json!([]);
    fixture.wait("both deliveries", is_delivered).await;
    fixture.wait_for_empty_inbox().await;
    assert_eq!(fixture.stored().await, 1);
    assert_eq!(fixture.recorded("OrderPaid").await, 1);
    assert_eq!(fixture.recorded("RefundRequested").await, 0);
}

#[tokio::test]
async fn another_notice_of_the_same_success_changes_nothing() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    fixture.pay(&begun, "pm_card_visa").await;
    fixture.wait_for("OrderPaid", 1).await;
    let notice = fixture.notice_about(&begun.reference, "payment_intent.succeeded").await;
    assert_eq!(fixture.deliver(&notice).await, 200);
    fixture.wait_for_empty_inbox().await;
    assert_eq!(fixture.recorded("OrderPaid").await, 1);
    assert_eq!(fixture.recorded("RefundRequested").await, 0);
}

#[tokio::test]
async fn a_failure_told_after_the_success_changes_nothing() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    fixture.pay(&begun, "pm_sim_webhooks_out_of_order").await;
    fixture.wait("two webhooks", async || fixture.stored().await == 2).await;
    fixture.wait_for_empty_inbox().await;
    assert_eq!(fixture.recorded("OrderPaid").await, 1);
    assert_eq!(fixture.recorded("RefundRequested").await, 0);
}

#[tokio::test]
async fn a_webhook_may_come_before_the_buyer_has_an_answer() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    let paid = fixture.pay(&begun, "pm_sim_webhook_before_answer").await;
    assert_eq!(paid["status"], "succeeded");
    assert_eq!(fixture.stored().await, 1);
    fixture.wait_for("OrderPaid", 1).await;
}

#[tokio::test]
async fn is_answered_when_it_is_stored_and_survives_until_someone_works() {
    let fixture = Fixture::idle(Sale::default()).await;
    let begun = fixture.a_begun_payment().await;
    fixture.pay(&begun, "pm_sim_webhook_before_answer").await;
    assert_eq!(fixture.stored().await, 1);
    assert_eq!(fixture.recorded("OrderPaid").await, 0);
    fixture.start_workers();
    fixture.wait_for("OrderPaid", 1).await;
}

#[tokio::test]
async fn every_forgery_gets_the_same_answer_and_leaves_no_trace() {
    let fixture = Fixture::idle(Sale::default()).await;
    let begun = fixture.a_begun_payment().await;
    let notice = fixture.notice_about(&begun.reference, "payment_intent.succeeded").await;
    let body = serde_json::to_vec(&notice).unwrap();
    let now = fixture.clock.now().timestamp();
    let signed = |secret: &str, at| signature_header(&[secret], at, &body);
    for signature in [
        String::new(),
        "t=1,v1=00".to_owned(),
        signed("whsec_forged", now),
        signed("whsec_of_tests", now - 310),
        signed("whsec_of_tests", now + 310),
    ] {
        assert_eq!(fixture.deliver_signed(body.clone(), &signature).await, 400, "{signature}");
    }
    let huge = vec![b' '; 256 * 1024 + 1];
    let signature = signature_header(&["whsec_of_tests"], now, &huge);
    assert_eq!(fixture.deliver_signed(huge, &signature).await, 400);
    assert_eq!(fixture.stored().await, 0);
    assert_eq!(fixture.deliver_signed(body.clone(), &signed("whsec_next", now)).await, 200);
    assert_eq!(fixture.stored().await, 1);
}

#[tokio::test]
async fn what_is_signed_but_unreadable_is_kept_for_someone_to_look_at() {
    let fixture = Fixture::start().await;
    let now = fixture.clock.now().timestamp();
    for body in [&b"not json"[..], b"{\"id\":\"evt_without_object\"}"] {
        let signature = signature_header(&["whsec_of_tests"], now, body);
        for _ in 0..2 {
            assert_eq!(fixture.deliver_signed(body.to_vec(), &signature).await, 200);
        }
    }
    fixture.wait_for_empty_inbox().await;
    assert_eq!(fixture.quarantined().await, ["unreadable", "unreadable"]);
}

/// A paid intent of which no webhook has told yet.
async fn a_silent_success(fixture: &Fixture) -> Value {
    let begun = fixture.a_begun_payment().await;
    fixture.pay(&begun, "pm_sim_webhook_never").await;
    fixture.notice_about(&begun.reference, "payment_intent.succeeded").await
}

#[tokio::test]
async fn money_of_another_account_or_world_is_put_aside() {
    let fixture = Fixture::start().await;
    let notice = a_silent_success(&fixture).await;
    let mut other_account = notice.clone();
    other_account["id"] = json!("evt_account");
    other_account["account"] = json!("acct_of_others");
    let mut live = notice.clone();
    live["id"] = json!("evt_live");
    live["livemode"] = json!(true);
    let mut live_object = notice;
    live_object["id"] = json!("evt_live_object");
    live_object["data"]["object"]["livemode"] = json!(true);
    for notice in [other_account, live, live_object] {
        assert_eq!(fixture.deliver(&notice).await, 200);
    }
    fixture.wait_for_empty_inbox().await;
    let mut reasons = fixture.quarantined().await;
    reasons.sort();
    assert_eq!(reasons, ["wrong-account", "wrong-mode", "wrong-mode"]);
    assert_eq!(fixture.recorded("OrderPaid").await, 0);
}

#[tokio::test]
async fn a_wrong_amount_in_a_webhook_alone_is_not_believed() {
    let fixture = Fixture::start().await;
    for (field, value) in [("amount_received", json!(1)), ("currency", json!("usd"))] {
        let mut notice = a_silent_success(&fixture).await;
        notice["data"]["object"][field] = value;
        fixture.deliver(&notice).await;
    }
    fixture.wait_for("OrderPaid", 2).await;
    fixture.wait_for_empty_inbox().await;
    assert_eq!(fixture.quarantined().await, ["not-confirmed", "not-confirmed"]);
    assert_eq!(fixture.recorded("RefundRequested").await, 0);
}

#[tokio::test]
async fn a_wrong_amount_that_provider_and_webhook_agree_on_is_refunded() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    fixture.pay(&begun, "pm_sim_wrong_amount").await;
    fixture.wait_for("RefundSettled", 1).await;
    let [requested] = &fixture.payloads("RefundRequested").await[..] else { panic!("one refund") };
    assert_eq!(requested["amount_minor"], PRICE - 1);
    assert_eq!(requested["reason"], "wrong_amount");
    let [refund] = &fixture.refunds_of(&begun.reference).await[..] else { panic!("one refund") };
    assert_eq!(refund["amount"], PRICE - 1);
    assert_eq!(fixture.quarantined().await, ["wrong-amount"]);
    assert_eq!(fixture.recorded("OrderPaid").await, 0);
}

#[tokio::test]
async fn someone_elses_intent_is_none_of_our_business() {
    let fixture = Fixture::start().await;
    let form = [("amount", "500"), ("currency", "eur")];
    let intent = fixture.tell("v1/payment_intents", &form).await;
    let path = format!("v1/payment_intents/{}/confirm", intent["id"].as_str().unwrap());
    fixture.tell(&path, &[("payment_method", "pm_card_visa")]).await;
    fixture.wait("the webhook", async || fixture.stored().await == 1).await;
    fixture.wait_for_empty_inbox().await;
    assert!(fixture.quarantined().await.is_empty());
}

#[tokio::test]
async fn an_intent_that_is_not_stored_waits_until_it_is() {
    let fixture = Fixture::start().await;
    let due = fixture.due(fixture.a_hold().await).await;
    let begun = fixture.payments.start(due).await.unwrap();
    sqlx::query("DELETE FROM payment.intents").execute(fixture.database.owner()).await.unwrap();
    fixture.pay(&begun, "pm_card_visa").await;
    fixture.wait("a failed attempt", async || last_error(&fixture).await.is_some()).await;
    assert_eq!(fixture.recorded("OrderPaid").await, 0);
    // The buyer's browser asks again, and the service finds the intent it had made.
    fixture.payments.start(due).await.unwrap();
    fixture.wait_for("OrderPaid", 1).await;
    fixture.wait_for_empty_inbox().await;
    assert_eq!(fixture.recorded("OrderPaid").await, 1);
}

async fn last_error(fixture: &Fixture) -> Option<String> {
    let query = "SELECT max(last_error) FROM payment.inbox";
    sqlx::query_scalar(query).fetch_one(fixture.database.owner()).await.unwrap()
}

#[tokio::test]
async fn an_intent_that_is_never_stored_is_recorded_by_what_we_wrote_on_it() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    sqlx::query("DELETE FROM payment.intents").execute(fixture.database.owner()).await.unwrap();
    fixture.pay(&begun, "pm_card_visa").await;
    let is_paid = async || {
        // Each attempt waits longer than the one before.
        fixture.clock.advance(TimeDelta::seconds(1));
        fixture.recorded("OrderPaid").await == 1
    };
    fixture.wait("the order", is_paid).await;
}

#[tokio::test]
async fn money_for_an_event_that_we_do_not_have_is_put_aside() {
    let fixture = Fixture::start().await;
    let mut notice = a_silent_success(&fixture).await;
    let unknown = uuid::Uuid::from_u128(0xBAD).to_string();
    notice["data"]["object"]["id"] = json!("pi_of_a_lost_database");
    notice["data"]["object"]["metadata"]["event_id"] = json!(unknown);
    assert_ne!(unknown, EVENT.to_string());
    fixture.deliver(&notice).await;
    let is_aside = async || {
        fixture.clock.advance(TimeDelta::seconds(1));
        fixture.quarantined().await == ["not-recordable"]
    };
    fixture.wait("the quarantine", is_aside).await;
}
