//! How failures to begin a payment are told to buyers.

use std::time::Duration;

use http::StatusCode;
use shared::http::Problem;

use super::{StartError, StripeError};

const RETRY_AFTER: Duration = Duration::from_secs(2);

impl From<StartError> for Problem {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Provider(error) => of_provider(&error),
            StartError::Database(error) => Self::unavailable(&error),
            StartError::UnusableIntent => unavailable(&error),
        }
    }
}

fn of_provider(error: &StripeError) -> Problem {
    match error {
        StripeError::AmountTooSmall => {
            Problem::conflict("amount-too-small", "The total is below what can be paid by card.")
        }
        StripeError::AmountTooLarge => {
            Problem::conflict("amount-too-large", "The total is above what can be paid by card.")
        }
        StripeError::AmountNotRepresentable => Problem::conflict(
            "amount-not-payable",
            "The total has more decimal digits than can be paid by card.",
        ),
        StripeError::CurrencyUnsupported => {
            Problem::conflict("currency-not-payable", "Cards can't be charged in this currency.")
        }
        StripeError::Unreachable(_)
        | StripeError::Overloaded { .. }
        | StripeError::TooSlow(_)
        | StripeError::NotFound
        | StripeError::UnexpectedState
        | StripeError::AlreadyRefunded
        | StripeError::KeyReused
        | StripeError::Refused { .. }
        | StripeError::Unaddressable
        | StripeError::Unreadable(_) => unavailable(error),
    }
}

/// 503: nothing the buyer did; the hold stands and it may be tried again.
fn unavailable(error: &(dyn std::error::Error + 'static)) -> Problem {
    tracing::error!(error, "a payment can't begin");
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "payment-provider-unavailable",
        "The payment can't begin at the moment. Your tickets stay reserved; please try again.",
    )
    .retry_after(RETRY_AFTER)
}
