//! What can go wrong between us and Stripe.

use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;
use thiserror::Error;

/// A request to the provider had no success.
#[derive(Debug, Error)]
pub enum StripeError {
    /// Not known to be carried out; repeat it with the same idempotency key.
    #[error("the provider can't be reached or didn't answer in time")]
    Unreachable(#[source] reqwest::Error),
    /// Not known to be carried out; repeat it with the same idempotency key.
    #[error("the provider takes no requests at present (status {status})")]
    Overloaded { status: u16 },
    /// All attempts together took too long.
    #[error("the provider didn't answer within {} s", .0.as_secs())]
    TooSlow(Duration),
    #[error("the amount is below the provider's minimum")]
    AmountTooSmall,
    #[error("the amount is above the provider's maximum")]
    AmountTooLarge,
    #[error("the provider can't move such an amount of this currency")]
    AmountNotRepresentable,
    #[error("the provider doesn't take this currency")]
    CurrencyUnsupported,
    #[error("the provider knows nothing of this name")]
    NotFound,
    /// For example cancelling what was paid.
    #[error("the payment isn't in a state in which that can be done")]
    UnexpectedState,
    #[error("everything of this payment went back already")]
    AlreadyRefunded,
    /// One of our own keys was used for two different requests.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// A mistake in our request or settings, such as a wrong key.
    #[error("the provider refused: status {status}, {kind}, code {code}")]
    Refused { status: u16, kind: String, code: String },
    /// Nothing was asked.
    #[error("a reference of the provider makes no address")]
    Unaddressable,
    #[error("the provider's answer can't be understood")]
    Unreadable(#[source] serde_json::Error),
}

#[derive(Debug, Default, Deserialize)]
struct ErrorAnswer {
    #[serde(default)]
    error: ErrorFields,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ErrorFields {
    #[serde(rename = "type")]
    kind: String,
    code: Option<String>,
    param: Option<String>,
}

impl StripeError {
    /// Whether the same request may succeed a moment later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Overloaded { .. } | Self::TooSlow(_) => true,
            Self::AmountTooSmall
            | Self::AmountTooLarge
            | Self::AmountNotRepresentable
            | Self::CurrencyUnsupported
            | Self::NotFound
            | Self::UnexpectedState
            | Self::AlreadyRefunded
            | Self::KeyReused
            | Self::Refused { .. }
            | Self::Unaddressable
            | Self::Unreadable(_) => false,
        }
    }

    /// Reads an error answer. `should_retry` is Stripe's own advice, if it gave any.
    pub(super) fn of_answer(status: StatusCode, should_retry: Option<bool>, body: &[u8]) -> Self {
        let overloaded = status == StatusCode::CONFLICT
            || status == StatusCode::TOO_MANY_REQUESTS
            || status.is_server_error();
        let status = status.as_u16();
        if should_retry.unwrap_or(overloaded) {
            return Self::Overloaded { status };
        }
        let ErrorAnswer { error } = serde_json::from_slice(body).unwrap_or_default();
        let code = error.code.unwrap_or_default();
        match (error.kind.as_str(), code.as_str(), error.param.as_deref()) {
            ("idempotency_error", ..) => Self::KeyReused,
            (_, "amount_too_small", _) => Self::AmountTooSmall,
            (_, "amount_too_large", _) => Self::AmountTooLarge,
            (_, "resource_missing", _) => Self::NotFound,
            (_, "payment_intent_unexpected_state", _) => Self::UnexpectedState,
            (_, "charge_already_refunded", _) => Self::AlreadyRefunded,
            ("invalid_request_error", _, Some("currency")) => Self::CurrencyUnsupported,
            _ => Self::Refused { status, kind: error.kind, code },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> StripeError {
        StripeError::of_answer(StatusCode::from_u16(status).unwrap(), None, body.as_bytes())
    }

    #[test]
    fn names_what_the_buyer_can_do_something_about() {
        let small = r#"{"error":{"type":"invalid_request_error","code":"amount_too_small"}}"#;
        assert!(matches!(of(400, small), StripeError::AmountTooSmall));
        let currency = r#"{"error":{"type":"invalid_request_error","param":"currency"}}"#;
        assert!(matches!(of(400, currency), StripeError::CurrencyUnsupported));
    }

    #[test]
    fn repeats_what_may_pass() {
        for status in [409, 429, 500, 502, 503] {
            assert!(of(status, "").is_passing(), "{status}");
        }
        for status in [400, 401, 402, 403, 404] {
            assert!(!of(status, "not json").is_passing(), "{status}");
        }
    }

    #[test]
    fn follows_the_advice_of_the_provider() {
        let advised = |status, advice| {
            StripeError::of_answer(StatusCode::from_u16(status).unwrap(), advice, b"").is_passing()
        };
        assert!(advised(400, Some(true)));
        assert!(!advised(500, Some(false)));
    }
}
