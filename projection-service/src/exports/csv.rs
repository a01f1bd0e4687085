//! Comma-separated values (RFC 4180) that spreadsheets open without running anything.

use shared::money::Money;

/// Tells spreadsheets that it is UTF-8.
pub const MARK: &str = "\u{feff}";

/// A row from its cells.
#[derive(Debug, Default)]
pub struct Row(String);

impl Row {
    /// Adds a text. What a spreadsheet would take for a formula becomes text by an apostrophe.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        let is_formula = begins_a_formula(text);
        let is_quoted = is_formula || text.contains(['"', ',', ';', '\n', '\r', '\t']);
        let guard = if is_formula { "'" } else { "" };
        if is_quoted {
            self.cell(&format!("\"{guard}{}\"", text.replace('"', "\"\"")))
        } else {
            self.cell(text)
        }
    }

    /// Adds a text, or nothing.
    #[must_use]
    pub fn maybe(self, text: Option<&str>) -> Self {
        self.text(text.unwrap_or_default())
    }

    /// Adds a number, which stays one.
    #[must_use]
    pub fn number(self, number: i64) -> Self {
        self.cell(&number.to_string())
    }

    /// Adds an amount with its currency's decimals, and the currency.
    #[must_use]
    pub fn money(self, money: Money) -> Self {
        self.cell(&decimal(money)).text(money.currency.code())
    }

    /// The row with its end.
    pub fn line(self) -> String {
        self.0 + "\r\n"
    }

    fn cell(mut self, cell: &str) -> Self {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(cell);
        self
    }
}

fn begins_a_formula(text: &str) -> bool {
    let is_sign = |c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(is_sign)
}

fn decimal(money: Money) -> String {
    let digits = usize::from(money.currency.exponent());
    let sign = if money.amount < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", money.amount.unsigned_abs(), width = digits + 1);
    match text.split_at(text.len() - digits) {
        (whole, "") => format!("{sign}{whole}"),
        (whole, part) => format!("{sign}{whole}.{part}"),
    }
}

#[cfg(test)]
mod tests {
    use shared::money::Currency;

    use super::*;

    fn cell(text: &str) -> String {
        Row::default().text("x").text(text).line()
    }

    #[test]
    fn what_a_spreadsheet_would_take_for_a_formula_becomes_text() {
        for bad in ["=1+1", "+49 40", "-2", "@SUM(A1)", "\t=1", "\r=1", "\tx", " =1", "＝1"] {
            assert_eq!(cell(bad), format!("x,\"'{bad}\"\r\n"), "{bad:?}");
        }
        let link = "=HYPERLINK(\"http://x\",\"y\")";
        assert_eq!(cell(link), "x,\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\r\n");
    }

    #[test]
    fn ordinary_text_stays_and_separators_are_quoted() {
        assert_eq!(cell("Ada"), "x,Ada\r\n");
        assert_eq!(cell("He said \"hi\""), "x,\"He said \"\"hi\"\"\"\r\n");
        assert_eq!(cell("a,b"), "x,\"a,b\"\r\n");
        assert_eq!(cell("line\nbreak"), "x,\"line\nbreak\"\r\n");
        assert_eq!(cell(""), "x,\r\n");
        assert_eq!(Row::default().text("x").maybe(None).number(-3).line(), "x,,-3\r\n");
    }

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        let shown = |amount, code: &str| {
            let money = Money::new(amount, Currency::parse(code).unwrap());
            Row::default().text("x").money(money).line()
        };
        assert_eq!(shown(123_456, "EUR"), "x,1234.56,EUR\r\n");
        assert_eq!(shown(5, "EUR"), "x,0.05,EUR\r\n");
        assert_eq!(shown(-250, "EUR"), "x,-2.50,EUR\r\n");
        assert_eq!(shown(1500, "JPY"), "x,1500,JPY\r\n");
        assert_eq!(shown(1500, "KWD"), "x,1.500,KWD\r\n");
    }
}
