//! Money that can't become an order goes back, exactly once.

use chrono::TimeDelta;
use payment_simulator::Fault;
use shared::events::box_office::LatePayment;

use super::fixture::{Fixture, PRICE, Sale};
use crate::payment::Begun;

/// A payment whose hold has run out before the buyer pays.
async fn a_late_buyer(fixture: &Fixture) -> Begun {
    let begun = fixture.a_begun_payment().await;
    fixture.let_holds_expire().await;
    begun
}

fn last_ticket() -> Sale {
    Sale { capacity: 1, ..Sale::default() }
}

#[tokio::test]
async fn late_money_still_buys_what_is_free() {
    let fixture = Fixture::start().await;
    let begun = a_late_buyer(&fixture).await;
    fixture.pay(&begun, "pm_card_visa").await;
    fixture.wait_for("OrderPaid", 1).await;
    assert_eq!(fixture.payloads("OrderPaid").await[0]["late"], true);
    assert!(fixture.refunds_of(&begun.reference).await.is_empty());
}

#[tokio::test]
async fn late_money_for_tickets_that_are_gone_goes_back_once() {
    let fixture = Fixture::selling(last_ticket()).await;
    let begun = a_late_buyer(&fixture).await;
    fixture.a_hold().await;
    fixture.pay(&begun, "pm_sim_webhook_twice").await;
    fixture.wait_for("RefundSettled", 1).await;
    let [refund] = &fixture.refunds_of(&begun.reference).await[..] else { panic!("one refund") };
    assert_eq!(refund["amount"], PRICE);
    let settled = &fixture.payloads("RefundSettled").await[0];
    assert_eq!(settled["refund_reference"], refund["id"]);
    assert_eq!(fixture.payloads("RefundRequested").await[0]["reason"], "too_late");
    assert_eq!(fixture.recorded("OrderPaid").await, 0);
}

#[tokio::test]
async fn late_money_goes_back_where_the_organizer_wants_it_so() {
    let sale = Sale { late_payment: LatePayment::AlwaysRefund, ..Sale::default() };
    let fixture = Fixture::selling(sale).await;
    let begun = a_late_buyer(&fixture).await;
    fixture.pay(&begun, "pm_card_visa").await;
    fixture.wait_for("RefundSettled", 1).await;
    assert_eq!(fixture.refunds_of(&begun.reference).await.len(), 1);
    assert_eq!(fixture.recorded("OrderPaid").await, 0);
}

#[tokio::test]
async fn a_refund_whose_answer_was_lost_is_not_sent_twice() {
    let fixture = Fixture::selling(last_ticket()).await;
    let begun = a_late_buyer(&fixture).await;
    fixture.a_hold().await;
    fixture.pay(&begun, "pm_sim_webhook_never").await;
    fixture.provider().simulator().fail_next([Fault::AnswerLost, Fault::AnswerLost]);
    fixture.payments.reconcile().await.unwrap();
    fixture.wait_for("RefundSettled", 1).await;
    assert_eq!(fixture.refunds_of(&begun.reference).await.len(), 1);
}

#[tokio::test]
async fn a_refund_waits_for_the_provider_and_no_money_is_forgotten() {
    let mut fixture = Fixture::idle(last_ticket()).await;
    let begun = a_late_buyer(&fixture).await;
    fixture.a_hold().await;
    fixture.pay(&begun, "pm_sim_webhook_before_answer").await;
    let address = fixture.stop_provider().await;
    fixture.start_workers();
    let failed = "SELECT count(*) FROM payment.refunds WHERE last_error IS NOT NULL";
    let has_failed = async || {
        let count: i64 =
            sqlx::query_scalar(failed).fetch_one(fixture.database.owner()).await.unwrap();
        count == 1
    };
    fixture.wait("a failed attempt", has_failed).await;
    assert_eq!(fixture.recorded("RefundSettled").await, 0);
    fixture.start_provider(address).await;
    fixture.clock.advance(TimeDelta::seconds(60));
    fixture.wait_for("RefundSettled", 1).await;
    assert_eq!(fixture.refunds_of(&begun.reference).await.len(), 1);
}

#[tokio::test]
async fn a_policy_that_reads_the_log_again_refunds_nothing_twice() {
    let mut fixture = Fixture::selling(last_ticket()).await;
    let begun = a_late_buyer(&fixture).await;
    fixture.a_hold().await;
    fixture.pay(&begun, "pm_card_visa").await;
    fixture.wait_for("RefundSettled", 1).await;
    fixture.stop_workers().await;
    sqlx::query("UPDATE policy.checkpoints SET position = 0 WHERE name = 'refund'")
        .execute(fixture.database.owner())
        .await
        .unwrap();
    let caught_up = "SELECT bool_and(c.position >= h.position) FROM policy.checkpoints c
          JOIN es.log_heads h ON h.shard = c.shard WHERE c.name = 'refund'";
    fixture.start_workers();
    let is_caught_up = async || {
        let caught_up: Option<bool> =
            sqlx::query_scalar(caught_up).fetch_one(fixture.database.owner()).await.unwrap();
        caught_up == Some(true)
    };
    fixture.wait("the policy to catch up", is_caught_up).await;
    assert_eq!(fixture.refunds_of(&begun.reference).await.len(), 1);
    assert_eq!(fixture.recorded("RefundSettled").await, 1);
}

#[tokio::test]
async fn a_refund_made_by_hand_counts() {
    let fixture = Fixture::idle(last_ticket()).await;
    let begun = a_late_buyer(&fixture).await;
    fixture.a_hold().await;
    fixture.pay(&begun, "pm_sim_webhook_before_answer").await;
    let by_hand = fixture.tell("v1/refunds", &[("payment_intent", &begun.reference)]).await;
    fixture.start_workers();
    fixture.wait_for("RefundSettled", 1).await;
    assert_eq!(fixture.payloads("RefundSettled").await[0]["refund_reference"], by_hand["id"]);
    assert_eq!(fixture.refunds_of(&begun.reference).await.len(), 1);
}
