//! What is to be paid, what was paid, and what went back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::clock::Timestamp;

use crate::card::DeclineCode;

/// Stripe's `PaymentIntent`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Intent {
    pub id: String,
    pub client_secret: String,
    pub amount: i64,
    pub amount_received: i64,
    pub amount_refunded: i64,
    /// Lower case, as Stripe writes it.
    pub currency: String,
    pub status: Status,
    /// Seconds since 1970.
    pub created: i64,
    pub canceled_at: Option<i64>,
    pub cancellation_reason: Option<String>,
    pub description: Option<String>,
    pub metadata: BTreeMap<String, String>,
    pub payment_method: Option<String>,
    pub latest_charge: Option<String>,
    pub decline: Option<DeclineCode>,
    /// Where the card holder approves.
    pub approval_url: Option<String>,
    /// When a late payment arrives.
    pub succeeds_at: Option<Timestamp>,
}

/// How far an intent has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    RequiresPaymentMethod,
    RequiresAction,
    Processing,
    Succeeded,
    Canceled,
}

impl Status {
    /// Stripe's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::Succeeded => "succeeded",
            Self::Canceled => "canceled",
        }
    }
}

impl Intent {
    /// As Stripe shows it.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "object": "payment_intent",
            "amount": self.amount,
            "amount_capturable": 0,
            "amount_received": self.amount_received,
            "canceled_at": self.canceled_at,
            "cancellation_reason": self.cancellation_reason,
            "capture_method": "automatic_async",
            "client_secret": self.client_secret,
            "confirmation_method": "automatic",
            "created": self.created,
            "currency": self.currency,
            "customer": null,
            "description": self.description,
            "last_payment_error": self.decline.map(|decline| self.decline_json(decline)),
            "latest_charge": self.latest_charge,
            "livemode": false,
            "metadata": self.metadata,
            "next_action": self.approval_url.as_ref().map(|url| json!({
                "type": "redirect_to_url",
                "redirect_to_url": { "url": url, "return_url": null },
            })),
            "payment_method": self.payment_method,
            "payment_method_types": ["card"],
            "status": self.status.name(),
        })
    }

    fn decline_json(&self, decline: DeclineCode) -> Value {
        json!({
            "type": "card_error",
            "code": decline.code(),
            "decline_code": decline.decline_code(),
            "message": decline.message(),
            "charge": self.latest_charge,
        })
    }
}

/// Stripe's `Refund`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Refund {
    pub id: String,
    pub payment_intent: String,
    pub charge: Option<String>,
    pub amount: i64,
    pub currency: String,
    pub created: i64,
    pub reason: Option<String>,
    pub metadata: BTreeMap<String, String>,
}

impl Refund {
    /// As Stripe shows it.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "object": "refund",
            "amount": self.amount,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "metadata": self.metadata,
            "payment_intent": self.payment_intent,
            "reason": self.reason,
            "status": "succeeded",
        })
    }
}

/// Stripe's `Event`: something that happened at the provider, told by webhook.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProviderEvent {
    pub id: String,
    pub kind: String,
    pub created: i64,
    pub account: Option<String>,
    pub object: Value,
    /// How many times the webhook still has to be delivered.
    pub pending_webhooks: u8,
}

impl ProviderEvent {
    /// As Stripe shows it.
    pub fn to_json(&self) -> Value {
        let mut event = json!({
            "id": self.id,
            "object": "event",
            "api_version": crate::API_VERSION,
            "created": self.created,
            "data": { "object": self.object },
            "livemode": false,
            "pending_webhooks": self.pending_webhooks,
            "request": { "id": null, "idempotency_key": null },
            "type": self.kind,
        });
        if let (Some(account), Some(fields)) = (&self.account, event.as_object_mut()) {
            fields.insert("account".to_owned(), json!(account));
        }
        event
    }
}
