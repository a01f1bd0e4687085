//! What an organizer types to find an order or an attendee: a number, a ticket's code, an address,
//! or parts of a name.
//!
//! Names and addresses are sealed person by person, so no index knows them. A whole address is found
//! by the id that is derived from it; anything else is found by opening people in the order of the
//! list, some thousands for a request, and the answer says where to go on.

use std::collections::HashMap;

use shared::{
    id::{PersonId, TicketId},
    vault::{Person, find_persons, normalised},
};
use uuid::Uuid;

use crate::{
    app::App,
    http::{CursorKey, Limit, Page},
    orders,
    query_error::QueryError,
    tickets::{self, query::Ticket},
};

/// Rows that are read at a time.
const CHUNK: i64 = 500;
/// Rows that one request looks through.
const MOST_SCANNED: usize = 5_000;

/// The last characters of an id by which pages name orders and tickets.
const SHORT: usize = 12;

/// What somebody may mean by what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// These orders, and these tickets of others.
    Named { orders: Vec<Uuid>, tickets: Vec<(Uuid, Uuid)> },
    /// What this person has bought.
    Person(PersonId),
    /// Whatever these words fit.
    Words(Words),
}

/// Words that all have to occur in what is known of a row, whatever the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words(Vec<String>);

/// A row that people are searched by.
pub trait Candidate {
    /// What its list is ordered by.
    type Key: CursorKey + Copy;

    fn key(&self) -> Self::Key;

    fn person(&self) -> Option<PersonId>;

    /// What else the words may occur in.
    fn also(&self) -> &str;
}

/// Finds out what is meant, in these organizations, or in all.
///
/// # Errors
///
/// [`QueryError`].
pub async fn target(
    app: &App,
    organizations: Option<&[Uuid]>,
    text: &str,
) -> Result<Target, QueryError> {
    let text = text.trim();
    if let Ok(code) = app.ticket_codes.verify(text) {
        return by_id(app, code.ticket_id.uuid()).await;
    }
    if let Ok(id) = text.parse() {
        return by_id(app, id).await;
    }
    if let Some(short) = short(text) {
        let found = by_short(app, &short).await?;
        if found.is_something() {
            return Ok(found);
        }
    }
    if text.contains('@') {
        let person = app.person_key.person(&normalised(text));
        if orders::lookup::has_bought(&app.scoped, organizations, person).await? {
            return Ok(Target::Person(person));
        }
    }
    Ok(Target::Words(Words::of(text)))
}

impl Target {
    fn is_something(&self) -> bool {
        match self {
            Self::Named { orders, tickets } => !orders.is_empty() || !tickets.is_empty(),
            Self::Person(_) | Self::Words(_) => true,
        }
    }
}

impl Words {
    fn of(text: &str) -> Self {
        Self(text.split_whitespace().map(str::to_lowercase).collect())
    }

    fn fit(&self, person: Option<&Person>, also: &str) -> bool {
        let email = person.map(|person| person.email.to_lowercase()).unwrap_or_default();
        let name = person.and_then(|person| person.name.as_deref()).map(str::to_lowercase);
        let (name, also) = (name.unwrap_or_default(), also.to_lowercase());
        let occurs = |word: &String| [&name, &email, &also].iter().any(|text| text.contains(word));
        self.0.iter().all(occurs)
    }
}

/// Looks through a list, from one place on, until a page is full or enough was looked through. A
/// page that isn't full may therefore still have a next one.
///
/// # Errors
///
/// [`QueryError`].
pub async fn scan<C, F>(
    app: &App,
    words: &Words,
    (from, limit): (Option<C::Key>, Limit),
    read: impl Fn(Option<C::Key>, i64) -> F,
) -> Result<Page<C>, QueryError>
where
    C: Candidate,
    F: Future<Output = Result<Vec<C>, QueryError>>,
{
    let (mut last, mut scanned, mut found) = (from, 0, Vec::new());
    loop {
        let rows = read(last, CHUNK).await?;
        let is_end = i64::try_from(rows.len()) != Ok(CHUNK);
        scanned += rows.len();
        last = rows.last().map(Candidate::key).or(last);
        found.extend(fitting(app, words, rows).await?);
        if found.len() > limit.shown() || is_end {
            return Ok(Page::of(found, limit, Candidate::key));
        }
        if scanned >= MOST_SCANNED {
            return Ok(Page::going_on(found, last));
        }
    }
}

async fn fitting<C: Candidate>(
    app: &App,
    words: &Words,
    rows: Vec<C>,
) -> Result<Vec<C>, QueryError> {
    let mut persons: Vec<PersonId> = rows.iter().filter_map(Candidate::person).collect();
    persons.sort_unstable_by_key(|person| person.uuid());
    persons.dedup();
    let known: HashMap<PersonId, Person> = find_persons(&app.pool, &app.vault, &persons).await?;
    let fits = |row: &C| words.fit(row.person().and_then(|id| known.get(&id)), row.also());
    Ok(rows.into_iter().filter(fits).collect())
}

/// The end of an id, as pages show it.
fn short(text: &str) -> Option<String> {
    let is_one = text.len() == SHORT && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one.then(|| text.to_ascii_lowercase())
}

async fn by_id(app: &App, id: Uuid) -> Result<Target, QueryError> {
    let ticket = tickets::query::find(&app.scoped, TicketId::new(id)).await?;
    // The ids of orders and tickets don't meet.
    let orders = if ticket.is_none() { vec![id] } else { Vec::new() };
    Ok(Target::Named { orders, tickets: ticket.iter().map(in_order).collect() })
}

async fn by_short(app: &App, short: &str) -> Result<Target, QueryError> {
    let orders = orders::lookup::by_short(&app.scoped, short).await?;
    let tickets = tickets::query::by_short(&app.scoped, short).await?;
    Ok(Target::Named { orders, tickets: tickets.iter().map(in_order).collect() })
}

fn in_order(ticket: &Ticket) -> (Uuid, Uuid) {
    (ticket.order_id.uuid(), ticket.ticket_id.uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Person {
        Person { email: "Ada.L@Example.org".to_owned(), name: Some("Ada Lovelace".to_owned()) }
    }

    #[test]
    fn every_word_has_to_occur_somewhere_whatever_the_case() {
        for text in ["ada", "LOVE ada", "ada.l@example", "pi_77 love"] {
            assert!(Words::of(text).fit(Some(&ada()), "pi_77"), "{text}");
        }
        for text in ["grace", "ada grace", "pi_78"] {
            assert!(!Words::of(text).fit(Some(&ada()), "pi_77"), "{text}");
        }
        assert!(!Words::of("ada").fit(None, ""), "whoever was forgotten isn't found");
    }

    #[test]
    fn the_end_of_an_id_has_twelve_hexadecimal_digits() {
        assert_eq!(short("0123456789AB").as_deref(), Some("0123456789ab"));
        for other in ["0123456789A", "0123456789ABC", "0123456789AX", ""] {
            assert_eq!(short(other), None, "{other}");
        }
    }
}
