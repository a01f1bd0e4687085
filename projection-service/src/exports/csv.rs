//! Comma-separated values (RFC 4180) that spreadsheets open without running anything.

use chrono::SecondsFormat;

use super::table::{Cell, Column, begins_a_formula, decimal};

/// Tells spreadsheets that it is UTF-8.
const MARK: &str = "\u{feff}";

/// What stands above the rows.
pub fn heading(columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().flat_map(|column| column.headings()).collect();
    format!("{MARK}{}\r\n", names.join(","))
}

/// A row with its end.
pub fn line(cells: &[Cell]) -> String {
    let cells: Vec<String> = cells.iter().map(cell).collect();
    cells.join(",") + "\r\n"
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Nothing => String::new(),
        Cell::Text(content) => text(content),
        Cell::Number(number) => number.to_string(),
        Cell::Money(money) => format!("{},{}", decimal(*money), money.currency.code()),
        Cell::Instant(at) => at.to_rfc3339_opts(SecondsFormat::Secs, true),
        Cell::Day(day) => day.to_string(),
        Cell::Flag(true) => "yes".to_owned(),
        Cell::Flag(false) => "no".to_owned(),
    }
}

/// What a spreadsheet would take for a formula becomes text by an apostrophe.
fn text(text: &str) -> String {
    let is_formula = begins_a_formula(text);
    let is_quoted = is_formula || text.contains(['"', ',', ';', '\n', '\r', '\t']);
    let guard = if is_formula { "'" } else { "" };
    if is_quoted { format!("\"{guard}{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use shared::money::{Currency, Money};

    use super::*;
    use crate::exports::table::SALES;

    fn row(text: &str) -> String {
        line(&[Cell::text("x"), Cell::text(text)])
    }

    #[test]
    fn what_a_spreadsheet_would_take_for_a_formula_becomes_text() {
        for bad in ["=1+1", "+49 40", "-2", "@SUM(A1)", "\t=1", "\r=1", "\tx", " =1", "＝1"] {
            assert_eq!(row(bad), format!("x,\"'{bad}\"\r\n"), "{bad:?}");
        }
        let link = "=HYPERLINK(\"http://x\",\"y\")";
        assert_eq!(row(link), "x,\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\r\n");
    }

    #[test]
    fn ordinary_text_stays_and_separators_are_quoted() {
        assert_eq!(row("Ada"), "x,Ada\r\n");
        assert_eq!(row("He said \"hi\""), "x,\"He said \"\"hi\"\"\"\r\n");
        assert_eq!(row("a,b"), "x,\"a,b\"\r\n");
        assert_eq!(row("line\nbreak"), "x,\"line\nbreak\"\r\n");
        assert_eq!(row(""), "x,\r\n");
        assert_eq!(line(&[Cell::Nothing, Cell::Number(-3), Cell::Flag(true)]), ",-3,yes\r\n");
    }

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        let shown = |amount, code: &str| {
            let money = Money::new(amount, Currency::parse(code).unwrap());
            line(&[Cell::text("x"), Cell::Money(money)])
        };
        assert_eq!(shown(123_456, "EUR"), "x,1234.56,EUR\r\n");
        assert_eq!(shown(5, "EUR"), "x,0.05,EUR\r\n");
        assert_eq!(shown(-250, "EUR"), "x,-2.50,EUR\r\n");
        assert_eq!(shown(1500, "JPY"), "x,1500,JPY\r\n");
        assert_eq!(shown(1500, "KWD"), "x,1.500,KWD\r\n");
    }

    #[test]
    fn a_column_of_amounts_has_one_of_currencies_beside_it() {
        assert_eq!(heading(SALES), "\u{feff}date,ticket_type,tickets,revenue,currency\r\n");
    }
}
