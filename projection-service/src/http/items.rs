//! The lines of holds and orders as they are answered.

use serde::Serialize;
use shared::{
    events::box_office::Line,
    id::TicketTypeId,
    money::{Currency, Money},
};
use utoipa::ToSchema;

use crate::{query_error::QueryError, unreadable::Unreadable};

/// So many tickets of one type at one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Item {
    pub ticket_type_id: TicketTypeId,
    pub quantity: u32,
    pub unit_price: Money,
    pub line_total: Money,
}

/// The lines with their totals.
///
/// # Errors
///
/// [`QueryError::Unreadable`] if a total overflows.
pub fn items(lines: &[Line], currency: Currency) -> Result<Vec<Item>, QueryError> {
    lines.iter().map(|line| item(line, currency)).collect()
}

/// The sum of the lines.
///
/// # Errors
///
/// [`QueryError::Unreadable`] if it overflows.
pub fn total(items: &[Item], currency: Currency) -> Result<Money, QueryError> {
    let sum = items.iter().try_fold(0_i64, |sum, item| sum.checked_add(item.line_total.amount));
    sum.map(|amount| Money::new(amount, currency)).ok_or_else(|| too_much("total"))
}

fn item(line: &Line, currency: Currency) -> Result<Item, QueryError> {
    let amount = line.unit_price_minor.checked_mul(i64::from(line.quantity));
    Ok(Item {
        ticket_type_id: line.ticket_type_id,
        quantity: line.quantity,
        unit_price: Money::new(line.unit_price_minor, currency),
        line_total: Money::new(amount.ok_or_else(|| too_much("line"))?, currency),
    })
}

fn too_much(what: &'static str) -> QueryError {
    Unreadable::new(what, "more than 64 bits").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn lines_add_up() {
        let lines = [samples::lines(2), samples::lines(3)].concat();
        let items = items(&lines, Currency::EUR).unwrap();
        assert_eq!(items[1].line_total, Money::new(7500, Currency::EUR));
        assert_eq!(total(&items, Currency::EUR).unwrap().amount, 12_500);
    }

    #[test]
    fn an_overflow_is_an_error() {
        let mut lines = samples::lines(2);
        lines[0].unit_price_minor = i64::MAX;
        assert!(items(&lines, Currency::EUR).is_err());
    }
}
