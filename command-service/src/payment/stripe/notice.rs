//! What a webhook says. Stripe calls it an event; here that word means a concert.

use serde::Deserialize;
use serde_json::value::RawValue;
use thiserror::Error;

use super::intent::Intent;

/// A webhook's content.
#[derive(Debug)]
pub struct Notice {
    /// The account it is about; absent if the endpoint belongs to that account itself.
    pub account: Option<String>,
    pub livemode: bool,
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
    Other(String),
}

/// Signed, and yet nothing we can read.
#[derive(Debug, Error)]
#[error("the webhook can't be read")]
pub struct UnreadableNotice(#[from] serde_json::Error);

#[derive(Deserialize)]
struct Envelope<'body> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
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

#[derive(Deserialize)]
struct OnlyId {
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

    /// Reads a webhook.
    ///
    /// # Errors
    ///
    /// [`UnreadableNotice`] if it doesn't have the shape we know.
    pub fn parse(body: &[u8]) -> Result<Self, UnreadableNotice> {
        let Envelope { kind, account, livemode, data } = serde_json::from_slice(body)?;
        let object = data.object.get();
        let kind = match kind.as_str() {
            "payment_intent.succeeded"
            | "payment_intent.processing"
            | "payment_intent.requires_action"
            | "payment_intent.payment_failed"
            | "payment_intent.canceled" => NoticeKind::Intent(serde_json::from_str(object)?),
            "refund.failed" => NoticeKind::RefundFailed,
            _ => NoticeKind::Other(kind),
        };
        Ok(Self { account, livemode, kind })
    }
}
