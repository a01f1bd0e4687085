//! The words of the API and of read tables for enums of the recorded facts.

use shared::events::box_office::{Provider, RefundReason};

use crate::unreadable::Unreadable;

/// `none` or `stripe`.
pub const fn provider(provider: Provider) -> &'static str {
    match provider {
        Provider::None => "none",
        Provider::Stripe => "stripe",
    }
}

/// The provider of this word.
///
/// # Errors
///
/// [`Unreadable`] if there is none.
pub fn parse_provider(code: &str) -> Result<Provider, Unreadable> {
    match code {
        "none" => Ok(Provider::None),
        "stripe" => Ok(Provider::Stripe),
        other => Err(Unreadable::new("provider", other)),
    }
}

/// Why money goes back, in snake case.
pub const fn refund_reason(reason: RefundReason) -> &'static str {
    match reason {
        RefundReason::TooLate => "too_late",
        RefundReason::LatePaymentsRefused => "late_payments_refused",
        RefundReason::AlreadyPaid => "already_paid",
        RefundReason::WrongAmount => "wrong_amount",
        RefundReason::UnknownReservation => "unknown_reservation",
        RefundReason::EventClosed => "event_closed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_recorded_facts() {
        for each in [Provider::None, Provider::Stripe] {
            let json = serde_json::to_string(&each).unwrap();
            assert_eq!(json, format!("{:?}", provider(each)));
            assert_eq!(parse_provider(provider(each)), Ok(each));
        }
        for reason in [
            RefundReason::TooLate,
            RefundReason::LatePaymentsRefused,
            RefundReason::AlreadyPaid,
            RefundReason::WrongAmount,
            RefundReason::UnknownReservation,
            RefundReason::EventClosed,
        ] {
            let json = serde_json::to_string(&reason).unwrap();
            assert_eq!(json, format!("{:?}", refund_reason(reason)));
        }
    }
}
