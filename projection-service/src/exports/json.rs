//! A JSON array with an object for each row, as the API would write it: money in minor units.

use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::table::{Cell, Column};

/// What stands before the rows.
pub const BEGIN: &str = "[";
/// What stands after them.
pub const END: &str = "\n]\n";

/// An object on a line of its own; every one but the first of a file begins with a comma.
pub fn object(columns: &[Column], cells: &[Cell], is_first: bool) -> String {
    let fields = columns.iter().zip(cells);
    let fields = fields.map(|(column, cell)| format!("{}:{}", json!(column.name), value(cell)));
    let fields: Vec<String> = fields.collect();
    let comma = if is_first { "" } else { "," };
    format!("{comma}\n{{{}}}", fields.join(","))
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Nothing => Value::Null,
        Cell::Text(text) => json!(text),
        Cell::Number(number) => json!(number),
        Cell::Money(money) => json!(money),
        Cell::Instant(at) => json!(at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        Cell::Day(day) => json!(day.to_string()),
        Cell::Flag(flag) => json!(flag),
    }
}

#[cfg(test)]
mod tests {
    use shared::money::{Currency, Money};

    use super::*;
    use crate::exports::table::{ATTENDEES, SALES};

    #[test]
    fn texts_stay_as_they_are_and_nothing_is_null() {
        let hostile = "=1+\"1\"\n\u{1}</script>";
        let mut cells = vec![Cell::text(hostile)];
        cells.resize(ATTENDEES.len(), Cell::Nothing);
        let text = format!("{BEGIN}{}{END}", object(ATTENDEES, &cells, true));
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read[0]["ticket_id"], hostile);
        assert_eq!(read[0]["email"], Value::Null);
    }

    #[test]
    fn money_is_whole_minor_units_with_the_currency() {
        let money = Money::new(-1_999, Currency::parse("EUR").unwrap());
        let day = Cell::Day("2026-06-01".parse().unwrap());
        let cells = [day, Cell::text("Standard"), Cell::Number(2), Cell::Money(money)];
        let rows = object(SALES, &cells, true) + &object(SALES, &cells, false);
        let read: Value = serde_json::from_str(&format!("{BEGIN}{rows}{END}")).unwrap();
        let row = json!({"date": "2026-06-01", "ticket_type": "Standard", "tickets": 2,
            "revenue": {"amount": -1_999, "currency": "EUR"}});
        assert_eq!(read, json!([row, row]));
    }

    #[test]
    fn a_file_without_rows_is_an_empty_array() {
        let read: Value = serde_json::from_str(&format!("{BEGIN}{END}")).unwrap();
        assert_eq!(read, json!([]));
    }
}
