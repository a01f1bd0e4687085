//! What a webhook says. Stripe calls it an event; here that word means a concert.
//!
//! A webhook's body says who pays, how they are reached and more that we never asked for. A notice
//! is what we decide by; it is all that is kept.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use thiserror::Error;

use super::{intent::Intent, name};

/// A webhook's content, as far as we care.
#[derive(Debug)]
pub struct Notice {
    /// The account it is about; absent if the endpoint belongs to that account itself.
    pub account: Option<String>,
    pub livemode: bool,
    /// As the provider names it.
    type_name: String,
    pub kind: NoticeKind,
}

/// What a webhook is about.
#[derive(Debug)]
pub enum NoticeKind {
    /// An intent came further, or an attempt to pay it failed; see its status.
    Intent(Box<Intent>),
    /// Money that we sent back didn't arrive.
    RefundFailed,
    /// Nothing we act on.
    Other,
}

/// Signed, and yet nothing we can read.
#[derive(Debug, Error)]
#[error("the webhook can't be read")]
pub struct UnreadableNotice(#[from] serde_json::Error);

#[derive(Deserialize)]
struct Envelope<'body> {
    #[serde(rename = "type", deserialize_with = "name::needed")]
    kind: String,
    #[serde(default, deserialize_with = "name::if_there")]
    account: Option<String>,
    livemode: bool,
    #[serde(borrow)]
    data: Payload<'body>,
}

#[derive(Deserialize)]
struct Payload<'body> {
    #[serde(borrow)]
    object: &'body RawValue,
}

/// A notice as it is kept: a webhook of the same shape, less everything else.
#[derive(Serialize)]
struct Kept<'notice> {
    #[serde(rename = "type")]
    kind: &'notice str,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'notice str>,
    livemode: bool,
    data: KeptPayload<'notice>,
}

#[derive(Serialize)]
struct KeptPayload<'notice> {
    object: Option<&'notice Intent>,
}

#[derive(Deserialize)]
struct OnlyId {
    #[serde(deserialize_with = "name::needed")]
    id: String,
}

impl Notice {
    /// The name under which a webhook is stored; the same for every delivery of it.
    ///
    /// # Errors
    ///
    /// [`UnreadableNotice`] if there is none.
    pub fn id_of(body: &[u8]) -> Result<String, UnreadableNotice> {
        Ok(serde_json::from_slice::<OnlyId>(body)?.id)
    }

    /// Reads a webhook, or a notice that was kept.
    ///
    /// # Errors
    ///
    /// [`UnreadableNotice`] if it doesn't have the shape we know.
    pub fn parse(body: &[u8]) -> Result<Self, UnreadableNotice> {
        let Envelope { kind: type_name, account, livemode, data } = serde_json::from_slice(body)?;
        let kind = match type_name.as_str() {
            "payment_intent.succeeded"
            | "payment_intent.processing"
            | "payment_intent.requires_action"
            | "payment_intent.payment_failed"
            | "payment_intent.canceled" => {
                NoticeKind::Intent(serde_json::from_str(data.object.get())?)
            }
            "refund.failed" => NoticeKind::RefundFailed,
            _ => NoticeKind::Other,
        };
        Ok(Self { account, livemode, type_name, kind })
    }

    /// The notice as it is kept; [`Self::parse`] reads it.
    ///
    /// # Errors
    ///
    /// If it can't be written down, which doesn't happen to what was read.
    pub fn kept(&self) -> Result<String, UnreadableNotice> {
        let object = match &self.kind {
            NoticeKind::Intent(intent) => Some(&**intent),
            NoticeKind::RefundFailed | NoticeKind::Other => None,
        };
        Ok(serde_json::to_string(&Kept {
            kind: &self.type_name,
            account: self.account.as_deref(),
            livemode: self.livemode,
            data: KeptPayload { object },
        })?)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const EVENT: &str = "0199a1b2-0000-7000-8000-000000000001";

    /// As the provider sends them, with all that people leave there.
    fn webhook(kind: &str) -> Value {
        json!({
            "id": "evt_1", "object": "event", "account": "acct_1", "livemode": false,
            "type": kind, "request": {"idempotency_key": "canary"},
            "data": {
                "object": {
                    "id": "pi_1", "status": "requires_payment_method", "livemode": false,
                    "created": 1_700_000_000, "amount": 4500, "amount_received": 0,
                    "currency": "eur", "client_secret": "pi_1_secret_canary",
                    "receipt_email": "canary@example.org", "description": "canary",
                    "shipping": {"name": "canary", "address": {"line1": "canary"}},
                    "metadata": {"event_id": EVENT, "reservation_id": "canary", "note": "canary"},
                    "last_payment_error": {
                        "code": "card_declined", "decline_code": "of canary@example.org",
                        "charge": "ch_1", "message": "canary",
                        "payment_method": {"billing_details": {"name": "canary"}}
                    }
                },
                "previous_attributes": {"receipt_email": "canary"}
            }
        })
    }

    fn parse(webhook: &Value) -> Notice {
        Notice::parse(webhook.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn keeps_what_is_decided_by_and_nothing_of_people() {
        let kept = parse(&webhook("payment_intent.payment_failed")).kept().unwrap();
        let expected = json!({
            "type": "payment_intent.payment_failed", "account": "acct_1", "livemode": false,
            "data": {"object": {
                "id": "pi_1", "status": "requires_payment_method", "livemode": false,
                "created": 1_700_000_000, "amount": 4500, "amount_received": 0, "currency": "eur",
                "metadata": {"event_id": EVENT},
                "last_payment_error":
                    {"code": "card_declined", "decline_code": null, "charge": "ch_1"}
            }}
        });
        assert_eq!(serde_json::from_str::<Value>(&kept).unwrap(), expected);
    }

    #[test]
    fn what_was_kept_is_read_as_the_webhook_was() {
        for kind in ["payment_intent.succeeded", "refund.failed", "customer.updated"] {
            let first = parse(&webhook(kind));
            let again = Notice::parse(first.kept().unwrap().as_bytes()).unwrap();
            assert_eq!(again.kept().unwrap(), first.kept().unwrap());
            assert!(!first.kept().unwrap().contains("canary"), "{kind}");
        }
    }

    #[test]
    fn what_stands_where_names_belong_is_refused() {
        for (pointer, value) in [
            ("/type", json!("canary@example.org")),
            ("/account", json!("somebody's")),
            ("/data/object/id", json!("pi of canary@example.org")),
            ("/data/object/currency", json!("canary@example.org")),
        ] {
            let mut webhook = webhook("payment_intent.succeeded");
            *webhook.pointer_mut(pointer).unwrap() = value;
            let error = Notice::parse(webhook.to_string().as_bytes()).unwrap_err();
            assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        }
        assert!(Notice::id_of(br#"{"id":"canary@example.org"}"#).is_err());
    }
}
