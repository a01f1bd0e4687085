//! Beginning to pay.

use payment_simulator::Fault;
use shared::id::{IdSource, PaymentId};

use super::fixture::{Fixture, PRICE, Sale};
use crate::payment::{Due, StartError, StripeError};

async fn open_intents(fixture: &Fixture) -> usize {
    let listed = fixture.ask("v1/payment_intents?limit=100").await;
    let intents = listed["data"].as_array().unwrap();
    intents.iter().filter(|intent| intent["status"] == "requires_payment_method").count()
}

#[tokio::test]
async fn asks_the_provider_for_what_is_due_and_says_what_for() {
    let fixture = Fixture::start().await;
    let due = fixture.due(fixture.a_hold().await).await;
    let begun = fixture.payments.start(due).await.unwrap();
    let intent = fixture.ask(&format!("v1/payment_intents/{}", begun.reference)).await;
    assert_eq!(intent["amount"], PRICE);
    assert_eq!(intent["currency"], "eur");
    assert_eq!(intent["client_secret"], begun.client_secret);
    let metadata = &intent["metadata"];
    assert_eq!(metadata["event_id"], due.event.to_string());
    assert_eq!(metadata["reservation_id"], due.reservation.to_string());
    assert_eq!(metadata["payment_id"], due.payment_id.to_string());
    let page = fixture.client.get(begun.payment_url.unwrap()).send().await.unwrap();
    assert_eq!(page.status(), 200);
}

#[tokio::test]
async fn stores_the_intent_before_the_buyer_can_pay_it() {
    let fixture = Fixture::start().await;
    let due = fixture.due(fixture.a_hold().await).await;
    let begun = fixture.payments.start(due).await.unwrap();
    let stored: (String, i64, String, String) = sqlx::query_as(
        "SELECT payment_reference, amount_minor, currency, status FROM payment.intents
          WHERE payment_id = $1",
    )
    .bind(due.payment_id.uuid())
    .fetch_one(fixture.database.owner())
    .await
    .unwrap();
    assert_eq!(stored, (begun.reference, PRICE, "EUR".to_owned(), "open".to_owned()));
}

#[tokio::test]
async fn beginning_again_goes_on_with_the_same_intent() {
    let fixture = Fixture::start().await;
    let hold = fixture.a_hold().await;
    let first = fixture.begin(hold).await.unwrap();
    let second = fixture.begin(hold).await.unwrap();
    assert_eq!(first.reference, second.reference);
    assert_eq!(first.client_secret, second.client_secret);
    fixture.pay(&first, "pm_card_chargeDeclined").await;
    fixture.wait_for("PaymentFailed", 1).await;
    assert_eq!(fixture.begin(hold).await.unwrap().reference, first.reference);
    assert_eq!(open_intents(&fixture).await, 1);
}

#[tokio::test]
async fn a_lost_answer_leaves_one_intent() {
    let fixture = Fixture::start().await;
    let due = fixture.due(fixture.a_hold().await).await;
    fixture.provider().simulator().fail_next([Fault::AnswerLost]);
    fixture.payments.start(due).await.unwrap();
    assert_eq!(open_intents(&fixture).await, 1);
}

#[tokio::test]
async fn a_crash_before_the_intent_is_stored_leaves_one_intent() {
    let fixture = Fixture::start().await;
    let due = fixture.due(fixture.a_hold().await).await;
    let first = fixture.payments.start(due).await.unwrap();
    sqlx::query("DELETE FROM payment.intents").execute(fixture.database.owner()).await.unwrap();
    let second = fixture.payments.start(due).await.unwrap();
    assert_eq!(first.reference, second.reference);
    assert_eq!(open_intents(&fixture).await, 1);
}

#[tokio::test]
async fn is_repeated_while_the_provider_stumbles_and_given_up_when_it_is_down() {
    let fixture = Fixture::start().await;
    let due = fixture.due(fixture.a_hold().await).await;
    let provider = fixture.provider().simulator();
    provider.fail_next([Fault::Unavailable, Fault::RateLimited, Fault::Unavailable]);
    match fixture.payments.start(due).await {
        Err(StartError::Provider(error)) => assert!(error.is_passing()),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("three of three attempts failed"),
    }
    provider.fail_next([Fault::RateLimited, Fault::Unavailable]);
    fixture.payments.start(due).await.unwrap();
    assert_eq!(open_intents(&fixture).await, 1);
}

#[tokio::test]
async fn of_two_payments_of_one_reservation_only_one_can_be_paid() {
    let fixture = Fixture::start().await;
    let due = fixture.due(fixture.a_hold().await).await;
    let other = Due { payment_id: PaymentId::new(IdSource.next()), ..due };
    let (one, two) = tokio::join!(fixture.payments.start(due), fixture.payments.start(other));
    assert_eq!(one.unwrap().reference, two.unwrap().reference);
    assert_eq!(open_intents(&fixture).await, 1);
}

#[tokio::test]
async fn an_amount_below_the_minimum_is_named_as_such() {
    let fixture = Fixture::selling(Sale { price: 49, ..Sale::default() }).await;
    let refused = fixture.begin(fixture.a_hold().await).await;
    let Err(StartError::Provider(error)) = refused else { panic!("49 cents were accepted") };
    assert!(matches!(error, StripeError::AmountTooSmall));
    let problem = shared::http::Problem::from(StartError::Provider(error));
    assert_eq!(problem.code(), "amount-too-small");
    assert_eq!(problem.status(), 409);
}
