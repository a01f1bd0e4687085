//! Stripe's smallest units are not always ISO 4217's minor units.

use shared::money::{Currency, Money};
use thiserror::Error;

/// The provider can't move this amount, or names one that we have no unit for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the amount can't be expressed in the provider's smallest unit, or in ours")]
pub struct NotRepresentable;

/// Our amount in the provider's smallest unit.
///
/// # Errors
///
/// [`NotRepresentable`] if it isn't a whole number of them.
pub fn to_stripe(money: Money) -> Result<i64, NotRepresentable> {
    let code = money.currency.code();
    let amount = shifted(money.amount, money.currency.exponent(), digits(code))?;
    // The last of three digits must be a zero.
    if digits(code) == 3 && amount % 10 != 0 {
        return Err(NotRepresentable);
    }
    Ok(amount)
}

/// The provider's amount in our minor units; its currency codes are in lower case.
///
/// # Errors
///
/// [`NotRepresentable`] if the currency is unknown or the amount not a whole number of minor units.
pub fn from_stripe(amount: i64, currency: &str) -> Result<Money, NotRepresentable> {
    let currency = Currency::parse(&currency.to_uppercase()).map_err(|_| NotRepresentable)?;
    let amount = shifted(amount, digits(currency.code()), currency.exponent())?;
    Ok(Money::new(amount, currency))
}

/// How many decimal digits Stripe gives a currency. Source: docs.stripe.com/currencies.
fn digits(code: &str) -> u16 {
    match code {
        "BIF" | "CLP" | "DJF" | "GNF" | "JPY" | "KMF" | "KRW" | "MGA" | "PYG" | "RWF" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "JOD" | "KWD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

fn shifted(amount: i64, from: u16, to: u16) -> Result<i64, NotRepresentable> {
    let factor = 10_i64.checked_pow(u32::from(from.abs_diff(to))).ok_or(NotRepresentable)?;
    if to >= from {
        amount.checked_mul(factor).ok_or(NotRepresentable)
    } else if amount % factor == 0 {
        Ok(amount / factor)
    } else {
        Err(NotRepresentable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount: i64, code: &str) -> Money {
        Money::new(amount, Currency::parse(code).unwrap())
    }

    #[test]
    fn most_currencies_are_the_same_on_both_sides() {
        for (amount, code) in [(2342, "EUR"), (500, "JPY"), (12_340, "KWD"), (100, "HUF")] {
            assert_eq!(to_stripe(money(amount, code)), Ok(amount));
            assert_eq!(from_stripe(amount, &code.to_lowercase()), Ok(money(amount, code)));
        }
    }

    #[test]
    fn some_have_two_digits_at_stripe_only() {
        for code in ["ISK", "UGX"] {
            assert_eq!(to_stripe(money(500, code)), Ok(50_000));
            assert_eq!(from_stripe(50_000, &code.to_lowercase()), Ok(money(500, code)));
            assert_eq!(from_stripe(50_001, &code.to_lowercase()), Err(NotRepresentable));
        }
    }

    #[test]
    fn the_ariary_has_digits_here_only() {
        assert_eq!(to_stripe(money(500, "MGA")), Ok(5));
        assert_eq!(to_stripe(money(501, "MGA")), Err(NotRepresentable));
        assert_eq!(from_stripe(5, "mga"), Ok(money(500, "MGA")));
    }

    #[test]
    fn the_third_digit_must_be_zero() {
        assert_eq!(to_stripe(money(12_345, "KWD")), Err(NotRepresentable));
    }

    #[test]
    fn nothing_overflows() {
        assert_eq!(to_stripe(money(i64::MAX, "ISK")), Err(NotRepresentable));
    }
}
