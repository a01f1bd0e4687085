//! What stands in a file, whatever it is written as: columns, and rows of cells.

use shared::{clock::Timestamp, money::Money};

/// A column of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    /// Characters that are seen where a column has a width.
    pub width: u16,
    /// Amounts: where a cell holds one thing only, the currency is the next column.
    pub is_money: bool,
}

/// What stands in a row under a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Nothing,
    Text(String),
    Number(i64),
    Money(Money),
    Instant(Timestamp),
    Day(chrono::NaiveDate),
    Flag(bool),
}

/// A cell for each column.
pub type Row = Vec<Cell>;

/// What the column after amounts is called.
pub const CURRENCY: &str = "currency";

const ID: u16 = 38;
const TEXT: u16 = 28;
const WORD: u16 = 14;
const INSTANT: u16 = 20;

/// A row for each order.
pub const ORDERS: &[Column] = &[
    Column::new("order_id", ID),
    Column::new("event_id", ID),
    Column::new("event", TEXT),
    Column::new("status", WORD),
    Column::new("paid_at", INSTANT),
    Column::new("name", TEXT),
    Column::new("email", TEXT),
    Column::new("tickets", WORD),
    Column::money("total"),
    Column::new("payment_reference", TEXT),
    Column::new("late", WORD),
];

/// A row for each ticket.
pub const ATTENDEES: &[Column] = &[
    Column::new("ticket_id", ID),
    Column::new("ticket_type", TEXT),
    Column::new("status", WORD),
    Column::new("issued_at", INSTANT),
    Column::new("order_id", ID),
    Column::new("name", TEXT),
    Column::new("email", TEXT),
];

/// A row for each day and ticket type.
pub const SALES: &[Column] = &[
    Column::new("date", WORD),
    Column::new("ticket_type", TEXT),
    Column::new("tickets", WORD),
    Column::money("revenue"),
];

impl Column {
    const fn new(name: &'static str, width: u16) -> Self {
        Self { name, width, is_money: false }
    }

    const fn money(name: &'static str) -> Self {
        Self { name, width: WORD, is_money: true }
    }

    /// What stands above it; two words above amounts.
    pub fn headings(self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.is_money.then_some(CURRENCY))
    }
}

impl Cell {
    /// A text.
    pub fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    /// A text, or nothing.
    pub fn maybe(text: Option<&str>) -> Self {
        text.map_or(Self::Nothing, |text| Self::Text(text.to_owned()))
    }
}

/// Whether a spreadsheet that reads this text would take it for a formula.
pub fn begins_a_formula(text: &str) -> bool {
    let is_sign = |c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(is_sign)
}

/// An amount with its currency's decimals.
pub fn decimal(money: Money) -> String {
    let digits = usize::from(money.currency.exponent());
    let sign = if money.amount < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", money.amount.unsigned_abs(), width = digits + 1);
    match text.split_at(text.len() - digits) {
        (whole, "") => format!("{sign}{whole}"),
        (whole, part) => format!("{sign}{whole}.{part}"),
    }
}
