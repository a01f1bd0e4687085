//! From a hold to tickets, with every kind of card and every kind of webhook.

use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    client::{Api, OnSale, answer, fresh_key, http},
    platform::{ACCOUNT, Platform, Program, WEBHOOK_SECRET},
};

/// A held pair of tickets whose payment has begun.
struct Buyer {
    platform: Platform,
    organizer: Api,
    sale: OnSale,
    holder: Api,
    reservation: String,
    payment: Value,
}

impl Buyer {
    async fn new() -> Self {
        let platform = Platform::start().await;
        let (_, organizer) = platform.api().organizer().await;
        let sale = OnSale::publish(&organizer, 10, json!({})).await;
        let api = platform.api();
        let hold =
            api.post(&sale.reservations(), sale.hold("ada@example.org", 2)).await.expect(201);
        let reservation = hold["reservation_id"].as_str().expect("an id").to_owned();
        let holder = api.with(hold["access_token"].as_str().expect("a token"));
        let body = json!({"provider": "stripe"});
        let payment = holder.post(&sale.payments_of(&reservation), body).await.expect(201);
        assert_eq!(payment["status"], "PENDING");
        assert_eq!(payment["amount"], json!({"amount": 9000, "currency": "EUR"}));
        Self { platform, organizer, sale, holder, reservation, payment }
    }

    /// Confirms the payment as the provider's script in the browser does.
    async fn confirm(&self, card: &str) -> Value {
        let intent = self.payment["payment_reference"].as_str().expect("a reference");
        let secret = self.payment["client_secret"].as_str().expect("a secret");
        let url = format!(
            "{}/v1/payment_intents/{intent}/confirm",
            self.platform.url(Program::Simulator)
        );
        let form = [("payment_method", card), ("client_secret", secret), ("delay_ms", "300")];
        let response = http().post(url).form(&form);
        response.send().await.expect("the simulator answers").json().await.expect("JSON")
    }

    /// The order once it is there.
    async fn order(&self) -> Value {
        let path = format!("/orders/{}", self.reservation);
        self.wait(&path, 90, |order| order["status"] == "COMPLETED").await
    }

