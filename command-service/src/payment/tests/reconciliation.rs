//! What no webhook told is found by comparing.

use chrono::TimeDelta;

use super::fixture::{Fixture, PRICE};
use crate::payment::{Payments, Reconciled};

async fn reconciled(payments: &Payments) -> Reconciled {
    payments.reconcile().await.unwrap().expect("nobody else compares")
}

#[tokio::test]
async fn settles_what_no_webhook_told_and_finds_nothing_the_second_time() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    fixture.pay(&begun, "pm_sim_webhook_never").await;
    assert_eq!(reconciled(&fixture.payments).await.settled, 1);
    assert_eq!(fixture.recorded("OrderPaid").await, 1);
    let again = reconciled(&fixture.payments).await;
    assert_eq!((again.settled, again.disagreements, again.failed), (0, 0, 0));
    assert_eq!(fixture.recorded("OrderPaid").await, 1);
}

#[tokio::test]
async fn a_webhook_after_the_comparison_changes_nothing() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    fixture.pay(&begun, "pm_sim_webhook_never").await;
    reconciled(&fixture.payments).await;
    let notice = fixture.notice_about(&begun.reference, "payment_intent.succeeded").await;
    fixture.deliver(&notice).await;
    fixture.wait_for_empty_inbox().await;
    assert_eq!(fixture.recorded("OrderPaid").await, 1);
    assert_eq!(fixture.recorded("RefundRequested").await, 0);
}

#[tokio::test]
async fn notes_a_failure_that_no_webhook_told_once() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    fixture.provider().simulator().set_webhook_url(None);
    fixture.pay(&begun, "pm_card_chargeDeclined").await;
    assert_eq!(reconciled(&fixture.payments).await.settled, 1);
    assert_eq!(reconciled(&fixture.payments).await.settled, 0);
    assert_eq!(fixture.recorded("PaymentFailed").await, 1);
}

#[tokio::test]
async fn reads_every_page() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    for _ in 0..100 {
        let form = [("amount", "500"), ("currency", "eur")];
        fixture.tell("v1/payment_intents", &form).await;
    }
    fixture.pay(&begun, "pm_sim_webhook_never").await;
    let found = reconciled(&fixture.payments).await;
    assert_eq!((found.compared, found.settled), (101, 1));
}

#[tokio::test]
async fn looks_older_open_intents_up_one_by_one() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    reconciled(&fixture.payments).await;
    fixture.clock.advance(TimeDelta::minutes(90));
    reconciled(&fixture.payments).await;
    fixture.pay(&begun, "pm_sim_webhook_never").await;
    fixture.clock.advance(TimeDelta::minutes(30));
    assert_eq!(reconciled(&fixture.payments).await.settled, 1);
    assert_eq!(fixture.recorded("OrderPaid").await, 1);
}

#[tokio::test]
async fn gives_up_what_nobody_paid_after_two_hours() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    let path = format!("v1/payment_intents/{}", begun.reference);
    fixture.clock.advance(TimeDelta::minutes(119));
    reconciled(&fixture.payments).await;
    assert_eq!(fixture.ask(&path).await["status"], "requires_payment_method");
    fixture.clock.advance(TimeDelta::minutes(60));
    reconciled(&fixture.payments).await;
    assert_eq!(fixture.ask(&path).await["status"], "canceled");
    let late = fixture.pay(&begun, "pm_card_visa").await;
    assert_eq!(late["error"]["code"], "payment_intent_unexpected_state");
}

#[tokio::test]
async fn adopts_paid_intents_that_our_database_has_lost() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    sqlx::query("DELETE FROM payment.intents").execute(fixture.database.owner()).await.unwrap();
    fixture.pay(&begun, "pm_sim_webhook_never").await;
    assert_eq!(reconciled(&fixture.payments).await.disagreements, 0);
    fixture.clock.advance(TimeDelta::minutes(6));
    assert_eq!(reconciled(&fixture.payments).await.disagreements, 1);
    assert_eq!(fixture.recorded("OrderPaid").await, 1);
    assert_eq!(reconciled(&fixture.payments).await.disagreements, 0);
}

#[tokio::test]
async fn names_contradictions() {
    let fixture = Fixture::start().await;
    for status in ["succeeded", "canceled"] {
        let begun = fixture.a_begun_payment().await;
        sqlx::query("UPDATE payment.intents SET status = $2 WHERE payment_reference = $1")
            .bind(&begun.reference)
            .bind(status)
            .execute(fixture.database.owner())
            .await
            .unwrap();
        if status == "canceled" {
            fixture.pay(&begun, "pm_sim_webhook_never").await;
        }
    }
    for card in ["pm_sim_webhook_never", "pm_card_authenticationRequired"] {
        let dearer = fixture.a_begun_payment().await;
        sqlx::query("UPDATE payment.intents SET amount_minor = $2 WHERE payment_reference = $1")
            .bind(&dearer.reference)
            .bind(PRICE + 1)
            .execute(fixture.database.owner())
            .await
            .unwrap();
        fixture.pay(&dearer, card).await;
    }
    assert_eq!(reconciled(&fixture.payments).await.disagreements, 4);
    // The money that came after all is not lost: our figures were wrong, not the buyers'.
    assert_eq!(fixture.recorded("OrderPaid").await, 2);
}

#[tokio::test]
async fn is_done_by_one_process_at_a_time() {
    let fixture = Fixture::start().await;
    let (one, two) = tokio::join!(fixture.payments.reconcile(), fixture.payments.reconcile());
    let done = [one.unwrap(), two.unwrap()].iter().flatten().count();
    assert_eq!(done, 1);
    reconciled(&fixture.payments).await;
}

#[tokio::test]
async fn goes_on_where_it_stopped_when_the_provider_was_away() {
    let mut fixture = Fixture::start().await;
    reconciled(&fixture.payments).await;
    let begun = fixture.a_begun_payment().await;
    fixture.pay(&begun, "pm_sim_webhook_never").await;
    // As if only the list could tell.
    sqlx::query("UPDATE payment.intents SET check_at = 'infinity'")
        .execute(fixture.database.owner())
        .await
        .unwrap();
    let address = fixture.stop_provider().await;
    fixture.clock.advance(TimeDelta::hours(5));
    fixture.payments.reconcile().await.unwrap_err();
    fixture.start_provider(address).await;
    assert_eq!(reconciled(&fixture.payments).await.settled, 1);
}
