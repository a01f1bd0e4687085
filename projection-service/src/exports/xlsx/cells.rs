//! Rows of a sheet. Texts stand in their cells and are never formulas; numbers and instants are what
//! they are, so that a spreadsheet can add and sort them.

use std::fmt::Write as _;

use chrono::{NaiveDate, NaiveDateTime};
use shared::money::Money;

use super::frame::style;
use crate::exports::table::{Cell, begins_a_formula, decimal};

/// A row with its cells, wherever it will stand.
pub fn row(cells: &[Cell]) -> String {
    let cells: String = cells.iter().map(cell).collect();
    format!("<row>{cells}</row>")
}

/// A text in a cell of this style.
pub fn text(content: &str, style: usize) -> String {
    let content = escaped(content);
    format!("<c s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{content}</t></is></c>")
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Nothing => "<c/>".to_owned(),
        // Edited in its cell, such a text stays one.
        Cell::Text(content) if begins_a_formula(content) => text(content, style::GUARDED),
        Cell::Text(content) => text(content, style::PLAIN),
        Cell::Number(number) => value(style::PLAIN, &number.to_string()),
        Cell::Money(money) => amount(*money),
        Cell::Instant(at) => value(style::INSTANT, &serial(at.naive_utc())),
        Cell::Day(day) => value(style::DAY, &serial((*day).into())),
        Cell::Flag(flag) => format!("<c t=\"b\"><v>{}</v></c>", u8::from(*flag)),
    }
}

fn value(style: usize, value: &str) -> String {
    format!("<c s=\"{style}\"><v>{value}</v></c>")
}

fn amount(money: Money) -> String {
    let style = style::amount(money.currency);
    value(style, &decimal(money)) + &text(money.currency.code(), style::PLAIN)
}

const SECONDS_OF_A_DAY: i128 = 86_400;
/// Digits after the point of a serial number: a hundredth of a microsecond.
const PARTS_OF_A_DAY: i128 = 1_000_000_000_000;

/// Days since the day before the year 1900, as spreadsheets count them since they know 29 February
/// 1900, with the time of day as a fraction.
fn serial(at: NaiveDateTime) -> String {
    let beginning = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default();
    let days = (at.date() - beginning).num_days();
    let seconds = i128::from((at.time() - chrono::NaiveTime::MIN).num_seconds());
    let parts = (seconds * PARTS_OF_A_DAY + SECONDS_OF_A_DAY / 2) / SECONDS_OF_A_DAY;
    if parts == 0 { days.to_string() } else { format!("{days}.{parts:012}") }
}

/// A text inside XML. Characters that XML doesn't have are written as workbooks write them, and so is
/// what looks as if it were one of those.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' => escaped.push(c),
            '_' if is_code(text.get(at..).unwrap_or_default()) => escaped.push_str("_x005F_"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                // Writing into a text can't fail.
                let _ = write!(escaped, "_x{:04X}_", u32::from(c));
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

/// `_x0041_` stands for a character.
fn is_code(text: &str) -> bool {
    let digits = text.strip_prefix("_x").and_then(|rest| rest.get(..5));
    digits
        .and_then(|digits| digits.strip_suffix('_'))
        .is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use shared::money::Currency;

    use super::*;

    #[test]
    fn instants_are_days_with_a_fraction() {
        let at = |text: &str| serial(text.parse().unwrap());
        assert_eq!(at("1900-03-01T00:00:00"), "61");
        assert_eq!(at("2026-06-01T12:00:00"), "46174.500000000000");
        assert_eq!(at("2026-06-01T23:59:59"), "46174.999988425926");
    }

    #[test]
    fn texts_can_neither_leave_their_cell_nor_be_formulas() {
        assert_eq!(escaped("</t><f>1&2</f>\""), "&lt;/t&gt;&lt;f&gt;1&amp;2&lt;/f&gt;&quot;");
        assert_eq!(escaped("a\u{1}b\r\n\t"), "a_x0001_b_x000D_\n\t");
        assert_eq!(escaped("_x0041_ _x41_ _y"), "_x005F_x0041_ _x41_ _y");
        let row = row(&[Cell::text("=1+1"), Cell::text("Ada")]);
        assert!(!row.contains("<f"), "{row}");
        assert!(row.contains("<c s=\"2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">=1+1</t>"));
        assert!(row.contains("<c s=\"0\" t=\"inlineStr\"><is><t xml:space=\"preserve\">Ada</t>"));
    }

    #[test]
    fn amounts_are_numbers_in_the_style_of_their_currency() {
        let shown = |amount, code: &str| {
            cell(&Cell::Money(Money::new(amount, Currency::parse(code).unwrap())))
        };
        assert!(shown(-250, "EUR").starts_with("<c s=\"7\"><v>-2.50</v></c>"));
        assert!(shown(1500, "JPY").starts_with("<c s=\"5\"><v>1500</v></c>"));
    }
}