    async fn wait(&self, path: &str, seconds: u64, is_it: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let shown = self.holder.get(path).await;
            if shown.status == 200 && is_it(&shown.body) {
                return shown.body;
            }
            let waited = began.elapsed();
            assert!(waited < Duration::from_secs(seconds), "{path} is {:#}", shown.body);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn recorded(&self, name: &str) -> Vec<Value> {
        let path = format!("/audit/streams/box_office/{}?limit=100", self.sale.event);
        let history = self.organizer.get(&path).await.expect(200);
        let events = history["data"].as_array().cloned().unwrap_or_default();
        events.into_iter().filter(|event| event["event_type"] == name).collect()
    }
}

#[tokio::test]
async fn a_good_card_gives_an_order_with_its_tickets_and_their_codes() {
    let buyer = Buyer::new().await;
    assert_eq!(buyer.confirm("pm_card_visa").await["status"], "succeeded");
    let order = buyer.order().await;
    assert_eq!(order["total"], json!({"amount": 9000, "currency": "EUR"}));
    assert_eq!(order["payment_reference"], buyer.payment["payment_reference"]);
    let path = format!("/orders/{}/tickets", buyer.reservation);
    let tickets = buyer.holder.get(&path).await.expect(200);
    let tickets = tickets["data"].as_array().expect("a list");
    assert_eq!(tickets.len(), 2);
    let ticket = tickets[0]["ticket_id"].as_str().expect("an id");
    let code = tickets[0]["code"].as_str().expect("a code");
    assert!(code.starts_with(&format!("ticket:{ticket}:v1:")), "{code}");
    for (kind, first) in [("svg", "<?xml"), ("png", "\u{89}PNG")] {
        let request = buyer.holder.request(Method::GET, &format!("/tickets/{ticket}/qr.{kind}"));
        let picture = request.send().await.expect("a picture").bytes().await.expect("bytes");
        let head: String = picture.iter().take(5).map(|byte| char::from(*byte)).collect();
        assert!(head.starts_with(&first[..first.len().min(4)]) || kind == "png", "{head}");
        assert!(picture.len() > 100);
    }
    let foreign = buyer.platform.api().get(&format!("/tickets/{ticket}")).await;
    assert_eq!(foreign.problem(401), "unauthenticated");
}

#[tokio::test]
async fn a_declined_card_may_be_tried_again_on_the_same_hold() {
    let buyer = Buyer::new().await;
    let declined = buyer.confirm("pm_card_chargeDeclined").await;
    assert_eq!(declined["error"]["code"], "card_declined");
    let path = buyer.sale.payments_of(&buyer.reservation);
    let again = buyer.holder.post(&path, json!({"provider": "stripe"})).await.expect(201);
    assert_eq!(again["payment_reference"], buyer.payment["payment_reference"]);
    buyer.confirm("pm_card_visa").await;
    buyer.order().await;
    assert_eq!(buyer.recorded("PaymentFailed").await.len(), 1);
    assert_eq!(buyer.recorded("OrderPaid").await.len(), 1);
}

#[tokio::test]
async fn webhooks_may_come_twice_or_late_or_early_or_out_of_order() {
    for card in [
        "pm_sim_webhook_twice",
        "pm_sim_webhooks_out_of_order",
        "pm_sim_webhook_before_answer",
        "pm_sim_succeed_late",
    ] {
        let buyer = Buyer::new().await;
        buyer.confirm(card).await;
        buyer.order().await;
        assert_eq!(buyer.recorded("OrderPaid").await.len(), 1, "{card}");
        assert_eq!(buyer.recorded("TicketIssued").await.len(), 2, "{card}");
        assert_eq!(buyer.recorded("RefundRequested").await.len(), 0, "{card}");
    }
}

#[tokio::test]
async fn money_is_found_even_if_no_webhook_ever_tells() {
    let mut buyer = Buyer::new().await;
    buyer.confirm("pm_sim_webhook_never").await;
    // The reconciliation runs at start and every minute; a restart is the quicker of the two.
    buyer.platform.stop(Program::Command);
    buyer.platform.launch(Program::Command);
    buyer.order().await;
    assert_eq!(buyer.recorded("OrderPaid").await.len(), 1);
}

#[tokio::test]
async fn a_wrong_amount_goes_back_and_is_no_order() {
    let buyer = Buyer::new().await;
    buyer.confirm("pm_sim_wrong_amount").await;
    let began = Instant::now();
    while buyer.recorded("RefundSettled").await.is_empty() {
        assert!(began.elapsed() < Duration::from_secs(60), "the money isn't back");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(buyer.recorded("OrderPaid").await.len(), 0);
    let url = format!("{}/v1/refunds", buyer.platform.url(Program::Simulator));
    let refunds = http().get(url).bearer_auth("sk_test_system").send().await.expect("an answer");
    let refunds: Value = refunds.json().await.expect("JSON");
    assert_eq!(refunds["data"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_webhook_is_believed_only_with_a_fresh_signature_of_ours() {
    let buyer = Buyer::new().await;
    let intent = buyer.payment["payment_reference"].as_str().expect("a reference");
    let body = json!({
        "id": "evt_forged", "object": "event", "type": "payment_intent.succeeded",
        "account": ACCOUNT, "livemode": false, "created": 1,
        "data": {"object": {
            "id": intent, "object": "payment_intent", "status": "succeeded", "amount": 9000,
            "amount_received": 9000, "currency": "eur", "metadata": {},
        }},
    })
    .to_string();
    #[expect(clippy::disallowed_methods, reason = "signatures carry the real time")]
    let now = chrono::Utc::now().timestamp();
    let other = signature("whsec_other", now, &body);
    let stale = signature(WEBHOOK_SECRET, now - 301, &body);
    // Far enough ahead to be early also when the machine is slow.
    let early = signature(WEBHOOK_SECRET, now + 900, &body);
    for header in ["", "t=1", "v1=00", "t=x,v1=zz", other.as_str(), stale.as_str(), early.as_str()]
    {
        let request = buyer.platform.api().request(Method::POST, "/webhooks/stripe");
        let request = request.header("Stripe-Signature", header).body(body.clone());
        let refused = answer(request.header("content-type", "application/json")).await;
        assert_eq!(refused.problem(400), "invalid-webhook", "{header}");
    }
    assert_eq!(buyer.recorded("OrderPaid").await.len(), 0);
}

/// The value of `Stripe-Signature`.
pub fn signature(secret: &str, at: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(format!("{at}.{body}").as_bytes());
    format!("t={at},v1={}", hex::encode(mac.finalize().into_bytes()))
}

#[tokio::test]
async fn a_repeated_start_of_a_payment_is_the_same_payment() {
    let buyer = Buyer::new().await;
    let (path, key) = (buyer.sale.payments_of(&buyer.reservation), fresh_key());
    let body = json!({"provider": "stripe"});
    let one = buyer.holder.post_as(&key, &path, body.clone()).await.expect(201);
    let two = buyer.holder.post_as(&key, &path, body).await.expect(201);
    assert_eq!(one["payment_reference"], two["payment_reference"]);
    assert_eq!(one["client_secret"], buyer.payment["client_secret"]);
}

#[tokio::test]
async fn a_free_order_stands_at_once_and_cannot_be_paid_again() {
    let platform = Platform::start().await;
    let (_, organizer) = platform.api().organizer().await;
    let sale = OnSale::publish(&organizer, 10, json!({})).await;
    let kind = json!({"name": "Guest", "price": {"kind": "free"}});
    let path = format!("/events/{}/ticket-types", sale.event);
    let added = organizer.post(&path, kind).await.expect(201);
    let guest = added["ticket_types"][2]["ticket_type_id"].clone();
    let body = json!({
        "items": [{"ticket_type_id": guest, "quantity": 3}], "contact": {"email": "a@b.example"},
    });
    let hold = platform.api().post(&sale.reservations(), body).await.expect(201);
    let holder = platform.api().with(hold["access_token"].as_str().expect("a token"));
    let path = sale.payments_of(hold["reservation_id"].as_str().expect("an id"));
    let paid = holder.post(&path, json!({"provider": "stripe"})).await;
    let order = paid.body["order_id"].as_str().expect("an order").to_owned();
    let shown = holder.get_after(&paid, &format!("/orders/{order}/tickets")).await.expect(200);
    assert_eq!(shown["data"].as_array().map(Vec::len), Some(3));
    let again = holder.post(&path, json!({"provider": "stripe"})).await;
    assert_eq!(again.problem(409), "reservation-consumed");
}
